"""Who types is known by the account, and before ``sudo``."""

from __future__ import annotations

import os
import pwd
import socket

from publisher.settings.person import user, who


def test_the_account_is_the_one_of_the_process_whatever_the_environment_says() -> None:
    own = pwd.getpwuid(os.getuid()).pw_name
    assert user({"USER": "somebody", "LOGNAME": "somebody"}) == own
    assert who({}) == f"{own}@{socket.gethostname()}"


def test_before_sudo_it_was_somebody_else() -> None:
    assert who({"SUDO_USER": "ana"}) == f"ana@{socket.gethostname()}"


def test_a_name_is_one_short_line() -> None:
    name = user({"SUDO_USER": "ana\n\x1b[31m" + "x" * 1000})
    assert len(name) <= 64
    assert name.isprintable()
