"""``python -m benchmarks [--rounds N] [--patience SECONDS] [--only WORD] [--write]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.cases import CASES, run
from benchmarks.machine import machine
from benchmarks.tables import all_runs, targets

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
MARKS = ("<!-- measured: begin -->", "<!-- measured: end -->")


def main(arguments: list[str]) -> int:
    """Measure, print the tables, and with ``--write`` put them into the document."""
    options = _options(arguments)
    cases = {name: case for name, case in CASES.items() if options.only in name}
    results = run(cases, options.rounds, options.patience)
    parts = [] if options.only else [targets(results)]
    report = "\n\n".join([*parts, all_runs(results), machine(results, options.rounds)])
    print(report)
    if options.write:
        write(report)
    return 0


def write(report: str) -> None:
    """Put the report between the document's marks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    DOCUMENT.write_text(f"{before}{MARKS[0]}\n{report}\n{MARKS[1]}{after}", encoding="utf-8")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often every program is run (default: 9)")
    parser.add_argument(
        "--patience",
        type=float,
        default=10,
        help="seconds to wait for a quiet moment before a sample (default: 10)",
    )
    parser.add_argument("--only", default="", metavar="WORD", help="only the cases whose name contains it")
    parser.add_argument("--write", action="store_true", help=f"put the tables into docs/{DOCUMENT.name}")
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("--write needs all cases")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
