"""How the installation stands, said to the operator: what is well, what is not, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows.examining.findings import Finding, Level, well
from flows.examining.standing import Standing, Watched
from flows.host_checks import Disk
from flows.sentences import Said
from flows.spoken_amounts import DAY, age, several, size
from models.standing import ON_ITS_WAY, Alarm
from rules.spoken_dates import short_moment

HEARTBEAT, DATA, CASES, MAILS, DISK = "heartbeat", "data", "cases", "mails", "disk"
HELD, ALERTS = "held", "alerts"

DEAD_SECONDS = 150.0
"""A service whose heartbeat is older than this is not watching."""

CRON_SECONDS = 3600.0
"""Where cron calls, and no service lives, nobody has watched for too long after an hour."""

OLD_DATA_SECONDS = 3 * DAY
"""An extract comes every night, and may fail over a weekend; then somebody must be told."""

MANY_CASES, MANY_SHARE = 50, 0.02
"""So many cases that cannot be assessed are no longer single mistakes in single cases."""


def status(found: Standing) -> list[Finding]:
    """Return how everything stands, and what is bad now for any other reason."""
    measured = measure(found)
    told = {finding.subject for finding in measured}
    return measured + [_alarm(alarm) for alarm in found.alarms if alarm.kind not in told]


def measure(found: Standing) -> list[Finding]:
    """Return how everything stands that can be measured: one finding for each subject."""
    return [
        _heartbeat(found),
        _data(found),
        _cases(found),
        _mails(found),
        *_held(found),
        *_alerts(found),
        *disk_findings(found.disk),
    ]


def measure_watched(found: Watched) -> list[Finding]:
    """Return how that stands which is watched all the time."""
    return [_data(found), _cases(found), *_held(found), *disk_findings(found.disk)]


def _heartbeat(found: Standing) -> Finding:
    if found.run_at is not None and _is_run_by_cron(found.run_at, found.beat_at):
        return _cron(found)
    silent = found.seconds_since(found.beat_at)
    if silent is None:
        return Finding(
            Level.WARNING,
            HEARTBEAT,
            Said("Tjenesten har endnu ikke kørt her.", "The service has not run here yet."),
            Said(
                "Start fristvagt serve, eller lad cron kalde fristvagt run.",
                "Start fristvagt serve, or let cron call fristvagt run.",
            ),
        )
    ago, who = age(silent), found.watch.holder if found.watch is not None else "-"
    if silent <= DEAD_SECONDS:
        return well(
            HEARTBEAT,
            da=f"Tjenesten lever ({who}, for {ago.da} siden).",
            en=f"The service lives ({who}, {ago.en} ago).",
        )
    return Finding(
        Level.WRONG,
        HEARTBEAT,
        Said(
            f"Ingen holder øje: tjenesten ({who}) gav sidst livstegn for {ago.da} siden.",
            f"Nobody is watching: the service ({who}) last gave a sign of life {ago.en} ago.",
        ),
        Said("Start fristvagt serve, og læs dens log.", "Start fristvagt serve, and read its log."),
    )


def _is_run_by_cron(run_at: datetime, beat_at: datetime | None) -> bool:
    """Say whether the last who looked after mails was no service: one gives a sign after each."""
    return beat_at is None or (run_at - beat_at).total_seconds() > DEAD_SECONDS


def _cron(found: Standing) -> Finding:
    since = found.seconds_since(found.run_at) or 0.0
    ago = age(since)
    said = Said(
        f"Der blev sidst set efter mails for {ago.da} siden.",
        f"Mails were last looked after {ago.en} ago.",
    )
    if since <= CRON_SECONDS:
        return Finding(Level.OK, HEARTBEAT, said)
    return Finding(
        Level.WRONG,
        HEARTBEAT,
        said,
        Said(
            "Se efter, om cron kalder fristvagt run med få minutters mellemrum, eller start "
            "fristvagt serve.",
            "See that cron calls fristvagt run every few minutes, or start fristvagt serve.",
        ),
    )


def _data(found: Watched) -> Finding:
    old = found.seconds_since(found.data_at)
    if old is None:
        return Finding(
            Level.WARNING,
            DATA,
            Said("Der er endnu ikke indlæst noget udtræk.", "No extract has been taken in yet."),
            Said(
                "Sæt FRISTVAGT_EXTRACT, eller kør fristvagt import MAPPE.",
                "Set FRISTVAGT_EXTRACT, or run fristvagt import FOLDER.",
            ),
        )
    ago = age(old)
    if old <= OLD_DATA_SECONDS:
        return well(DATA, da=f"Udtrækket er {ago.da} gammelt.", en=f"The extract is {ago.en} old.")
    return Finding(
        Level.WRONG,
        DATA,
        Said(
            f"Udtrækket er {ago.da} gammelt: der mindes om sager, som de så ud dengang.",
            f"The extract is {ago.en} old: reminders are about cases as they were then.",
        ),
        Said(
            "Se efter, om fagsystemet skriver sit udtræk hver nat, og om det seneste blev afvist.",
            "See that the case system writes its extract every night, and whether the last one "
            "was refused.",
        ),
    )


def _cases(found: Watched) -> Finding:
    failed, total = found.not_assessed, found.open_cases
    there = several(total, ("åben sag", "åbne sager"), ("open case", "open cases"))
    said = Said(f"{there.da}.", f"{there.en}.")
    if failed:
        said = Said(
            f"{there.da}; {failed} kunne ikke vurderes.",
            f"{there.en}; {failed} could not be assessed.",
        )
    if failed <= MANY_CASES and failed <= max(total * MANY_SHARE, 1):
        return Finding(Level.OK, CASES, said)
    return Finding(
        Level.WRONG,
        CASES,
        said,
        Said(
            "Så mange på én gang er en fejl i udtrækket eller i en regel. Se dem i teamledernes "
            "ugeoverblik, og prøv reglerne med fristvagt rules test.",
            "So many at once are a fault of the extract or of a rule. See them in the digests of "
            "the team leaders, and try the rules with fristvagt rules test.",
        ),
    )


def _mails(found: Standing) -> Finding:
    outbox = found.outbox
    waiting = sum(outbox.messages.get(state, 0) for state in ON_ITS_WAY)
    if not waiting:
        return well(MAILS, da="Ingen mails venter.", en="No mails are waiting.")
    since = age(found.seconds_since(outbox.waiting_since) or 0.0)
    da = f"{waiting} mail{'s' * (waiting > 1)} venter på at blive sendt, den ældste i {since.da}"
    en = f"{waiting} mail{'s wait' if waiting > 1 else ' waits'} to be sent, the oldest for "
    en += since.en
    if unsure := outbox.uncertain:
        da += f"; ved {unsure} gik mailserverens svar tabt"
        en += f"; for {unsure} the mail server's answer was lost"
    return well(MAILS, da=f"{da}.", en=f"{en}.")


def _held(found: Watched) -> Iterator[Finding]:
    if held := found.held:
        mails = several(held, ("mail", "mails"), ("mail is", "mails are"))
        yield Finding(
            Level.WRONG,
            HELD,
            Said(
                f"{mails.da} holdes tilbage, for ingen ved, hvad der nåede frem. De næste i rækken "
                "har fået besked.",
                f"{mails.en} held, for nobody knows what arrived. The next in the chain have been "
                "told.",
            ),
            Said(
                "Se efter med fristvagt outbox list --state hold, og send eller annullér.",
                "Look with fristvagt outbox list --state hold, and release or cancel.",
            ),
        )


def _alerts(found: Standing) -> Iterator[Finding]:
    if lost := found.outbox.alerts_lost:
        alarms = several(lost, ("alarm", "alarmer"), ("alarm was", "alarms were"))
        yield Finding(
            Level.WARNING,
            ALERTS,
            Said(
                f"{alarms.da} blev afvist af postkassen i FRISTVAGT_OPERATOR_MAILBOX.",
                f"{alarms.en} refused by the mailbox in FRISTVAGT_OPERATOR_MAILBOX.",
            ),
            Said("Ret indstillingen.", "Correct the setting."),
        )


def disk_findings(disk: Disk | None) -> Iterator[Finding]:
    """Give how much room there is; nothing when the database is on another machine."""
    if disk is None:
        return
    room = size(disk.free)
    free = Said(
        f"Der er {room.da} ledig plads på databasens disk.",
        f"There are {room.en} free on the database's disk.",
    )
    if not disk.is_scarce:
        yield Finding(Level.OK, DISK, free)
        return
    yield Finding(
        Level.WRONG if disk.is_full else Level.WARNING,
        DISK,
        free,
        Said(
            "Skaf plads: på en fuld disk kan intet sendes, for det kan ikke gemmes.",
            "Make room: on a full disk nothing can be sent, for it cannot be recorded.",
        ),
    )


def _alarm(alarm: Alarm) -> Finding:
    da, en = (
        f"{alarm.said(language)} ({since} {short_moment(alarm.at, language)})"
        for language, since in (("da", "siden"), ("en", "since"))
    )
    return Finding(Level.WRONG, alarm.kind, Said(da, en))
