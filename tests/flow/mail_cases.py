"""A small invented municipality for the tests of what is owed, built and sent.

Mette (mho) and Jonas (jsk) work in Team Nord under Lene (lln); Karen (kho) is the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Connection, Engine, insert, update

from flows.owing.remind import OwedDeadline, plan_intents
from flows.settings import Settings
from models.case_tables import AbsenceRow, CaseRow, ImportRow, PersonRow
from models.database import writing
from models.outbox import MESSAGE
from models.people import load_staff
from rules.book import Binding
from rules.dates import Moment, at_local, morning_of
from rules.deadline import Deadline, LadderStep, Status

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)

METTE, JONAS, LENE, KAREN = (
    "mette@kommune.dk",
    "jonas@kommune.dk",
    "lene@kommune.dk",
    "karen@kommune.dk",
)
FALLBACK_BOX = "vagt@kommune.dk"

SETTINGS = Settings(
    _env_file=None,
    mail_url="smtp://127.0.0.1:1",
    mail_from="Fristovervågning <frister@kommune.dk>",
    fallback_mailbox=FALLBACK_BOX,
    public_url="https://fristvagt.kommune.dk",
    language="da",
)

STAFF = (
    {"person": "mho", "name": "Mette Holm", "email": METTE, "role": "caseworker", "team": "Nord"},
    {"person": "jsk", "name": "Jonas Skov", "email": JONAS, "role": "caseworker", "team": "Nord"},
    {"person": "lln", "name": "Lene Lund", "email": LENE, "role": "team_leader", "team": "Nord"},
    {"person": "kho", "name": "Karen Hald", "email": KAREN, "role": "department_head", "team": ""},
)
LEADERS = {"mho": "lln", "jsk": "lln", "lln": "kho", "kho": ""}


def at(day: date, hour: int = 7, minute: int = 30) -> datetime:
    """Return a Danish time as an instant."""
    return at_local(day, time(hour, minute))


def settle_in(engine: Engine, cases: Sequence[str] = ("4711",), caseworker: str = "mho") -> None:
    """Put the staff in the database, and cases of one caseworker."""
    people = [
        {"leader": LEADERS[person["person"]], "language": "", "active": True} | person
        for person in STAFF
    ]
    with writing(engine) as connection:
        connection.execute(insert(PersonRow), people)
        for case in cases:
            add_case(connection, case, caseworker)
        extract = {"source": "e", "sha256": "0", "state": "done", "reason": "", "counts": "{}"}
        taken = {"extracted_at": at(MONDAY, 5), "imported_at": at(date(2026, 11, 2), 5)}
        connection.execute(insert(ImportRow).values(**extract, **taken))


def add_case(connection: Connection, case: str, caseworker: str = "mho", **more: object) -> None:
    """Put one case in the database."""
    row = {"case_ref": case, "caseworker": caseworker, "team": "Nord", "known_at": at(MONDAY, 5)}
    defaults = {"facts": "{}", "child_facts": "{}", "rejected": ""}
    connection.execute(insert(CaseRow).values(**(defaults | row | more)))


def away(engine: Engine, person: str, first: date, last: date | None, substitute: str = "") -> None:
    """Let someone be absent."""
    row = {"person": person, "from_on": first, "to_on": last, "substitute": substitute}
    with writing(engine) as connection:
        connection.execute(insert(AbsenceRow).values(row))


def step(text: str, on: date, *roles: str, occurrence: int = 0, hours: bool = False) -> LadderStep:
    """Return a ladder step that has been reached."""
    return LadderStep(text, occurrence, roles or ("caseworker",), on, morning_of(on), hours)


def a_deadline(
    *reached: LadderStep,
    case: str = "4711",
    due: Moment | None = date(2026, 11, 26),
    status: Status = Status.DUE_SOON,
    rule: str = "network-meeting",
    missing: tuple[str, ...] = (),
) -> Deadline:
    """Return a deadline of a case, as the evaluation would."""
    return Deadline(
        case=case,
        kind="case",
        ref=case,
        rule=rule,
        interval=date(2026, 1, 5),
        round=1,
        status=status,
        due=due,
        started=date(2026, 10, 1),
        done=None,
        closed=False,
        missing=missing,
        reached=reached,
        next_change_at=None,
        steps=(),
    )


def owed_of(
    deadline: Deadline, caseworker: str = "mho", binding: Binding = Binding.STANDARD
) -> OwedDeadline:
    """Return a deadline with what its rule says in mails."""
    danish, english = "8 uger efter 1. oktober 2026 (netværksmøde)", "8 weeks after 1 October 2026"
    return OwedDeadline(
        deadline,
        caseworker,
        "Nord",
        "Netværksmøde mindst hver 8. uge mens en indsats løber",
        "Tæt på Familien, s. 5",
        binding,
        lambda language: danish if language == "da" else english,
    )


def plan(
    engine: Engine,
    *deadlines: Deadline,
    now: datetime,
    caseworker: str = "mho",
    binding: Binding = Binding.STANDARD,
    cases: Sequence[str] = (),
) -> dict[str, int]:
    """Plan what is owed about these deadlines and return the counts."""
    refs = {*cases, *(deadline.case for deadline in deadlines)}
    owed_now = [owed_of(deadline, caseworker, binding) for deadline in deadlines]
    with writing(engine) as connection:
        return dict(plan_intents(connection, refs, owed_now, load_staff(connection), now))


WARNED = a_deadline(step("3 days before", MONDAY))
"""Case 4711 must have its network meeting by Thursday 26 November; Mette is warned on Monday."""


def warned(case: str) -> Deadline:
    """Return the same deadline of another case."""
    return replace_case(WARNED, case)


def replace_case(deadline: Deadline, case: str) -> Deadline:
    """Return a deadline as that of another case."""
    return deadline._replace(case=case, ref=case)


def let_leases_run_out(engine: Engine) -> None:
    """Let every sender that holds a mail be taken for dead, whatever clock leases run by."""
    held = MESSAGE.c.state.in_(("claimed", "in_data"))
    long_ago = at(date(2000, 1, 3))
    with writing(engine) as connection:
        connection.execute(
            update(MESSAGE).where(held).values(lease_until_at=long_ago, suspect=True)
        )
