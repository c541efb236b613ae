"""Several people on one machine: throw-away Unix users, and the command as one of them types it.

Only root can make users. Elsewhere such a test is skipped loudly, and under ``CI=true`` it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SOURCES = ("publisher", "channels", "templates")


@dataclass(frozen=True)
class Account:
    """A user with a home of their own."""

    name: str
    uid: int
    gid: int
    home: Path
    program: tuple[str, ...]
    """The command line of ``announce``, readable for this user."""
    path: str
    """PYTHONPATH, as above."""

    def run(
        self,
        *words: str,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, with the user's groups; in the home, if no other folder is named."""
        return subprocess.run(
            self.line(*words),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            cwd=cwd or self.home,
            env=self.environ | dict(environ or {}),
            timeout=timeout,
            check=False,
        )

    def announce(
        self,
        *words: str,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
        stdin: str = "",
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """The real command as this user types it."""
        return self.run(*self.program, *words, cwd=cwd, environ=environ, stdin=stdin, timeout=timeout)

    def does(self, act: Callable[[], None], *, umask: int = 0o077) -> None:
        """Do something as this user, in a process of its own; raises AssertionError where it fails there."""
        child = os.fork()
        if child == 0:
            try:
                os.initgroups(self.name, self.gid)
                os.setgid(self.gid)
                os.setuid(self.uid)
                os.umask(umask)
                act()
            except BaseException:  # noqa: BLE001  it is told by the exit code
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def line(self, *words: str) -> list[str]:
        """The command line with which root becomes this user."""
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups", *words]

    @property
    def environ(self) -> dict[str, str]:
        """What a log-in of this user has set."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "USER": self.name,
            "LOGNAME": self.name,
            "PYTHONPATH": self.path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C",
            "NO_PROXY": "*",
        }

    def owns(self, path: Path, mode: int | None = None) -> Path:
        """Give a file or folder to this user, and its mode if one is named."""
        os.chown(path, self.uid, self.gid, follow_symlinks=False)
        if mode is not None:
            path.chmod(mode)
        return path

    def writes(self, path: Path, text: str, mode: int = 0o644) -> Path:
        """A file of this user's."""
        path.write_text(text, encoding="utf-8")
        return self.owns(path, mode)


@dataclass(frozen=True)
class Accounts:
    """Two colleagues who share a group, and somebody who is in none of theirs."""

    ana: Account
    ben: Account
    eve: Account
    group: str
    """The name of the group that ana and ben share."""
    gid: int
    folder: Path
    """A folder that all may enter and nobody but root may write, such as ``/srv``; pytest's own are root's alone."""


def why_not() -> str | None:
    """The reason why no users can be made here, or None."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can make the users that this test needs"
    missing = [name for name in ("useradd", "userdel", "groupadd", "groupdel", "setpriv") if not _found(name)]
    return f"missing: {', '.join(missing)} (apt-get install passwd util-linux)" if missing else None


@contextmanager
def made() -> Iterator[Accounts]:
    """The users while the block runs; they and their folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="announce-accounts-"))
    folder.chmod(0o755)
    own = f"ann{os.getpid()}"  # of this process: several may test at once
    group = f"{own}oncall"
    users = [f"{own}{name}" for name in ("ana", "ben", "eve")]
    try:
        _admin("groupadd", group)
        for user in users:
            extra = () if user.endswith("eve") else ("--groups", group)
            _admin("useradd", "--no-create-home", "--home-dir", str(folder / user), *extra, user)
        yield _accounts(folder, users, group)
    finally:
        for user in users:
            _admin("userdel", user, check=False)
        _admin("groupdel", group, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _accounts(folder: Path, users: list[str], group: str) -> Accounts:
    import grp
    import pwd

    program, path = _installed_for(folder, pwd.getpwnam(users[-1]).pw_uid)
    made = []
    for user in users:
        entry = pwd.getpwnam(user)
        home = folder / user
        home.mkdir()
        account = Account(user, entry.pw_uid, entry.pw_gid, home, program, path)
        account.owns(home, 0o700)
        made.append(account)
    return Accounts(*made, group=group, gid=grp.getgrnam(group).gr_gid, folder=folder)


def _installed_for(folder: Path, uid: int) -> tuple[tuple[str, ...], str]:
    """The checkout where others can read it, else a copy of it and of what it needs; and PYTHONPATH."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "channels")])
    program = (sys.executable, "-m", "publisher")
    asked = ["setpriv", f"--reuid={uid}", "--clear-groups", f"--regid={uid}", *program, "--version"]
    environ = {"PYTHONPATH": path, "HOME": str(folder), "PATH": os.environ["PATH"]}
    if subprocess.run(asked, env=environ, cwd="/", capture_output=True, check=False).returncode == 0:
        return program, path
    import sysconfig

    copy = folder / "program"
    for name in _SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(sysconfig.get_path("purelib"), copy / "site")
    subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
    base = getattr(sys, "_base_executable", sys.executable)
    return (base, "-m", "publisher"), os.pathsep.join([str(copy), str(copy / "channels"), str(copy / "site")])


def _found(program: str) -> str | None:
    return shutil.which(program, path=f"/usr/sbin:/sbin:{os.environ['PATH']}")


def _admin(program: str, *words: str, check: bool = True) -> None:
    """Run one of the programs that keep the list of users; they lock it, and wait for each other."""
    done = subprocess.run([_found(program) or program, *words], capture_output=True, encoding="utf-8")
    if check and done.returncode:
        raise OSError(f"{program} {' '.join(words)}: {done.stderr.strip()}")
