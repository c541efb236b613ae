"""The tables of announce.toml, except the channels', which belong to their adapters: keys, defaults, and forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from publisher.model.announcement import UNDETERMINED, Impact, Wording
from publisher.model.languages import Untranslated
from publisher.model.lint import RULES as RULES_ON_TEXTS
from publisher.model.lint import Level, Lint
from publisher.model.times import parse_duration
from publisher.settings.faults import InputFault, quoted
from publisher.settings.nearest import nearest
from publisher.settings.paths import beneath, is_database, ledger_file
from publisher.settings.secrets import Secret
from publisher.settings.text_rules import RULES, TextRule, checked
from publisher.settings.urls import checked_domain, checked_link, checked_permalink

MOST_LOGO = 200 * 1024
"""Bytes of a logo."""

# --- forms of values ----------------------------------------------------------------------------------------------


def checked_locale(text: str) -> str:
    """A locale such as ``de`` or ``de_AT``, written with an underscore; raises InputFault."""
    if not re.fullmatch(r"[a-z]{2,3}([_-][A-Z][a-z]{3})?([_-]([A-Z]{2}|[0-9]{3}))?", text):
        raise InputFault(f"{quoted(text)} is no locale", cure="write it as in de or de_AT")
    return text.replace("-", "_")


def checked_zone(name: str) -> str:
    """The name of a time zone, such as ``Europe/Berlin``; raises InputFault."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise InputFault(f"{quoted(name)} is no time zone", cure=_nearest_zone(name)) from None
    return name


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2,8}", text):
        raise InputFault("is no prefix for references", cure='write 2 to 8 capital letters, as in "CMO"')
    return text


def _ledger(url: str, info: ValidationInfo) -> str:
    if is_database(url):
        from publisher.settings.database import checked_database  # only whoever has such a one pays for it

        return checked_database(url)
    ledger_file(url, _root(info))
    return url


def _folder(text: str, info: ValidationInfo) -> str:
    path = beneath(_root(info), text)
    if not path.is_dir():
        raise InputFault(f"there is no folder {quoted(str(path))}", cure="create it, or remove the key")
    return str(path)


def _file(text: str, info: ValidationInfo) -> str:
    path = beneath(_root(info), text)
    if not path.is_file():
        raise InputFault(f"there is no file {quoted(str(path))}", cure="check its name, or remove the key")
    return str(path)


def _picture(text: str, info: ValidationInfo) -> str:
    path = Path(_file(text, info))
    if path.suffix.lower() not in (".svg", ".png"):
        raise InputFault("is neither an SVG nor a PNG", cure="name a file that ends in .svg or .png")
    if path.stat().st_size > MOST_LOGO:
        raise InputFault(
            f"is larger than {MOST_LOGO // 1024} kB", cure="make it smaller: every visitor loads it"
        )
    return str(path)


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise InputFault("is no colour", cure='write it as in "#0b57b0"')
    return text.lower()


def _group(name: str) -> str:
    try:
        import grp

        grp.getgrnam(name)
    except (ImportError, KeyError, ValueError):
        cure = "make it (groupadd) and put everybody who announces into it, or remove the key"
        raise InputFault(f"there is no group {quoted(name)} on this machine", cure=cure) from None
    return name


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _code(code: str) -> str:
    if code not in RULES_ON_TEXTS:
        near = nearest(code, RULES_ON_TEXTS)
        cure = f"did you mean {near}?" if near else "docs/configuration.md has the codes"
        raise InputFault(f"{quoted(code)} is no rule", cure=cure)
    return code


def _pattern(text: str) -> str:
    from publisher.settings.patterns import checked_pattern  # for those who have any

    return checked_pattern(text)


def _by_language(value: Any) -> Any:
    """A text alone states no language: a service is called so in all, an announcement's text is in the publisher's."""
    if isinstance(value, str):
        return {UNDETERMINED: value}
    if not value or not isinstance(value, dict):
        raise InputFault('must be a text, or a table of texts by language: { de = "…", en = "…" }')
    return value


def _root(info: ValidationInfo) -> Path:
    root: Path = info.context["root"] if info.context else Path()
    return root


def _nearest_zone(name: str) -> str:
    from zoneinfo import available_timezones  # reads a whole folder, for an error only

    from babel import core

    if windows_name := core.get_global("windows_zone_mapping").get(name):  # CLDR's table
        return f"that is its name on Windows: write {windows_name}"
    meant = nearest(name, available_timezones())
    return f"did you mean {meant}?" if meant else "write it as in Europe/Berlin"


def _following(rule: TextRule) -> AfterValidator:
    return AfterValidator(lambda text: checked(text, "", most=rule.most, lines=rule.lines))


_Locale = Annotated[str, AfterValidator(checked_locale)]
_Name = Annotated[str, _following(TextRule(100, lines=False))]
_Title = Annotated[str, _following(RULES["title"])]
_Reason = Annotated[str, _following(RULES["reason"])]
_Details = Annotated[str, _following(RULES["details"])]
_Action = Annotated[str, _following(RULES["action"])]
_Contact = Annotated[str, _following(TextRule(200, lines=False))]
_Languages = BeforeValidator(_by_language, json_schema_input_type=str | dict[str, str])
_Link = Annotated[str, AfterValidator(checked_link)]


def _permalinks(value: str | Mapping[str, str]) -> str | Mapping[str, str]:
    if isinstance(value, str):
        return checked_permalink(value)
    return {checked_locale(locale): checked_permalink(text) for locale, text in value.items()}


# --- tables -------------------------------------------------------------------------------------------------------


class Table(BaseModel):
    """A table of the file: an unknown key is a fault, and no message of pydantic's shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class Publisher(Table):
    """``[publisher]``: who announces, in which language and time, and where things are kept."""

    brand: _Name
    """The name that customers know."""
    reference_prefix: Annotated[str, AfterValidator(_prefix)]
    """What every reference begins with."""
    provider: Annotated[str, AfterValidator(checked_domain)] | None = None
    """Who announces, as a domain: for calendars and machines."""
    locale: _Locale = "de"
    wording: Wording = Wording.MAINTENANCE
    """What the work is called: the set of words of all texts."""
    untranslated: Untranslated = Untranslated.GENERIC
    """What readers get of a text that is not there in their language."""
    timezone: Annotated[str, AfterValidator(checked_zone)] = "Europe/Berlin"
    permalink: Annotated[str | Mapping[str, str], AfterValidator(_permalinks)] | None = None
    """Where an announcement can be read, with ``{ref}`` or ``{slug}``, also by locale; None: posts carry no link."""
    ledger: Annotated[str, AfterValidator(_ledger)] | None = None
    """A ``sqlite:///`` or ``postgresql://`` URL; None: `publisher.settings.config.Config.ledger` says where."""
    ledger_password: Secret | None = None
    """Where the password of the database comes from; None: libpq finds it, as in ``~/.pgpass``."""
    pooler: Literal["session"] | None = None
    """``session``: a pooler that pools whole sessions stands before the database."""
    group: Annotated[str, AfterValidator(_group)] | None = None
    """The Unix group that shares ledger, secret files and the feed's folder; None: nobody shares them."""
    templates: Annotated[str, AfterValidator(_folder)] | None = None
    """The folder of the user's own templates, as an absolute path."""
    contact: Annotated[dict[_Locale, _Contact], _Languages] | None = None
    """How customers reach us, such as a phone number and its hours; by locale."""
    links: Mapping[Annotated[str, Field(min_length=1, max_length=60)], _Link] = {}
    """At the foot of every page, such as the imprint: addresses by name."""
    logo: Annotated[str, AfterValidator(_picture)] | None = None
    """An SVG or PNG for the pages, as an absolute path; None: a loudspeaker."""
    accent: Annotated[str, AfterValidator(_colour)] | None = None
    """The house's colour on pages, as in ``#0b57b0``."""
    ca_bundle: Annotated[str, AfterValidator(_file)] | None = None
    """A file of certificates to trust instead of the usual ones, as an absolute path."""
    deadline: Annotated[float, Field(strict=True, gt=0, le=3600)] = 90.0
    """Seconds that a whole run may take, settling included."""


class WindowTable(Table):
    """``[[windows]]``: one maintenance window of every week, in the publisher's time zone."""

    from_: Annotated[str, Field(alias="from")]
    to: str


class ServiceTable(Table):
    """``[services.KEY]``: a service that customers know by name."""

    name: Annotated[dict[_Locale, _Name], _Languages]


Question = Literal["impact", "outage", "unaffected", "reason", "action", "details"]
"""What a preset may let the questions at a terminal ask besides."""


class Preset(Table):
    """``[presets.NAME]``: what an announcement says unless something else is typed."""

    services: tuple[str, ...] = ()
    duration: Annotated[str, AfterValidator(_duration)] | None = None
    """As it is typed after ``--duration``."""
    title: Annotated[dict[_Locale, _Title], _Languages] | None = None
    reason: Annotated[dict[_Locale, _Reason], _Languages] | None = None
    details: Annotated[dict[_Locale, _Details], _Languages] | None = None
    action: Annotated[dict[_Locale, _Action], _Languages] | None = None
    impact: Impact | None = None
    outage: Annotated[str, AfterValidator(_duration)] | None = None
    """As it is typed after ``--outage``."""
    unaffected: Annotated[dict[_Locale, _Action], _Languages] | None = None
    wording: Wording | None = None
    ask: tuple[Question, ...] = ()
    """What only the engineer knows: asked at a terminal, and said only if it is answered."""
    statements: Mapping[
        Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")],
        Annotated[dict[_Locale, _Action], _Languages],
    ] = {}
    """Sentences by name that join the details where somebody at a terminal has confirmed them, and nowhere else."""


class GateTable(Table):
    """``[gate]``: what has to be so before announced work begins."""

    need: Annotated[tuple[_Name, ...], Field(min_length=1)] = ("all",)
    """Who has to have told customers: channels, ``any-social`` or ``all``."""
    lead: Annotated[str, AfterValidator(_duration)] | None = None
    """How long before the work, as it is typed after ``--lead``."""
    verified: Annotated[bool, Field(strict=True)] = False
    """Whether a stranger has to have seen it there, as ``announce verify`` looks."""


class LintTable(Table):
    """``[lint]``: which rules on texts hold, and what else must not be published."""

    off: tuple[Annotated[str, AfterValidator(_code)], ...] = ()
    """Rules that are not asked, by their codes."""
    warnings: tuple[Annotated[str, AfterValidator(_code)], ...] = ()
    """Rules whose findings are said."""
    errors: tuple[Annotated[str, AfterValidator(_code)], ...] = ()
    """Rules whose findings stop it before anything is sent."""
    patterns: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()
    """Regular expressions for what is not published, such as ticket numbers."""
    names: tuple[_Name, ...] = ()
    """Names that are not published, of people or customers."""
    hosts: tuple[_Name, ...] = ()
    """Domains whose hosts are internal."""

    def lint(self, file: Path) -> Lint:
        """As plain data; ``file`` is where it stands."""
        levels = {Level.OFF: self.off, Level.WARNING: self.warnings, Level.ERROR: self.errors}
        return Lint(
            file=str(file),
            levels={code: level for level, codes in levels.items() for code in codes},
            patterns=self.patterns,
            names=self.names,
            hosts=self.hosts,
        )
