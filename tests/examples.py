"""How many examples a property is tried with: see docs/decisions/0017-the-same-examples.md."""

from hypothesis import settings

USUAL = 100


def examples(usual: int) -> int:
    """Return how many examples to try where `usual` would do: in a search, many times as many."""
    return usual * settings().max_examples // USUAL
