"""How the demo's page says why a mail came to the one it came to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.demo.reasons import way_of
from flows.owing.recipients import ABSENT, LEFT, NO_ADDRESS, UNASSIGNED, UNKNOWN
from models.outbox import MORNING, PLANNED, REFUSED, Intent
from rules.load_vocabulary import load_vocabulary
from rules.vocabulary import Vocabulary

SHIPPED = Path(__file__).parents[2] / "rules" / "standards" / "vocabulary.yaml"
NAMES = {"SB001-1": "Ane Eksempelsen"}
NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    loaded = load_vocabulary("vocabulary.yaml", SHIPPED.read_bytes())
    assert loaded.vocabulary is not None
    return loaded.vocabulary


def owed(reason: str, step: str = "14 days before") -> Intent:
    return Intent(
        deadline_key="DEMO-2026-0001|DEMO-2026-0001|network-meeting|2026-01-05|1",
        case_ref="DEMO-2026-0001",
        about="case",
        ref="DEMO-2026-0001",
        rule="network-meeting",
        due_text="2026-03-16",
        step=step,
        occurrence=0,
        recipient="TL01",
        role="caseworker",
        owed_to="SB001-1",
        reason=reason,
        kind="reminder",
        leaves=MORNING,
        title="Netværksmøde mindst hver 8. uge",
        source="Tæt på Familien, s. 5",
        binding="standard",
        because="",
        link="0" * 32,
        owed_on=date(2026, 3, 2),
        send_from_at=NOW,
        created_at=NOW,
        late=False,
        state=PLANNED,
        state_reason="",
        state_at=NOW,
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("own", "14 dage før, til sagsbehandler"),
        (f"substitute {ABSENT}", "14 dage før, til stedfortræderen, fordi Ane Eksempelsen er væk"),
        (f"leader {LEFT}", "14 dage før, til nærmeste leder, fordi Ane Eksempelsen er holdt op"),
        (f"leader {UNASSIGNED}", "14 dage før, til nærmeste leder, fordi ingen har opgaven"),
        (
            f"fallback {NO_ADDRESS}",
            "14 dage før, til den fælles postkasse, fordi Ane Eksempelsen har ingen mailadresse",
        ),
    ],
)
def test_the_way_is_told_in_danish(vocabulary: Vocabulary, reason: str, said: str) -> None:
    assert way_of(owed(reason), vocabulary, NAMES, "da") == said


@pytest.mark.parametrize("cause", [ABSENT, LEFT, NO_ADDRESS, UNKNOWN, UNASSIGNED, REFUSED])
@pytest.mark.parametrize("route", ["substitute", "leader", "fallback"])
def test_every_way_has_words_in_english(vocabulary: Vocabulary, route: str, cause: str) -> None:
    said = way_of(owed(f"{route} {cause}"), vocabulary, NAMES, "en")
    assert said.startswith("14 days before, to the ")
    assert "because " in said
