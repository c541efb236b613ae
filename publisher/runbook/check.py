"""Find the expired token before the night: templates, platforms and the ledger, tried. Publishes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from publisher.delivery.probes import Checked, check_all
from publisher.ledger.protocol import Health
from publisher.model.record import Record
from publisher.model.verdict import most_urgent
from publisher.runbook.clock import Clock, compared
from publisher.runbook.ledger import Condition, condition
from publisher.runbook.outside import outside

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly


__all__ = ["Checked", "Checkup", "check"]


class Checkup(Record, frozen=True, kw_only=True):
    """What was found."""

    answers: tuple[Checked, ...]
    """Of the enabled channels' platforms, in the order of the configuration."""
    templates: Mapping[str, list[str]]
    """What is wrong with each channel's templates."""
    preview_page: tuple[str, ...] = ()
    """What is wrong with the template of the page that `--html` writes."""
    ledger: Condition
    outside: tuple[Checked, ...] = ()
    """What strangers find of sites and hubs: it may warn, and keeps nobody from publishing."""
    clock: Clock
    """This machine's, by all that answered."""

    @property
    def exit_code(self) -> int:
        """2 where a secret, a template, the ledger or the clock is wrong; else the platforms' most urgent answer."""
        codes = [answer.exit_code for answer in self.answers]
        templates = self.preview_page or any(self.templates.values())
        if 2 in codes or templates or self.ledger.exit_code or self.clock_is_wrong:
            return 2
        return most_urgent(codes)

    def needs_somebody(self, answer: Checked) -> bool:
        """Whether a person has to act on one channel: now, or before a token ends."""
        warned = answer.identity is not None and bool(answer.identity.warnings)
        return bool(answer.exit_code or warned or self.templates.get(answer.channel))

    @property
    def clock_is_wrong(self) -> bool:
        """So far off that nothing should be told by it."""
        return self.clock.health is Health.FAULT

    @property
    def ledger_needs_somebody(self) -> bool:
        """Whether a person has to act on the ledger."""
        return any(one.health is not Health.WELL for one in self.ledger.diagnoses)


def check(assembly: Assembly, page_faults: Callable[[Assembly], Sequence[str]] | None = None) -> Checkup:
    """Try every enabled channel's templates, and ask its platform who we are there and whether we may publish.

    ``page_faults`` tries the page of `--html`, which is whoever's that writes it.
    """
    enabled = [name for name in assembly.config.channels if assembly.channels.is_open(name)]
    answers = check_all(
        {name: partial(assembly.channels.adapter, name) for name in enabled},
        deadline=assembly.config.publisher.deadline,
        mask=assembly.masker.mask,
    )
    seen = outside(assembly)
    return Checkup(
        answers=answers,
        templates={name: assembly.template_faults(name) for name in enabled},
        preview_page=tuple(page_faults(assembly)) if page_faults else (),
        ledger=condition(assembly.config, whole=False),
        outside=seen,
        clock=compared(assembly.channels.ahead),
    )
