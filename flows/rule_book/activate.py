"""Putting a planned rule change in force, or the book before it again: that very one or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from flows.evaluate import Progress, unseen
from flows.mistakes import UserMistake
from flows.rule_book.plan import InForce, in_force
from flows.rule_book.plan_effects import Preview, preview
from flows.rule_book.plan_file import SavedPlan, hashes, read_plan
from flows.rule_book.plan_mails import Mailing
from flows.rule_book.rule_folder import good_texts, must_pass_its_tests, texts_of
from models.activations import (
    PLANNED,
    ROLLED_BACK,
    NewActivation,
    Shadow,
    activate,
    activations,
    run_under_way,
)
from models.cases import mark_all_for_a_look
from models.database import reading, writing
from models.plan_data import data_fingerprint
from models.rule_sets import rule_set
from rules.book import Book
from rules.dates import day_of, minutes_after

GONE_MINUTES = 10
"""A run that began so long ago and has not ended is taken to have died with its process."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who puts a book in force, why, and how many deadlines they accept to become overdue.

    `accepted_mails` is how many reminders they accept to become due at once, or not to be sent,
    where that is out of the ordinary.
    """

    by: str
    why: str
    accepted: int
    at: datetime
    accepted_mails: int = 0


@dataclass(frozen=True, slots=True)
class Activated:
    """What is in force now, what was until now, and how many deadlines became overdue by it."""

    sha256: str
    previous: str
    overdue: int
    shadows: tuple[Shadow, ...] = ()


def activate_plan(
    engine: Engine,
    path: Path,
    folder: Path,
    approval: Approval,
    shadow: Sequence[str] = (),
    until: date | None = None,
    progress: Progress = unseen,
) -> Activated:
    """Put exactly what a saved plan promises in force, and record who did it, when and why.

    Rules named in `shadow` are decided and counted through the day `until`, but mail nobody.
    Raises: UserMistake, with nothing changed, when the plan was edited, is of another database or
        of an earlier book, the rule files are not those of the plan, more deadlines become
        overdue or more mailboxes are flooded or silenced than are accepted, a run is under way,
        or somebody else was quicker.
    Source: docs/decisions/0008-activating-rules.md.
    """
    plan = read_plan(path)
    texts = texts_of(folder)
    _check_files(plan, texts)
    after, _ = good_texts(texts)
    must_pass_its_tests(texts)
    current = in_force(engine, after)
    _check_database(plan, current)
    shadows = _shadows(current.book, after, shadow, until, day_of(approval.at))
    seen = preview(engine, current.book, after, approval.at, looking_back=False, progress=progress)
    mailing = seen.mailing([one.rule for one in shadows])
    _check_accepted(seen.overdue, approval.accepted)
    _check_mails(mailing, approval.accepted_mails)
    new = _new(PLANNED, approval, seen, mailing, plan.hash)
    _switch(engine, current, after.sha256, texts, new, seen, shadows)
    return Activated(after.sha256, current.activation.sha256, seen.overdue, shadows)


def roll_back(engine: Engine, approval: Approval, progress: Progress = unseen) -> Activated:
    """Put the book before the one in force in force again, and record it.

    Raises: UserMistake as for `activate_plan`, and when there is none before it.
    """
    with reading(engine) as connection:
        newest = activations(connection)[:1]
        stored = rule_set(connection, newest[0].previous) if newest else None
    if stored is None:
        raise UserMistake(
            da="Der er ingen tidligere regelbog at gå tilbage til.",
            en="There is no earlier rule book to go back to.",
        )
    after, _ = good_texts(stored.files)
    current = in_force(engine, after)
    seen = preview(engine, current.book, after, approval.at, looking_back=False, progress=progress)
    mailing = seen.mailing()
    _check_accepted(seen.overdue, approval.accepted)
    _check_mails(mailing, approval.accepted_mails)
    new = _new(ROLLED_BACK, approval, seen, mailing, "")
    _switch(engine, current, stored.sha256, stored.files, new, seen, ())
    return Activated(stored.sha256, current.activation.sha256, seen.overdue)


def _new(
    kind: str, approval: Approval, seen: Preview, mailing: Mailing, plan: str
) -> NewActivation:
    return NewActivation(
        kind,
        approval.at,
        approval.by,
        approval.why,
        plan,
        seen.overdue,
        approval.accepted,
        mailing.to_accept,
        approval.accepted_mails,
    )


def _switch(
    engine: Engine,
    current: InForce,
    sha256: str,
    texts: Mapping[str, bytes],
    new: NewActivation,
    seen: Preview,
    shadows: Sequence[Shadow],
) -> None:
    """Change the book in one transaction, if nothing has moved since it was judged."""
    with writing(engine) as connection:
        _check_nobody_is_at_it(connection, new.at)
        if not activate(connection, current.activation.sha256, sha256, texts, new, shadows):
            raise _overtaken()
        if data_fingerprint(connection) != seen.data:
            raise UserMistake(
                da="Data blev ændret, mens planen blev sat i kraft. Intet er ændret; prøv igen.",
                en="The data was changed while the plan was being activated. Nothing has been "
                "changed; try again.",
            )
        mark_all_for_a_look(connection, new.at)


def _check_nobody_is_at_it(connection: Connection, at: datetime) -> None:
    running = run_under_way(connection, minutes_after(at, -GONE_MINUTES))
    if running is not None:
        raise UserMistake(
            da=f"En kørsel er i gang ({running}). Intet er ændret; prøv igen, når den er færdig, "
            f"senest om {GONE_MINUTES} minutter.",
            en=f"A run is under way ({running}). Nothing has been changed; try again when it is "
            f"done, in {GONE_MINUTES} minutes at the latest.",
        )


def _check_files(plan: SavedPlan, texts: Mapping[str, bytes]) -> None:
    now = hashes(texts)
    names = sorted(
        name.removeprefix("shipped/")
        for name in {*now, *plan.files}
        if now.get(name) != plan.files.get(name)
    )
    if names:
        raise UserMistake(
            da=f"Regelfilerne er ikke længere dem, planen blev lavet af: {', '.join(names)}. "
            "Intet er ændret. Lav en ny plan: fristvagt rules plan",
            en=f"The rule files are no longer those the plan was made from: {', '.join(names)}. "
            "Nothing has been changed. Make a new plan: fristvagt rules plan",
        )


def _check_database(plan: SavedPlan, current: InForce) -> None:
    if plan.database != current.database:
        raise UserMistake(
            da="Planen er lavet til en anden database end den i FRISTVAGT_DATABASE_URL. Intet er "
            "ændret.",
            en="The plan was made for another database than the one in FRISTVAGT_DATABASE_URL. "
            "Nothing has been changed.",
        )
    if plan.in_force != current.activation.token:
        raise _overtaken()


def _overtaken() -> UserMistake:
    return UserMistake(
        da="Regelbogen i kraft er blevet en anden, siden planen blev lavet. Intet er ændret. Se "
        "fristvagt rules history, og lav en ny plan: fristvagt rules plan",
        en="Another rule book has come into force since the plan was made. Nothing has been "
        "changed. See fristvagt rules history, and make a new plan: fristvagt rules plan",
    )


def _check_accepted(overdue: int, accepted: int) -> None:
    if overdue > accepted:
        raise UserMistake(
            da=f"{overdue} frister bliver overskredet af ændringen, men kun {accepted} er "
            "accepteret. Intet er ændret. Se på dem med fristvagt rules plan --list overdue, og "
            f"skriv --accept-overdue {overdue}, hvis det er meningen.",
            en=f"{overdue} deadlines become overdue by the change, but only {accepted} are "
            "accepted. Nothing has been changed. Look at them with fristvagt rules plan --list "
            f"overdue, and write --accept-overdue {overdue} if that is what you want.",
        )


def _check_mails(mailing: Mailing, accepted: int) -> None:
    needed, at_once = mailing.to_accept, mailing.at_once
    if needed > accepted:
        raise UserMistake(
            da=f"Ændringen giver {at_once.reminders} påmindelser i {at_once.mails} postkasser på "
            f"én gang, og {mailing.cancelled} af de {mailing.waiting}, der venter nu, bortfalder. "
            f"Det er usædvanligt, og kun {accepted} er accepteret. Intet er ændret. Se på dem med "
            f"fristvagt rules plan, og skriv --accept-mails {needed}, hvis det er meningen.",
            en=f"The change makes {at_once.reminders} reminders in {at_once.mails} mailboxes due "
            f"at once, and {mailing.cancelled} of the {mailing.waiting} that wait now will not be "
            f"sent. That is out of the ordinary, and only {accepted} are accepted. Nothing has "
            f"been changed. Look at them with fristvagt rules plan, and write --accept-mails "
            f"{needed} if that is what you want.",
        )


def _shadows(
    before: Book, after: Book, rules: Sequence[str], until: date | None, today: date
) -> tuple[Shadow, ...]:
    """Return the rules to be tried in silence; only a rule that is new can be."""
    if not rules:
        return ()
    if until is None or until <= today:
        raise UserMistake(
            da="Sig, til hvilken dag reglen skal prøves i stilhed: --until 2026-12-31. Dagen skal "
            "ligge efter i dag.",
            en="Say through which day the rule is to be tried in silence: --until 2026-12-31. The "
            "day must lie after today.",
        )
    for rule in rules:
        if rule not in after.rules or rule in before.rules:
            raise UserMistake(
                da=f"»{rule}« er ikke en ny regel i planen. Kun en ny regel kan prøves i stilhed: "
                "en regel, der allerede gælder, må ikke tie.",
                en=f'"{rule}" is not a new rule of the plan. Only a new rule can be tried in '
                "silence: one that is in force already must not fall silent.",
            )
    return tuple(Shadow(rule, today, until) for rule in dict.fromkeys(rules))
