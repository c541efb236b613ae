"""The nights that the texts are held against: typed by hand, in two languages, tired, with the clock running."""

from __future__ import annotations

from tests.planning.telling import BOTH, Story

KERNEL = Story(
    "A kernel hole with reboots",
    "CMO-9D2X",
    (
        (
            "2026-11-28 02:58",
            """announce urgent "Neustart aller Hosts" --title en="reboot of all hosts" \\
    --service vps,webspace --start 03:30 --duration 2h --outage 15m \\
    --reason "Kritische Kernel-Lücke (CVE-2026-31337)" \\
    --reason en="Critical kernel vulnerability (CVE-2026-31337)" \\
    --action "Bitte prüfen Sie danach, ob Ihre Dienste laufen." \\
    --action en="Please check afterwards that your services are running." \\
    --unaffected "E-Mail, DNS und Online-Speicher laufen weiter." \\
    --unaffected en="E-mail, DNS and online storage keep running." """,
        ),
        (
            "2026-11-28 04:02",
            """announce update "Nürnberg ist fertig, jetzt folgt Frankfurt." \\
    --text en="Nuremberg is done, Frankfurt is next." --next-update 04:30""",
        ),
        (
            "2026-11-28 05:12",
            """announce complete "Alle Hosts laufen mit dem neuen Kernel." \\
    --text en="All hosts are running the new kernel." --at 05:10""",
        ),
    ),
)

DATABASE = Story(
    "A database upgrade that overruns twice",
    "CMO-KEC0",
    (
        (
            "2026-11-28 22:40",
            """announce urgent "Datenbank-Update" --title en="database upgrade" \\
    --service webspace,mail --start 23:15 --duration 90m --impact outage \\
    --action "Bitte starten Sie bis zum Abschluss keine großen Importe." \\
    --action en="Please do not start any large imports until we are done." \\
    --details "Ankommende E-Mails gehen nicht verloren." \\
    --details en="No incoming e-mail will be lost." """,
        ),
        (
            "2026-11-29 00:38",
            """announce extend --until 02:45 "Das Einspielen der Daten braucht mehr Zeit." \\
    --text en="Loading the data needs more time." --next-update 01:40""",
        ),
        (
            "2026-11-29 02:41",
            """announce extend --until 05:00 "Wir prüfen die Daten noch." \\
    --text en="We are still checking the data." --next-update 04:00""",
        ),
        (
            "2026-11-29 04:12",
            """announce complete "Alle Websites und Postfächer sind wieder erreichbar." \\
    --text en="All websites and mailboxes are available again." --at 03:55""",
        ),
    ),
)

GALLERY = (KERNEL, DATABASE)

STORAGE = Story(
    "Storage array: under way, one more service, over on time",
    "CMO-QHFE",
    (
        (
            "2026-12-01 20:50",
            """announce urgent "Austausch eines Controllers im Speichersystem" \\
    --title en="replacement of a storage controller" --service vps,storage --start 21:30 --duration 2h \\
    --impact degraded --reason "Einer von zwei Controllern ist ausgefallen" \\
    --reason en="One of two controllers has failed" """,
        ),
        (
            "2026-12-01 21:33",
            """announce update --begun \\
    --next-update 22:15 "Der Austausch hat begonnen." --text en="The replacement has begun." """,
        ),
        (
            "2026-12-01 22:20",
            """announce update --impact outage --add-service mail --next-update 23:00 \\
    "Auch der zweite Controller antwortet nicht mehr." \\
    --text en="The second controller has stopped responding, too." """,
        ),
        ("2026-12-01 23:31", "announce complete --at 23:30"),
    ),
)

ATTACK = Story(
    "An attack on the network: an incident, escalated, corrected, over late, and back",
    "CMO-DD05",
    (
        (
            "2026-12-03 20:05",
            """announce urgent "Angriff auf unser Netz" --title en="attack on our network" --wording incident \\
    --service vps,webspace,mail,dns,storage --start 20:02 --already-started --duration 1h --impact degraded \\
    --reason "Ein Angriff überlastet unsere Router" --reason en="An attack is overloading our routers" """,
        ),
        (
            "2026-12-03 20:31",
            """announce update --impact outage "Der Angriff ist stärker geworden." \\
    --text en="The attack has grown stronger." --next-update 21:00""",
        ),
        (
            "2026-12-03 20:40",
            """announce correct --loud --service vps,webspace "Die übrigen Dienste waren nicht betroffen." \\
    --text en="The other services were not affected." """,
        ),
        ("2026-12-03 20:58", "announce extend --by 1h"),
        (
            "2026-12-03 22:30",
            'announce complete "Der Angriff ist abgewehrt." --text en="The attack has been fended off."',
        ),
        (
            "2026-12-03 23:40",
            """announce extend --reopen "neue Welle" --until 01:00 "Der Angriff hat wieder eingesetzt." \\
    --text en="The attack has started again." """,
        ),
        ("2026-12-04 00:20", "announce complete"),
    ),
)

POWER = Story(
    "Power supply: a long title, five services, over midnight, moved, put off, given a date, called off",
    "CMO-GZJ9",
    (
        (
            "2026-11-29 21:10",
            """announce urgent "Unaufschiebbare Arbeiten an der unterbrechungsfreien Stromversorgung und \\
der Niederspannungshauptverteilung im Rechenzentrum Nürnberg-Süd" \\
    --title en="Urgent work on the uninterruptible power supply and the low-voltage \\
main distribution in the Nuremberg South data centre" \\
    --wording emergency --service vps,webspace,mail,dns,storage --start 23:00 --until 05:00 --impact outage \\
    --reason "Die Einspeisung ist beschädigt" --reason en="The power feed is damaged" """,
        ),
        (
            "2026-11-29 22:05",
            """announce extend --start "30.11. 22:00" "Das Ersatzteil kommt später." \\
    --text en="The spare part is delayed." """,
        ),
        ("2026-11-30 09:00", "announce extend --start '30.11. 21:00'"),
        ("2026-11-30 12:00", "announce cancel --new-date-follows"),
        (
            "2026-12-01 10:00",
            'announce extend --reopen "neuer Termin" --start "02.12. 12:00" --until "02.12. 14:00"',
        ),
        (
            "2026-12-02 09:00",
            """announce cancel "Das Ersatzteil ist nicht eingetroffen." --text en="The spare part has not arrived." """,
        ),
    ),
)

MIGRATION = Story(
    "Live migration over three days, nothing to be noticed, over early",
    "CMO-M1GR",
    (
        (
            "2026-12-04 16:00",
            """announce urgent "Umzug auf neue Hosts" --title en="move to new hosts" --service vps \\
    --start "05.12. 08:00" --until "08.12. 18:00" --impact none --reason "Ein Host meldet Speicherfehler" \\
    --reason en="A host is reporting memory errors" """,
        ),
        ("2026-12-05 08:10", "announce update --begun"),
        ("2026-12-06 12:00", "announce extend --until '07.12. 18:00'"),
        ("2026-12-07 15:00", "announce complete"),
    ),
)

MINIMAL = Story(
    "Nothing but a service, a start and a duration",
    "CMO-M1N1",
    (
        ("2026-12-07 06:05", "announce urgent --service vps --start +30m --duration 1h"),
        ("2026-12-07 06:36", "announce update --begun"),
        ("2026-12-07 06:50", "announce extend --by 15m"),
        ("2026-12-07 07:20", "announce complete"),
    ),
)

CLOCKS = Story(
    "A night in which the clocks change",
    "CMO-DST1",
    (
        (
            "2027-03-27 23:00",
            'announce urgent "Firmware-Update" --title en="firmware update" --service vps --start 01:00 --duration 3h',
        ),
        ("2027-03-28 04:40", "announce extend --by 1h"),
        ("2027-03-28 06:00", "announce complete"),
    ),
)

CLOCKS_BACK = Story(
    "A night that has an hour twice",
    "CMO-DST2",
    (
        (
            "2026-10-24 23:30",
            'announce urgent "Firmware-Update" --title en="firmware update" --service vps --start 01:00 --duration 3h',
        ),
        ("2026-10-25 01:20", "announce update --next-update +90m"),
        ("2026-10-25 03:30", "announce extend --by 1h"),
        ("2026-10-25 04:20", "announce complete"),
    ),
)

EASING = Story(
    "Worse than announced, then less so",
    "CMO-EAS1",
    (
        ("2026-12-08 10:00", "announce urgent --service vps --start 11:00 --duration 2h --impact degraded"),
        ("2026-12-08 10:20", "announce update --impact outage"),
        ("2026-12-08 10:40", "announce update --impact degraded"),
        ("2026-12-08 11:05", "announce update --impact none"),
        ("2026-12-08 12:58", "announce complete"),
    ),
)

STOPPED = Story(
    "Stopped, resumed, brought to an end",
    "CMO-ST0P",
    (
        (
            "2026-12-10 13:00",
            'announce urgent "Router-Tausch" --title en="router replacement" --service vps --start 14:00 --duration 1h',
        ),
        ("2026-12-10 13:20", "announce extend --start 13:30"),
        (
            "2026-12-10 13:50",
            """announce cancel --new-date-follows "Das neue Gerät ist defekt; das alte läuft wieder." \\
    --text en="The new device is faulty; the old one is back in service." """,
        ),
        ("2026-12-11 09:00", 'announce extend --reopen "neues Gerät" --start 10:00 --until 11:00'),
        ("2026-12-11 10:02", "announce update --begun"),
        ("2026-12-11 10:20", "announce cancel"),
        ("2026-12-11 10:45", 'announce extend --reopen "doch" --until 12:00'),
        ("2026-12-11 12:00", "announce complete"),
        ("2026-12-11 12:30", "announce correct --loud --until 11:45"),
    ),
)

TURNS = Story(
    "Before it begins: news, longer, shorter, corrected, called off, going ahead, over on time, and more to come",
    "CMO-TVRN",
    (
        (
            "2026-12-14 12:00",
            """announce urgent "Netzteil-Tausch" \\
    --title en="power supply replacement" --service vps --start 14:00 --duration 1h""",
        ),
        ("2026-12-14 12:20", 'announce update "Das Ersatzteil ist da." --text en="The spare part is here."'),
        ("2026-12-14 12:40", "announce extend --until 16:00"),
        ("2026-12-14 12:50", "announce extend --until 15:30"),
        (
            "2026-12-14 13:00",
            """announce correct --loud --impact none --action "Sie müssen nichts tun." \\
    --action en="You do not need to do anything." """,
        ),
        ("2026-12-14 13:10", "announce cancel"),
        (
            "2026-12-14 13:12",
            'announce correct --loud --title "Netzteil-Austausch" --title en="PSU replacement"',
        ),
        ("2026-12-14 13:20", 'announce extend --reopen "doch" --start 14:00 --until 15:00'),
        ("2026-12-14 14:01", "announce update --begun"),
        ("2026-12-14 15:00", "announce complete"),
        (
            "2026-12-14 16:00",
            """announce extend --reopen "zweites Netzteil" --start 18:00 --until 19:00 \\
    "Auch das zweite Netzteil muss ersetzt werden." --text en="The second power supply has to be replaced, too." """,
        ),
    ),
)

STARTS = Story(
    "Put off and going ahead all the same, begun sooner, begun later, stopped, stopped for another day",
    "CMO-STRT",
    (
        (
            "2026-12-15 13:00",
            """announce urgent "Router-Neustart" \\
    --title en="router restart" --service vps,webspace --start 14:00 --duration 1h""",
        ),
        ("2026-12-15 13:30", "announce cancel --new-date-follows"),
        ("2026-12-15 13:35", "announce correct --loud --service vps"),
        ("2026-12-15 14:05", 'announce extend --reopen "doch" --until 15:00'),
        ("2026-12-15 14:10", "announce correct --loud --start 14:10"),
        ("2026-12-15 14:20", "announce cancel"),
        ("2026-12-15 14:25", "announce correct --loud --service vps,webspace"),
        ("2026-12-15 14:30", 'announce extend --reopen "weiter" --start 15:00 --until 16:00'),
        ("2026-12-15 14:50", "announce extend --start now"),
        ("2026-12-15 15:10", "announce cancel --new-date-follows"),
        ("2026-12-15 15:15", "announce correct --loud --service vps"),
        ("2026-12-15 15:20", 'announce extend --reopen "doch" --start 15:30 --until 16:00'),
        ("2026-12-15 15:34", "announce extend --start 15:34"),
    ),
)

OVERDUE = Story(
    "The announced end passes, and nobody knows a new one",
    "CMO-0VER",
    (
        (
            "2026-12-17 21:00",
            """announce urgent "Datenbank-Update" --title en="database upgrade" --service webspace,mail \
    --start 21:30 --duration 1h --impact outage""",
        ),
        (
            "2026-12-17 22:40",
            """announce update "Das Einspielen der Daten läuft noch." \
    --text en="The data is still being loaded." --next-update 23:10""",
        ),
        ("2026-12-17 23:10", "announce update --add-service dns"),
        ("2026-12-17 23:15", "announce correct --loud --title Datenbank --title en=database"),
        (
            "2026-12-17 23:20",
            'announce correct --loud --reason "Ein Index fehlt." --reason en="An index is missing."',
        ),
        ("2026-12-18 00:10", "announce update --impact degraded"),
        ("2026-12-18 00:20", "announce complete"),
    ),
)

ADDED = Story(
    "What was missing is added, wherever the work stands: nothing of that was wrong",
    "CMO-ADDD",
    (
        ("2026-12-16 12:00", "announce urgent --service vps --start 13:00 --duration 1h"),
        ("2026-12-16 12:30", "announce correct --loud --until 14:10"),
        ("2026-12-16 13:01", "announce update --begun"),
        (
            "2026-12-16 13:10",
            """announce correct --loud --reason "Ein Kabel ist defekt." \\
    --reason en="A cable is faulty." """,
        ),
        ("2026-12-16 14:00", "announce complete"),
        ("2026-12-16 14:05", "announce correct --loud --impact degraded"),
        ("2026-12-16 14:10", 'announce extend --reopen "doch" --start 15:00 --until 16:00'),
        ("2026-12-16 14:20", "announce cancel"),
        (
            "2026-12-16 14:25",
            """announce correct --loud --title "Kabeltausch" --title en="cable replacement" """,
        ),
        ("2026-12-16 14:30", 'announce extend --reopen "doch" --start 15:30 --until 16:30'),
        ("2026-12-16 14:40", "announce cancel --new-date-follows"),
        (
            "2026-12-16 14:45",
            """announce correct --loud --action "Sie müssen nichts tun." \\
    --action en="You do not need to do anything." """,
        ),
        ("2026-12-16 14:50", 'announce extend --reopen "doch" --start 15:00 --until 16:00'),
        ("2026-12-16 15:05", "announce cancel"),
        (
            "2026-12-16 15:10",
            """announce correct --loud --unaffected "E-Mail läuft weiter." \\
    --unaffected en="E-mail keeps running." """,
        ),
        ("2026-12-16 15:15", 'announce extend --reopen "doch" --start 15:20 --until 16:00'),
        ("2026-12-16 15:25", "announce cancel --new-date-follows"),
        (
            "2026-12-16 15:30",
            """announce correct --loud --details "Ihre Daten bleiben unverändert." \\
    --details en="Your data is not changed." """,
        ),
    ),
)

SHARED = Story(
    "Both languages in one post",
    "CMO-B0TH",
    (
        KERNEL.steps[0],
        ("2026-11-28 04:02", 'announce update "Nürnberg ist fertig." --text en="Nuremberg is done."'),
        ("2026-11-28 04:10", "announce extend --by 1h --next-update 05:00"),
        ("2026-11-28 06:00", "announce complete --at 05:55"),
    ),
    BOTH,
)

STORIES = {
    "kernel": KERNEL,
    "storage": STORAGE,
    "attack": ATTACK,
    "power": POWER,
    "migration": MIGRATION,
    "database": DATABASE,
    "minimal": MINIMAL,
    "clocks": CLOCKS,
    "clocks-back": CLOCKS_BACK,
    "easing": EASING,
    "stopped": STOPPED,
    "turns": TURNS,
    "starts": STARTS,
    "added": ADDED,
    "overdue": OVERDUE,
    "shared": SHARED,
}
"""By the name of the golden file."""
