"""Where a secret comes from: an environment variable, a file, or a command's output. Never printed.

A secret stands in no file of settings: the configuration only says where it comes from, so that it can be
shown, checked in and mailed around. What is wrong with a secret is said without a character of it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from publisher.model.commands import shell
from publisher.settings.faults import InputFault, quoted
from publisher.settings.masking import one_line
from publisher.settings.paths import beneath
from publisher.settings.trust import group_name, user_name

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = '{ env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }'
"""The three ways to write a secret."""

MOST_BYTES = 64 * 1024
"""The longest secret, in bytes."""

COMMAND_SECONDS = 10.0
"""How long a command may take to print its secret."""


class SecretFault(InputFault):
    """A secret that cannot be had. Says where it should have come from, never what it is."""


class Secret(BaseModel):
    """The source of a secret: exactly one of ``env``, ``file`` and ``command``."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,
        json_schema_extra={"minProperties": 1, "maxProperties": 1},
    )
    grouped: ClassVar[bool] = False
    """Spaces inside are how it is shown, and no slip."""

    env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)] | None = None
    """The name of an environment variable."""
    file: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    """A file that only its owner can read, counted from the configuration file's folder."""
    command: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)] | None = None
    """A program and its arguments, run without a shell in the configuration file's folder."""

    @model_validator(mode="before")
    @classmethod
    def _is_a_source(cls, value: Any) -> Any:
        if not isinstance(value, Mapping | Secret):
            raise SecretFault("is written into this file", cure=f"a secret only has its source here: {FORMS}")
        return value

    @model_validator(mode="after")
    def _has_one_source(self) -> Secret:
        if sum(source is not None for source in (self.env, self.file, self.command)) != 1:
            raise SecretFault("needs exactly one source", cure=f"write {FORMS}")
        return self

    @property
    def source(self) -> str:
        """Where it comes from, in words. Of a command only the program: its arguments may be confidential."""
        if self.env is not None:
            return f"environment variable {self.env}"
        if self.file is not None:
            return f"file {quoted(self.file)}"
        return f"command {quoted(self.command[0] if self.command else '')}"

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """What repr, str and rich show: the source, in words."""
        yield None, self.source


class GroupedSecret(Secret):
    """A secret that its platform shows in groups, with a space between each two: whoever uses it takes them out."""

    grouped: ClassVar[bool] = True


def resolve(secret: Secret, *, root: Path, environ: Mapping[str, str], group: int | None = None) -> str:
    """The secret itself, without one line break at its end.

    Relative files count from ``root``, where commands run too, for at most ten seconds and without input. ``group``
    is one, by its number, that may read files beside their owners.
    Raises SecretFault when it cannot be had, is empty, or holds white space or control characters; spaces are what
    a grouped one may hold.
    """
    _leave_no_core_files()
    if secret.env is not None:
        text = _variable(secret.env, environ)
    elif secret.file is not None:
        text = _decoded(_file_content(beneath(root, secret.file), secret.source, group), secret.source)
    else:
        text = _decoded(_output(secret, root, environ), secret.source)
    return _plain(text, secret.source, grouped=secret.grouped)


def present(
    secret: Secret, *, root: Path, environ: Mapping[str, str], group: int | None = None
) -> str | None:
    """What is missing, as one line with its cure, or None: a look that runs no command and reads no file.

    The arguments are those of `resolve`.
    """
    try:
        if secret.env is not None:
            _plain(_variable(secret.env, environ), secret.source, grouped=secret.grouped)
        elif secret.file is not None:
            with _opened(beneath(root, secret.file), secret.source, group):
                pass
        else:
            _check_program((secret.command or ("",))[0], secret.source, root, environ)
    except SecretFault as fault:
        return f"{fault}; {fault.cure}" if fault.cure else str(fault)
    return None


@cache
def _leave_no_core_files() -> None:
    """A process that dies leaves its memory in a file on some systems: from now on there are secrets in ours."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


# --- the three sources ------------------------------------------------------------------------------------------


def _variable(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise SecretFault(
            f"environment variable {name} is not set", cure=f"set {name} for this command, or use a file"
        )
    return environ[name]


@contextmanager
def _opened(path: Path, source: str, group: int | None) -> Iterator[int]:
    """The file's descriptor, once it is known to be a regular file that only its owner, or the group, can read."""
    try:
        # Without O_NONBLOCK a named pipe that nobody writes to would keep us here for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise SecretFault(
            f"{source} cannot be read: {reason}{_whose(path, error)}",
            cure=f"looked for {one_line(str(path))}",
        ) from None
    try:
        _check_file(os.fstat(descriptor), path, source, group)
        yield descriptor
    finally:
        os.close(descriptor)


def _whose(path: Path, error: Exception) -> str:
    """Whom to ask for it."""
    if not isinstance(error, PermissionError):
        return ""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f" (it belongs to {user_name(status.st_uid)}, mode {stat.S_IMODE(status.st_mode):04o})"


def _check_file(status: os.stat_result, path: Path, source: str, group: int | None) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretFault(
            f"{source} is not a regular file", cure="name a file that holds nothing but the secret"
        )
    shared = stat.S_IRGRP if status.st_gid == group else 0
    if status.st_mode & (stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH) & ~shared:
        mode, name = f"{stat.S_IMODE(status.st_mode):04o}", one_line(str(path))
        if group is None:
            raise SecretFault(
                f"{source} is open to others than its owner (mode {mode})", cure=shell("chmod", 600, name)
            )
        raise SecretFault(
            f"{source} is open to others than its owner and the group {group_name(group)}"
            f" (mode {mode}, group {group_name(status.st_gid)})",
            cure=f"{shell('chgrp', group_name(group), name)}; {shell('chmod', 640, name)}",
        )
    if status.st_size > MOST_BYTES:
        raise SecretFault(
            f"{source} has more than {MOST_BYTES} bytes", cure="name a file that holds nothing but the secret"
        )


def _file_content(path: Path, source: str, group: int | None) -> bytes:
    with _opened(path, source, group) as descriptor:
        try:
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(MOST_BYTES)
        except OSError as error:
            raise SecretFault(
                f"{source} cannot be read: {error.strerror}", cure="see what is wrong with it"
            ) from None


def _output(secret: Secret, root: Path, environ: Mapping[str, str]) -> bytes:
    from publisher.settings.programs import CommandFault, output_of  # subprocess takes 13 ms

    try:
        return output_of(
            secret.command or (), folder=root, environ=environ, seconds=COMMAND_SECONDS, most=MOST_BYTES
        )
    except CommandFault as fault:
        raise SecretFault(f"{secret.source} {fault.problem}", cure=fault.cure) from None


def _check_program(program: str, source: str, root: Path, environ: Mapping[str, str]) -> None:
    import shutil  # needed by few configurations

    # As the command will be looked for: a name along PATH, a path from its folder.
    where = str(root / program) if "/" in program else program
    if shutil.which(where, path=environ.get("PATH", os.defpath)) is None:
        raise SecretFault(
            f"{source} cannot be run: no such program", cure="check the program's name, and PATH"
        )


# --- what all secrets have in common ------------------------------------------------------------------------------


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SecretFault(
            f"{source} does not hold UTF-8 text", cure="write the secret as plain text"
        ) from None


def _plain(text: str, source: str, *, grouped: bool) -> str:
    secret = text.removesuffix("\n").removesuffix("\r")
    told = secret.replace(" ", "") if grouped else secret
    if not told:
        raise SecretFault(f"{source} is empty", cure="put the secret there")
    for character in told:
        if character.isspace() or not character.isprintable():
            problem = f"{source} holds {_named(character)} inside its secret"
            raise SecretFault(problem, cure="keep only the secret itself, on one line and without spaces")
    return secret


def _named(character: str) -> str:
    names = {"\n": "a second line", " ": "a space"}
    return names.get(character, f"U+{ord(character):04X}")
