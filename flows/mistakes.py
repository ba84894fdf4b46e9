"""What goes wrong in a way that the person reading can mend: one sentence in each language."""

from __future__ import annotations

from typing import Literal

Language = Literal["da", "en"]


class UserMistake(Exception):
    """Something to be mended by the reader: it says what, where, and what to do.

    It ends a command with exit code 1 and never with a traceback.
    """

    def __init__(self, *, da: str, en: str) -> None:
        super().__init__(en)
        self.da = da
        self.en = en

    def message(self, language: str) -> str:
        """Return the sentence in Danish ("da") or English (anything else)."""
        return self.da if language == "da" else self.en


def no_such_case(ref: str) -> UserMistake:
    """Return what to say of a case that is not known."""
    return UserMistake(
        da=f"Der er ingen sag {ref}. Se sagerne med: fristvagt deadlines",
        en=f"There is no case {ref}. See the cases with: fristvagt deadlines",
    )
