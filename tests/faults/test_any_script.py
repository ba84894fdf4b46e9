"""Whatever a mail server does, and in whatever order: if it is well at last, the promises hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.database import open_database
from models.schema import METADATA
from notifications.server import Patience
from tests.examples import examples
from tests.faults.oracle import reckon
from tests.faults.post import pending_mails, send_until_settled
from tests.faults.scripted_server import Script, a_scripted_server

HASTY = Patience(connecting=0.2, greeting=0.2, envelope=0.2, data=0.2)
WELL = {
    "greeting": "220 ready",
    "hello": "250 ready",
    "mail": "250 OK",
    "rcpt": "250 OK",
    "data": "354 go",
    "data_ends": "250 Ok: queued as WELL",
    "rset": "250 OK",
    "quit": "221 bye; close",
}

codes = st.sampled_from(
    """\
421 4.7.0 x|432 4.3.2 x|450 4.7.1 x|451 4.3.0 x|452 4.2.2 x|500 x|503 5.5.1 x|530 5.7.0 x
550 5.1.1 x|550 5.7.1 x|552 5.2.2 x|552 5.3.4 x|554 5.2.0 STOREDRV.Submission x|554 5.7.1 x
555 x|250 OK|251 x|354 x""".replace("\n", "|").split("|")
)
ends = st.sampled_from(["close", "reset", "hang"])
nothing_known = [r"raw \x00\r\n", "raw 25", r"raw \r\n", "000 x", "999 x"]
two_lines_at_once = [
    rf"raw {first}\r\n{second}\r\n"
    for first, second in (
        ("250-a", "451 b"),
        ("451-\xe6", "451 b"),
        ("250 a", "250 b"),
        ("250 a", "354 b"),
        ("250 a", "421 b"),
        ("354 a", "250 b"),
    )
]
odd = st.sampled_from(nothing_known + two_lines_at_once)
acts = st.one_of(codes, ends, odd, st.builds("{}; {}".format, codes, ends))
# what says neither yes nor no to the mail, from a server that has kept it or has not; one that
# says yes or no and does the other lies, and nobody can know
unclear = st.one_of(ends, st.sampled_from(["raw \\x00\\r\\n", "raw 25", "000 x", "999 x"]))
after_the_dot = st.one_of(
    codes, st.builds("{}; {}".format, st.sampled_from(["take", "drop"]), unclear)
)


def moods(phase: str) -> st.SearchStrategy[list[str]]:
    """Some turns of a phase, most of them good, and all that follow good."""
    bad = after_the_dot if phase == "data_ends" else acts
    turn = st.one_of(st.just(WELL[phase]), st.just(WELL[phase]), bad)
    return st.lists(turn, max_size=6).map(lambda turns: [*turns, WELL[phase]])


scripts = st.fixed_dictionaries({phase: moods(phase) for phase in WELL})
REDIRECTED_AS_THE_LINE_FAILS = {
    "greeting": ["220 ready"],
    "hello": ["421 4.7.0 x", "250 ready"],
    "mail": ["250 OK"],
    "rcpt": ["500 x", "421 4.7.0 x", "421 4.7.0 x", "250 OK"],
    "data": ["354 go", "354 go", "250 OK", "354 go", "close", "354 go"],
    "data_ends": ["250 Ok: queued as WELL", "500 x", "250 Ok: queued as WELL"],
    "rset": ["250 OK"],
    "quit": ["221 bye; close"],
}


@settings(max_examples=examples(25))
@given(played=scripts)
@example(played=REDIRECTED_AS_THE_LINE_FAILS)
def test_s_any_behaviour_of_the_server_in_any_order_keeps_the_promises(
    played: dict[str, list[str]],
) -> None:
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'fristvagt.db'}")
        METADATA.create_all(engine)
        pending_mails(engine, 3)
        script = Script(**played)
        with a_scripted_server(script) as server:
            visits = [day * 1440 + minute for day in range(4) for minute in range(0, 560, 16)]
            send_until_settled(engine, replace(server, patience=HASTY), visits, connections=1)
        found = reckon(engine, [mail.content for mail in script.kept])
        engine.dispose()
    assert found.lost == 0
