"""What engineers type, in two languages; every text is recognised by its whole wording."""

from __future__ import annotations

Text = dict[str, str]

TITLES: list[Text] = [
    {"de": "Neustart aller Hosts", "en": "Reboot of all hosts"},
    {"de": "Lücke im Kernel: Neustart nötig", "en": "Kernel hole: restart of the hosts"},
    {
        "de": "Unaufschiebbare Arbeiten an der unterbrechungsfreien Stromversorgung und der"
        " Niederspannungshauptverteilung im Rechenzentrum Nürnberg-Süd, Gebäude B",
        "en": "Work that cannot wait on the uninterruptible power supply and the main low-voltage"
        " distribution of the data centre at Nuremberg South, building B",
    },
    {"de": "Tausch eines Speichercontrollers", "en": "Replacement of a storage controller"},
]
REASONS: list[Text] = [
    {"de": "Im Linux-Kernel wurde eine Lücke bekannt.", "en": "A hole in the Linux kernel became known."},
    {
        "de": "Der Hersteller rät, die Einspeisung abzuschalten.",
        "en": "The vendor advises us to switch the feed off.",
    },
]
ACTIONS: list[Text] = [
    {"de": "Speichern Sie offene Dokumente vorher.", "en": "Save all open documents beforehand."},
    {"de": "Starten Sie keine großen Importe.", "en": "Do not start large imports."},
]
DETAILS: list[Text] = [
    {"de": "Nürnberg beginnt, danach folgt Frankfurt.", "en": "Nuremberg begins, then Frankfurt follows."},
]
UNAFFECTED: list[Text] = [
    {"de": "Telefonie läuft weiter.", "en": "Telephony keeps running."},
]
NEWS: list[Text] = [
    {"de": "Der Standort Nürnberg ist fertig.", "en": "The Nuremberg site is finished."},
    {"de": "Die Hälfte der Hosts läuft mit dem neuen Kernel.", "en": "Half of the hosts run the new kernel."},
    {
        "de": "Das Ersatzteil passt nicht. Ein zweites ist unterwegs.",
        "en": "The spare part does not fit. Another is on its way.",
    },
    {"de": "Das Einspielen der Daten braucht mehr Zeit.", "en": "Loading the data needs more time."},
    {"de": "Der Schutz ist wieder aktiv.", "en": "The protection is active again."},
    {
        "de": "Beim Neustart der ersten Hosts traten Fehler in der Speicherverwaltung auf, die wir zuerst beheben. "
        "Alle übrigen Hosts starten wir deshalb einzeln und prüfen jeden, bevor der nächste folgt. "
        "Ihre Daten sind davon nicht betroffen.",
        "en": "The restart of the first hosts showed faults in memory management, which we fix first. "
        "All the others are therefore restarted one at a time, and each is checked before the next follows. "
        "Your data is not affected by this.",
    },
]
CONTACT: Text = {"de": "+49 30 1234567 (rund um die Uhr)", "en": "+49 30 1234567 (24/7)"}

TYPED: dict[str, list[str]] = {
    locale: [
        one[locale]
        for table in (TITLES, REASONS, ACTIONS, DETAILS, UNAFFECTED, NEWS, [CONTACT])
        for one in table
    ]
    for locale in ("de", "en")
}
