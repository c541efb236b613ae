"""`--edit`: the texts of an update in the user's editor, every language in its place; what was written is not lost."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from publisher.cli.terminal import output
from publisher.model.announcement import Kind, Localized
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS, language_of
from publisher.planning.initial_request import InitialTyped
from publisher.planning.later_request import LaterTyped
from publisher.planning.reading import Reader, TypedText, as_it_stands
from publisher.planning.request_file import LATER_KEYS, read_file
from publisher.settings.text_rules import RULES

if TYPE_CHECKING:
    from publisher.settings.config import Config

Texts = Mapping[str, Localized]
"""By place: ``{"title": {"de": "…", "en": "…"}}``."""

HEAD = """\
# announce {verb}: what customers read. Save and close to see the preview.
# Left as it is, or empty, nothing is sent. Lines that begin with # are no text.
# A language that is left empty gets its general sentence, never another's text.
"""


@contextmanager
def first(
    typed: InitialTyped, file: Mapping[str, Any], config: Config
) -> Iterator[tuple[InitialTyped, Mapping[str, Any]]]:
    """What was typed and the file, with the texts as they were edited. Raises Refused where nothing was written."""
    chosen = config.presets.get(typed.preset or file.get("preset") or "")
    preset = chosen.model_dump() if chosen else {}
    given = {
        place: (getattr(typed, place), as_it_stands(file.get(place)), preset.get(place)) for place in TEXTS
    }
    with _edited(("urgent",), _read(given, config), config, TEXTS) as texts:
        yield replace(typed, **dict.fromkeys(TEXTS)), {**file, **dict.fromkeys(TEXTS), **texts}


@contextmanager
def later(
    ref: str, typed: LaterTyped, text: str | None, standing: Texts, config: Config
) -> Iterator[LaterTyped]:
    """What was typed, with the texts as they were edited; a correction begins with those that stand there.

    Raises Refused where nothing was written.
    """
    places = tuple(key for key in LATER_KEYS[typed.kind] if key in RULES)
    said = (*([] if text is None else [text]), *(typed.text or ()))
    typed_there: Mapping[str, TypedText] = {**typed.corrections, "text": said or None}
    given = {
        place: (typed_there.get(place), as_it_stands(typed.file.get(place)), standing.get(place))
        for place in places
    }
    with _edited((_VERBS[typed.kind], ref), _read(given, config), config, places) as texts:
        unchanged = {name: value for name, value in typed.corrections.items() if name not in places}
        rest = {name: value for name, value in typed.file.items() if name not in places}
        yield replace(typed, text=None, corrections=unchanged, file={**rest, **texts})


_VERBS = {
    Kind.PROGRESS: "update",
    Kind.RESCHEDULED: "extend",
    Kind.COMPLETED: "complete",
    Kind.CANCELLED: "cancel",
    Kind.CORRECTED: "correct",
}


def _read(given: Mapping[str, tuple[TypedText, ...]], config: Config) -> Texts:
    """The texts by language that there are already. Raises Refused."""
    reader = Reader(config, datetime.now(UTC))
    texts = {place: reader.text(place, *words) or {} for place, words in given.items()}
    reader.refuse_faults("nothing was sent")
    return texts


@contextmanager
def _edited(
    words: tuple[str, ...], texts: Texts, config: Config, places: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """What the editor left, by place and language. The file goes when all went well, and else is named."""
    handle, name = tempfile.mkstemp(prefix="announce-", suffix=".toml")
    path, before = Path(name), document(words[0], texts, config)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    try:
        _run_editor(path)
        yield _found(path, before, places)
    except BaseException:
        if path.exists():
            output.log(f"note: what you wrote is kept: {command(*words, '--from-file', name)}")
        raise
    path.unlink(missing_ok=True)


def _found(path: Path, before: str, places: tuple[str, ...]) -> dict[str, Any]:
    """Raises Refused where nothing was written."""
    after = path.read_text(encoding="utf-8", errors="surrogateescape")
    found = {} if after == before else read_file(str(path), places)
    if not found:
        path.unlink()
        raise Refused("nothing was written, and nothing was sent")
    return found


def document(verb: str, texts: Texts, config: Config) -> str:
    """The file to write in: a table a text, a line a language."""
    languages = dict.fromkeys(
        _key(locale, own=config.language, spoken=config.locales) for locale in config.locales
    )
    lines = [HEAD.format(verb=verb)]
    for place, said in texts.items():
        lines.append(f"[{place}]{_limit(place)}")
        lines += [
            f"{language} = {_quoted(place, said.get(language, ''))}" for language in {**languages, **said}
        ]
        lines.append("")
    return "\n".join(lines)


def _key(locale: str, *, own: str, spoken: tuple[str, ...]) -> str:
    """By its language, unless two channels speak it differently."""
    language = language_of(locale)
    alone = [one for one in spoken if language_of(one) == language] == [locale]
    return language if alone or language == own else locale


def _limit(place: str) -> str:
    rule = RULES[place]
    return f"  # at most {rule.most} characters{'' if rule.lines else ', one line'}"


def _quoted(place: str, text: str) -> str:
    if not RULES[place].lines:
        return json.dumps(text, ensure_ascii=False)
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '""\\"') + '\n"""'


def _run_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise Refused(f"$EDITOR, {editor!r}, cannot be run: {error}", hint="set EDITOR=nano") from None
    if code:
        raise Refused(f"the editor ended with {code}, and nothing was sent")
