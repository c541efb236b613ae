"""What the runs came to, as Markdown: the targets first, then every program."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.cases import Results
from benchmarks.process import Sample

Statistic = Callable[[Iterable[float]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One demand: a value of ours in relation to one beside it."""

    what: str
    ours: str
    """The case."""
    measure: str = "wall"
    """The field of `Sample`."""
    beside: str | float
    """Another case, or a number of seconds (or MiB)."""
    most: float | None = None
    """The largest ratio allowed; None: nothing is demanded."""
    least_times: float | None = None
    """Instead: how many times faster it has to be."""


TARGETS: Sequence[Target] = (
    Target(
        what="five channels over TLS, 5 ms: from the start until the last one has its post, by Apprise's",
        ours="announce, 5, 5 ms, TLS",
        measure="told",
        beside="apprise, 5, 5 ms, TLS",
        most=0.95,
    ),
    Target(
        what="the same over HTTP",
        ours="announce, 5, 5 ms",
        measure="told",
        beside="apprise, 5, 5 ms",
        most=1.15,
    ),
    Target(
        what="five channels, each request 200 ms: wall, by the slowest channel's own four requests",
        ours="announce, 5, 200 ms",
        beside=0.8,
        most=1.55,
    ),
    Target(
        what="the same, Facebook 2 s: wall, by its own two requests",
        ours="announce, 5, one 2 s",
        beside=4.0,
        most=1.12,
    ),
    Target(
        what="50 channels, 200 ms: wall, by Apprise's",
        ours="announce, 50, 200 ms",
        beside="apprise, 50, 200 ms",
        least_times=5.5,
    ),
    Target(
        what="500 channels, 200 ms: wall, by Apprise's",
        ours="announce, 500, 200 ms",
        beside="apprise, 500, 200 ms",
        least_times=21,
    ),
    Target(
        what="50 channels, 200 ms: wall, by nothing but requests in as many threads",
        ours="announce, 50, 200 ms",
        beside="bare requests, 50, 200 ms",
        most=1.25,
    ),
    Target(
        what="500 channels, 200 ms: wall, by nothing but requests in as many threads",
        ours="announce, 500, 200 ms",
        beside="bare requests, 500, 200 ms",
        most=1.15,
    ),
    Target(
        what="a dry run of five channels, by a program that only imports the same",
        ours="announce, dry run, 5",
        beside="bare imports of a dry run",
        most=1.2,
    ),
    Target(
        what="the same in two languages",
        ours="announce, dry run, 5 in two languages",
        beside="bare imports of a dry run",
        most=1.35,
    ),
    Target(
        what="`announce list`, by a program that only imports the same",
        ours="announce list, 10",
        beside="bare imports of list",
        most=1.2,
    ),
    Target(
        what="`announce --help`, by a program that only imports the same",
        ours="announce --help",
        beside="bare imports of --help",
        most=1.1,
    ),
    Target(
        what="five channels, 5 ms: until the last one has its post, by a program that only imports the same",
        ours="announce, 5, 5 ms",
        measure="told",
        beside="bare imports of sending",
    ),
    Target(
        what="a dry run of five channels, by `apprise --dry-run`",
        ours="announce, dry run, 5",
        beside="apprise, dry run, 5",
        most=0.75,
    ),
    Target(
        what="`announce --help`, by `apprise --dry-run`",
        ours="announce --help",
        beside="apprise, dry run, 5",
        most=0.45,
    ),
    Target(
        what="`announce list` with 10,000 announcements in the ledger, by the same with ten",
        ours="announce list, 10,000",
        beside="announce list, 10",
        most=2.0,
    ),
    Target(
        what="`announce feed build`, 1,000 announcements into an empty folder, by 2 s",
        ours="announce feed build, 1,000",
        beside=2.0,
        most=1.0,
    ),
    Target(
        what="500 channels: peak memory, by 250 MiB",
        ours="announce, 500, 200 ms",
        measure="rss",
        beside=250.0,
        most=1.0,
    ),
)

MOST_SHARE = 0.12
"""Of our own modules in the time that a dry run's imports take."""

GRACE = 0.010
"""Seconds that may pass beside the commit between the last answer and the prompt."""

TAILS = ("announce, 5, 5 ms", "announce, 5, 200 ms", "announce, 5, one 2 s")


def targets(results: Results) -> str:
    """What is demanded, and whether it is met: by the medians; the ratio of the fastest runs beside it."""
    head = ["what", "announce", "beside it", "ratio", "of the fastest", "target", "met"]
    rows = [_target(target, results) for target in TARGETS]
    return _table(head, [*rows, *_share(results), *(_tail(case, results) for case in TAILS)])


def all_runs(results: Results) -> str:
    """Every program: medians, the fastest in brackets; milliseconds."""
    head = ["program", "wall", "CPU", "last post there", "last answer to exit", "peak MiB", "runs"]
    rows = [_run(name, samples) for name, samples in results.samples.items()]
    return "\n\n".join([_table(head, rows), *_commit(results)])


def _target(target: Target, results: Results) -> list[str]:
    median, fastest = (_ratio(target, results, statistic) for statistic in (statistics.median, min))
    ours = _shown(_value(target.ours, target.measure, results, statistics.median), target.measure)
    beside = _shown(
        _value(target.beside, _measure_beside(target), results, statistics.median), target.measure
    )
    return [target.what, ours, beside, *_verdict(target, median, fastest)]


def _verdict(target: Target, median: float, fastest: float) -> list[str]:
    if target.least_times:
        times, met = 1 / median, 1 / median >= target.least_times
        return [f"{times:.1f} ×", f"{1 / fastest:.1f} ×", f"≥ {target.least_times:g} × faster", _met(met)]
    ratios = [f"{median:.2f}", f"{fastest:.2f}"]
    if target.most is None:
        return [*ratios, "", ""]
    return [*ratios, f"≤ {target.most:g}", _met(median <= target.most)]


def _ratio(target: Target, results: Results, statistic: Statistic) -> float:
    ours = _value(target.ours, target.measure, results, statistic)
    return ours / _value(target.beside, _measure_beside(target), results, statistic)


def _measure_beside(target: Target) -> str:
    """A program that only imports tells nobody: what counts is its whole time."""
    return "wall" if str(target.beside).startswith("bare") else target.measure


def _value(case: str | float, measure: str, results: Results, statistic: Statistic) -> float:
    if isinstance(case, float):
        return case
    return statistic(getattr(sample, measure) for sample in results.samples[case])


def _tail(case: str, results: Results) -> list[str]:
    tail, allowed = _value(case, "tail", results, statistics.median), results.commit + GRACE
    fastest = _value(case, "tail", results, min) / (min(results.commits) + GRACE)
    return [
        f"{case}: from the last answer to the prompt, by one ledger commit ({_ms(results.commit)} ms) + 10 ms",
        _shown(tail, "tail"),
        _shown(allowed, "tail"),
        f"{tail / allowed:.2f}",
        f"{fastest:.2f}",
        "≤ 1",
        _met(tail <= allowed),
    ]


def _share(results: Results) -> list[list[str]]:
    if not results.shares:
        return []
    share, least = statistics.median(results.shares), min(results.shares)
    what = "our own modules' share of the time that the imports of a dry run take"
    return [
        [
            what,
            f"{share:.0%}",
            "100%",
            f"{share:.2f}",
            f"{least:.2f}",
            f"≤ {MOST_SHARE:g}",
            _met(share <= MOST_SHARE),
        ]
    ]


def _commit(results: Results) -> list[str]:
    if not results.commits:
        return []
    return [f"A ledger commit took {_ms(results.commit)} ms (fastest {_ms(min(results.commits))} ms)."]


def _run(name: str, samples: Sequence[Sample]) -> list[str]:
    cells = [_both(samples, measure) for measure in ("wall", "cpu", "told", "tail")]
    return [name, *cells, f"{max(sample.rss for sample in samples):.0f}", str(len(samples))]


def _both(samples: Sequence[Sample], measure: str) -> str:
    values = [getattr(sample, measure) for sample in samples]
    if None in values:
        return ""
    return f"{_ms(statistics.median(values))} ({_ms(min(values))})"


def _shown(value: float, measure: str) -> str:
    return f"{value:.0f} MiB" if measure == "rss" else f"{_ms(value)} ms"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def _met(met: bool) -> str:
    return "yes" if met else "**no**"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
