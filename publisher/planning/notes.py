"""What in a plan deserves a note: what nobody will read, whom a sign calls, what is still open, what comes late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from publisher.model.announcement import Kind
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.languages import TEXTS, Untranslated, spoken_in, unspoken
from publisher.model.lint import Level
from publisher.model.note import Note
from publisher.model.post import Format, Post
from publisher.model.promise import is_overdue
from publisher.model.times import spoken
from publisher.model.verdict import way_on
from publisher.planning.lint.findings import found
from publisher.planning.plan import Plan
from publisher.rendering.lookalikes import lookalikes

LOUD = frozenset({"template", "untranslated", "may-stand"})
"""Codes of what is said on stderr, too, where nobody looks at a preview."""


def notes(plan: Plan, zone: ZoneInfo, untranslated: Untranslated = Untranslated.GENERIC) -> Iterator[Note]:
    """In the order in which they are read; most plans have none or one."""
    yield from _stood_in(plan)
    yield from _idle(plan)
    yield from _overtaken(plan)
    yield from _open_before(plan)
    yield from _doubtful(plan)
    yield from _catching_up(plan, zone)
    yield from _overdue(plan, zone)
    yield from _uncorrected(plan)
    yield from _unsaid(plan)
    yield from _deceptions(plan)
    yield from found(plan.update, plan.outgoing, plan.lint, Level.WARNING)
    yield from _untranslated(plan, untranslated)
    yield from _kept(plan)
    yield from _late(plan)


def _stood_in(plan: Plan) -> Iterator[Note]:
    """Where a template of the user's own is broken, and ours is used so that customers are told all the same."""
    for post in (item.post for item in plan.outgoing):
        if post.template_fault:
            said = f"the packaged template is used, because yours is broken: {post.template_fault}"
            yield Note("template", said, post.channel)


# --- what the channels do about it -------------------------------------------------------------------------------


def _idle(plan: Plan) -> Iterator[Note]:
    for name, why in plan.idle.items():
        yield Note("idle", f"does nothing: {why}", name)


def _overtaken(plan: Plan) -> Iterator[Note]:
    for one in plan.overtaken:
        said = f"update {one.update} was never sent there, and is given up for this one"
        yield Note("overtaken", said, one.channel)


def _open_before(plan: Plan) -> Iterator[Note]:
    """What is not settled yet of what was said before, and what that means for this one."""
    for one in plan.open_before:
        yield Note("open-before", _open(one, served=one.channel in plan.channels), one.channel)


def _open(delivery: Delivery, *, served: bool) -> str:
    taken_down = "the withdrawal of " if delivery.operation is Operation.WITHDRAW else ""
    what = f"{taken_down}update {delivery.update}"
    if delivery.state is State.NEEDS_DECISION:
        held = ", and this waits for it" if served else ""
        return f"{what} still needs a decision{held}: {way_on(delivery)}"
    comes = "this goes after it" if served else f"to go on with it: {way_on(delivery)}"
    return f"{what} is still {delivery.state.replace('_', ' ')}; {comes}"


def _doubtful(plan: Plan) -> Iterator[Note]:
    """Beside what this may be posted, or what it does not change: nobody has said whether it is there."""
    anew = {item.post.channel for item in plan.outgoing if item.target is None}
    for one in plan.doubtful:
        beside = "this is a new post beside it" if one.channel in anew else "this does not change it"
        look = command("resolve", one.ref, one.channel)
        said = f"update {one.update} was given up and may stand there; {beside}: {look}"
        yield Note("may-stand", said, one.channel)


def _catching_up(plan: Plan, zone: ZoneInfo) -> Iterator[Note]:
    """Where customers have missed a new time."""
    for name, period in plan.unheard.items():
        heard = f"{spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)}"
        yield Note("catching-up", f"customers there last heard {heard}; the post says the change", name)


def _overdue(plan: Plan, zone: ZoneInfo) -> Iterator[Note]:
    """Where no end is announced that could still be kept."""
    if is_overdue(plan.update):
        end, ref = spoken(plan.update.announcement.period.ends_at, zone), plan.update.announcement.ref
        way = command("extend", ref, "--until", "WHEN")
        yield Note("overdue", f"the announced end, {end}, has passed: {way} says a new one")


def _uncorrected(plan: Plan) -> Iterator[Note]:
    """Which posts a silent correction leaves as they are."""
    for post in plan.uncorrected:
        where = post.url or post.remote_id or "an unknown address"
        yield Note("uncorrected", f"update {post.update} at {where} keeps the mistake", post.channel)


# --- what the texts say ------------------------------------------------------------------------------------------


def _unsaid(plan: Plan) -> Iterator[Note]:
    """What there was no room for, and what stands there cut."""
    for post in (item.post for item in plan.outgoing):
        missing = post.left_out or (("text",) if _lacks_the_text(plan, post) else ())
        if told := [_PARTS.get(name, f"the {name}") for name in missing] + _unnamed(plan, post):
            yield Note("left-out", f"no room for {_listed(told)}", post.channel)
        if post.shortened:
            are = "is" if len(post.shortened) == 1 else "are"
            cut = _listed([_PARTS.get(name, f"the {name}") for name in post.shortened])
            yield Note("shortened", f"{cut} {are} cut for want of room", post.channel)


def _lacks_the_text(plan: Plan, post: Post) -> bool:
    """Whether a variant of somebody's own short template leaves out what the update says in words."""
    said = plan.update.text
    words = spoken_in(said, post.locale)
    if not words or post.format is not Format.SHORT or post.shortened:
        return False
    return words.split("\n")[0] not in post.body


def _unnamed(plan: Plan, post: Post) -> list[str]:
    """The services that a short post only counts: "VPS-Hosting und 4 weitere Dienste"."""
    if post.format is not Format.SHORT or "who" in post.shortened:
        return []
    services = plan.update.announcement.services
    names = [spoken_in(one.name, post.locale) or one.key for one in services]
    counted = [name for name in names if name not in post.body]
    if not counted or len(counted) == len(names):
        return []
    return [f"the name{'s' if len(counted) > 1 else ''} of {_listed(counted)}"]


def _listed(told: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


_PARTS = {
    "matter": "the title",
    "said": "our sentence",
    "mistakes": "what was wrong",
    "added": "what was added",
    "date": "that a new date follows",
    "meaning": "the impact",
    "next": "the next update",
    "before": "the time as announced before",
    "sorry": "the apology",
    "closing": "the closing sentence",
}
"""What an engineer calls the parts of our own short template, where that is another word."""


def _deceptions(plan: Plan) -> Iterator[Note]:
    """What readers do not see in the texts that are new, or take for something else."""
    announcement = plan.update.announcement
    texts = {"text": plan.update.text, "corrected text": plan.update.repaired}
    if plan.update.kind in {Kind.INITIAL, Kind.CORRECTED}:
        texts |= {name: getattr(announcement, name) for name in TEXTS}
        texts |= {f"service {one.key}": one.name for one in announcement.services}
    for place, said in texts.items():
        for language, words in (said or {}).items():
            where = place if len(said or ()) == 1 else f"{place} ({language})"
            yield from (Note("lookalike", f"{where}: {what}") for what in lookalikes(words))


def _untranslated(plan: Plan, untranslated: Untranslated) -> Iterator[Note]:
    """What is not there in a channel's language, and what its readers get instead."""
    for channel, locale in _spoken(plan):
        for place in unspoken(plan.update, locale):
            what, instead = _INSTEAD.get(place, (f"the name of {place} is", "its key stands for it"))
            if untranslated is Untranslated.ORIGINAL:
                instead = "another language's is used"
            yield Note("untranslated", f"{what} not there in {locale}; {instead}", channel)


_INSTEAD = {
    "title": ("the title is", "the services' names stand for it"),
    "reason": ("the reason is", "it is left out"),
    "details": ("the details are", "they are left out"),
    "action": ("the action is", "it is left out"),
    "unaffected": ("what is not affected is", "it is left out"),
    "text": ("the text is", "a general sentence stands for it"),
}


def _spoken(plan: Plan) -> Iterable[tuple[str, str]]:
    """Each channel that does something, with each locale of it."""
    posts = [item.post for item in plan.outgoing]
    return dict.fromkeys((post.channel, one) for post in posts for one in (post.locale, *post.beside))


def _kept(plan: Plan) -> Iterator[Note]:
    """In which languages a text stays as it was, while it is corrected in others."""
    for channel, locale in _spoken(plan):
        for place, languages in plan.kept.items():
            if spoken_in(dict.fromkeys(languages, ""), locale) is not None:
                text = f"the {place} is corrected in another language; {locale} still reads the old one"
                yield Note("kept-language", text, channel)


# --- when it is read ---------------------------------------------------------------------------------------------


def _late(plan: Plan) -> Iterator[Note]:
    """Who hears of it late."""
    if any(item.type == "feed" for item in plan.outgoing):
        yield Note(
            "late", "feed readers ask every 10 to 60 minutes: subscribers may hear of it that much later"
        )
