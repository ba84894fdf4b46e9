"""A sentence in each of the languages that Fristvagt speaks."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """A sentence in each language."""

    da: str
    en: str

    def message(self, language: str) -> str:
        """Return the sentence in Danish ("da") or English (anything else)."""
        return self.da if language == "da" else self.en


NOTHING = Said("", "")
