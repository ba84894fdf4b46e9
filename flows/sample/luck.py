"""Chance that can be repeated: the same seed gives the same draws, whatever is drawn elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random


class Luck:
    """A stream of draws of its own, named by what it is for (seed, case, year, ...).

    Only `Random.random` is used, whose sequence Python promises never to change.
    """

    __slots__ = ("_draw",)

    def __init__(self, *name: object) -> None:
        self._draw = Random("/".join(str(part) for part in name)).random

    def chance(self, share: float) -> bool:
        """Say yes in that share of draws (0 never, 1 always)."""
        return self._draw() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number, both ends included, each as likely."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, shares: Mapping[str, float]) -> str:
        """Return one of the names, each as often as its share of the sum says."""
        left = self._draw() * sum(shares.values())
        for name, share in shares.items():
            left -= share
            if left < 0:
                return name
        return name
