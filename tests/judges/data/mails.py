"""mails.py HOME FOLDER...: rss2email as a subscriber to atom.xml, which is in each folder in turn; nothing is sent.

Prints a list, a folder an entry: the subjects of the mails that it put into a maildir.
"""

import contextlib
import io
import json
import mailbox
import os
import shutil
import sys
from email.header import decode_header, make_header
from pathlib import Path

home, folders = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
os.environ["HOME"] = str(home)
from rss2email.main import run  # noqa: E402

CONFIG = f"""
[DEFAULT]
to = reader@example.net
from = feeds@example.net
email-protocol = maildir
maildir-path = {home}
maildir-mailbox = mails
"""


def called(*words):
    with contextlib.redirect_stdout(io.StringIO()):
        run(["-c", str(home / "config"), "-d", str(home / "data.json"), *words])


def arrived():
    mails = mailbox.Maildir(home / "mails")
    subjects = [str(make_header(decode_header(mail["Subject"]))) for mail in mails.values()]
    mails.clear()
    return subjects


(home / "config").write_text(CONFIG)
found = []
for folder in folders:
    shutil.copy(folder / "atom.xml", home)
    if not found:
        called("add", "site", str(home / "atom.xml"))
    called("run")
    found.append(arrived())
json.dump(found, sys.stdout)
