"""The commands: where each is, which need it serves, and what its help says beside the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

TELL = "Tell"
UNTIL_OVER = "Until it is over"
LOOK = "Look"
SET_UP = "Set up"


class Verb(NamedTuple):
    """A command, or a group of commands: then the examples are those of its commands, too."""

    place: str
    """Module and function; loaded when the command is called."""
    group: str
    summary: str
    """At most 50 characters: one line of ``announce -h``."""
    examples: tuple[str, ...]
    page: str
    """Of the documentation."""


VERBS: Mapping[str, Verb] = {
    "urgent": Verb(
        "publisher.cli.commands.urgent:urgent",
        TELL,
        "urgent maintenance, on every channel at once",
        (
            "announce urgent",
            'announce urgent "Kernel-Lücke" --service vps --start +30m --duration 1h',
            "announce urgent --preset kernel --start 22:30 --dry-run",
            "announce urgent --edit --service vps --start +30m --duration 1h",
        ),
        "README.md",
    ),
    "update": Verb(
        "publisher.cli.commands.later:update",
        UNTIL_OVER,
        "how the work goes, and when you say more",
        (
            'announce update "Half of the servers are back." --next-update +30m',
            'announce update "Halb fertig." --text en="Half done."',
            "announce update CMO-7K3M --begun",
        ),
        "docs/life-cycle.md",
    ),
    "extend": Verb(
        "publisher.cli.commands.later:extend",
        UNTIL_OVER,
        "a new time, with the old one beside it",
        (
            'announce extend --by 1h "A disk has failed, too."',
            "announce extend CMO-7K3M --until 04:30",
            "announce extend CMO-7K3M --start 'tomorrow 22:30'",
        ),
        "docs/life-cycle.md",
    ),
    "complete": Verb(
        "publisher.cli.commands.later:complete",
        UNTIL_OVER,
        "the work is over",
        ('announce complete "Everything is back."', "announce complete CMO-7K3M --at 03:50"),
        "docs/life-cycle.md",
    ),
    "cancel": Verb(
        "publisher.cli.commands.later:cancel",
        UNTIL_OVER,
        "the work is called off",
        ('announce cancel CMO-7K3M "The spare part has not come."',),
        "docs/life-cycle.md",
    ),
    "correct": Verb(
        "publisher.cli.commands.later:correct",
        UNTIL_OVER,
        "repair a mistake, silently unless --loud",
        (
            "announce correct CMO-7K3M --title 'Kernel-Lücke' --title en='Kernel hole'",
            "announce correct CMO-7K3M --impact degraded --loud 'Slow, not away.'",
        ),
        "docs/life-cycle.md",
    ),
    "withdraw": Verb(
        "publisher.cli.commands.withdraw:withdraw",
        UNTIL_OVER,
        "take the posts down",
        ("announce withdraw", "announce withdraw CMO-7K3M facebook twitter"),
        "docs/life-cycle.md",
    ),
    "resume": Verb(
        "publisher.cli.commands.resume:resume",
        UNTIL_OVER,
        "send what has not been sent",
        ("announce resume", "announce resume CMO-7K3M --failed"),
        "docs/reliability.md",
    ),
    "resolve": Verb(
        "publisher.cli.commands.resolve:resolve",
        UNTIL_OVER,
        "decide what no program can find out",
        (
            "announce resolve CMO-7K3M facebook --delivered https://facebook.com/1_2",
            "announce resolve facebook --resend",
            "announce resolve CMO-7K3M facebook --abandon",
        ),
        "docs/reliability.md",
    ),
    "bundle": Verb(
        "publisher.cli.commands.bundle:bundle",
        UNTIL_OVER,
        "the texts, to be posted by hand",
        ("announce bundle", "announce bundle CMO-7K3M blog", "announce bundle --html by-hand.html"),
        "docs/reliability.md",
    ),
    "verify": Verb(
        "publisher.cli.commands.verify:verify",
        UNTIL_OVER,
        "can customers see it? exit 7 if not",
        ("announce verify", "announce verify CMO-7K3M --wait 2m"),
        "docs/gate.md",
    ),
    "gate": Verb(
        "publisher.cli.commands.gate:gate",
        UNTIL_OVER,
        "run a command once customers were told; else 7",
        (
            "announce gate -- ./upgrade.sh",
            "announce gate --need blog,any-social --lead 15m --wait 2h -- ./upgrade.sh",
        ),
        "docs/gate.md",
    ),
    "list": Verb(
        "publisher.cli.commands.listing:list_announcements",
        LOOK,
        "announcements, newest first",
        ("announce list --open", "announce list --all --json"),
        "docs/life-cycle.md",
    ),
    "show": Verb(
        "publisher.cli.commands.show:show",
        LOOK,
        "one announcement, and what each channel says",
        (
            "announce show CMO-7K3M",
            "announce show CMO-7K3M --full",
            "announce show CMO-7K3M --channel blog --update 2",
        ),
        "docs/life-cycle.md",
    ),
    "due": Verb(
        "publisher.cli.commands.due:due",
        LOOK,
        "what somebody has to do; exit 10 if anything",
        ("announce due", "announce due --json"),
        "docs/life-cycle.md",
    ),
    "report": Verb(
        "publisher.cli.commands.report:report",
        LOOK,
        "were customers told in time? for an audit",
        (
            "announce report --since 90d",
            "announce report --since 2026-10-01 --csv",
            "announce report --html report.html",
        ),
        "docs/report.md",
    ),
    "windows": Verb(
        "publisher.cli.commands.windows:windows",
        LOOK,
        "maintenance windows; is notice due?",
        ("announce windows", "announce windows --at '24.11. 22:30' --until 02:00"),
        "docs/configuration.md",
    ),
    "init": Verb(
        "publisher.cli.commands.init:init",
        SET_UP,
        "a configuration, channel by channel",
        ("announce init", "announce init --channel blog=wordpress"),
        "docs/setting-up.md",
    ),
    "check": Verb(
        "publisher.cli.commands.check:check",
        SET_UP,
        "try templates, credentials and rights by day",
        ("announce check", "announce check --quiet --no-billed", "announce check --fix"),
        "docs/setting-up.md",
    ),
    "channels": Verb(
        "publisher.cli.commands.channels:channels",
        SET_UP,
        "what is configured, and what is promised",
        ("announce channels",),
        "docs/configuration.md",
    ),
    "config": Verb(
        "publisher.cli.commands.config:config",
        SET_UP,
        "what holds, which files are obeyed, and whose",
        ("announce config show", "announce config show --json", "announce config schema"),
        "docs/security.md",
    ),
    "templates": Verb(
        "publisher.cli.commands.templates:templates",
        SET_UP,
        "the texts that customers read, and your own",
        (
            "announce templates list",
            "announce templates show short.txt",
            "announce templates eject de/words.toml",
        ),
        "docs/templates.md",
    ),
    "drill": Verb(
        "publisher.cli.commands.drill:drill",
        SET_UP,
        "rehearse a whole night; nothing is posted",
        (
            "announce drill",
            "announce drill --trouble list",
            "announce drill --trouble facebook-down,x-429 --yes",
        ),
        "docs/rehearsal.md",
    ),
    "sandbox": Verb(
        "publisher.cli.commands.sandbox:sandbox",
        SET_UP,
        "doubles of the platforms, to try things on",
        ("announce sandbox", "announce sandbox --port 0 --dir /tmp/try"),
        "README.md",
    ),
    "feed": Verb(
        "publisher.cli.commands.feed:feed",
        SET_UP,
        "the status site: build it, serve it",
        ("announce feed build", "announce feed serve --port 8080"),
        "docs/serving.md",
    ),
    "ledger": Verb(
        "publisher.cli.commands.ledger:ledger",
        SET_UP,
        "the record: where and how it is, a copy of it",
        (
            "announce ledger path",
            "announce ledger check",
            "announce ledger backup /srv/backup/ledger.db",
            "announce ledger migrate",
        ),
        "docs/ledger.md",
    ),
    "completion": Verb(
        "publisher.cli.commands.completion:completion",
        SET_UP,
        "let Tab complete verbs, names and references",
        ("announce completion bash", "announce completion zsh"),
        "docs/installing.md",
    ),
}
"""Every command or group of commands, in the order of ``announce -h``."""

SPEAKING = frozenset({"urgent", "update", "extend", "complete", "cancel", "correct"})
"""The verbs that say something to customers."""

METAVARS: Mapping[str, str] = {
    "service": "NAME",
    "start": "WHEN",
    "until": "WHEN",
    "at": "WHEN",
    "duration": "LEN",
    "reason": "TEXT",
    "details": "TEXT",
    "action": "TEXT",
    "title": "TEXT",
    "titles": "TEXT",
    "texts": "TEXT",
    "impact": "IMPACT",
    "preset": "NAME",
    "from_file": "FILE",
    "html": "FILE",
    "config": "FILE",
    "only": "CHANNEL",
    "skip": "CHANNEL",
    "again": "WHY",
    "update": "N",
    "folder": "FOLDER",
}
"""What stands for an option's value in help, where the option itself does not say; else its name in capitals."""
