"""SIGKILL in the middle of a later update: after `announce resume` every channel says it, and none says it twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from crashlab.lab import URGENT, Lab, lab
from crashlab.points import Point, counted
from crashlab.stages import FIVE
from crashlab.trials import MOST_RESUMES, Tally, Verdict, tried

NOW = tuple("now" if word == "+2h" else word for word in URGENT)
VERBS = {
    "extend": (("extend", "--by", "1h", "--yes", "--json"), ("[Verlängert bis ", "Dauert länger: ")),
    "complete": (("complete", "--yes", "--json"), ("[Abgeschlossen ", "Abgeschlossen: ")),
}
POSTS = {"blog": 1, "customer-center": 1, "facebook": 2, "twitter": 2, "feed": 2}
"""What customers see in the end: edited posts stay one, the others are two."""


@pytest.fixture(scope="module", params=VERBS)
def verb(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def found(verb: str, strace: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Point, ...]:
    """Every point of a clean run of the verb."""
    words, _ = VERBS[verb]
    with lab(FIVE, tmp_path_factory.mktemp("count"), typed=NOW) as own:
        assert own.urgent().code == 0
        return tuple(sorted(set(counted(own, lambda under: own.run(*words, under=under)))))


def test_killed_in_a_later_update_it_is_said_once(
    verb: str,
    found: tuple[Point, ...],
    chosen: Callable[[Sequence[Any], int], list[Any]],
    report: Callable[[Tally], None],
    tmp_path: Path,
) -> None:
    words, mark = VERBS[verb]

    def trial(point: Point, folder: Path) -> Verdict:
        with lab(FIVE, folder, typed=NOW) as own:
            assert own.urgent().code == 0
            config = own.held(point.first) if point.first else own.config
            ran = own.run(*words, under=point.killing(own), config=config)
            code = _recovered(own, words)
            return _judged(own, str(point), mark, code, hit=ran.code == -9)

    report(tried(f"killed in {verb}", chosen(found, 12), trial, folder=tmp_path))


def _recovered(own: Lab, words: tuple[str, ...]) -> int:
    """Resume until nothing is left; where the update had not been recorded, type it again."""
    code = _resumed(own)
    if _update(own) == 1:
        code = own.run(*words).code
        code = _resumed(own) if code == 5 else code
    return code


def _resumed(own: Lab) -> int:
    ran = own.resume("--yes")
    for _ in range(MOST_RESUMES):
        if ran.code != 5:
            break
        ran = own.resume("--yes")
    return ran.code


def _update(own: Lab) -> int:
    (row,) = own.run("list", "--json").json["announcements"]
    return int(own.run("show", row["ref"], "--json").json["update"])


def _judged(own: Lab, what: str, mark: tuple[str, ...], code: int, *, hit: bool) -> Verdict:
    seen, sent = own.visible(), own.sent()
    more = {name for name, count in seen.items() if count > POSTS[name]}
    more |= {name for name, count in sent.items() if count > POSTS[name]}
    broken = [] if code == 0 else [f"exit code {code}"]
    broken += [] if _update(own) == 2 else [f"{_update(own)} updates"]
    return Verdict(
        what=what,
        hit=hit,
        duplicates=tuple(sorted(more)),
        lost=tuple(sorted({*_missing(own, mark), *(n for n, count in seen.items() if count < POSTS[n])})),
        broken=tuple(broken),
    )


def _missing(own: Lab, mark: tuple[str, ...]) -> set[str]:
    """Channels on which a post does not say it that has to."""
    told = {
        channel: [
            (post.title or post.body).startswith(mark)
            for post in own.sandbox.posts()
            if post.visible and f"/{begins}" in f"{post.url}/"
        ]
        for channel, begins in own.stage.platforms.items()
    }
    enough = {"blog": 1, "customer-center": 1, "facebook": 2, "twitter": 1}
    return {channel for channel, said in told.items() if sum(said) != enough[channel]}
