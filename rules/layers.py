"""The layers of rule files, from the law down to a single team."""

from __future__ import annotations

NATIONAL = "national"


def layer_rank(layer: str) -> int:
    """Return how low a layer is: 0 national, 1 municipality, 2 team.

    >>> layer_rank("national"), layer_rank("municipality: x"), layer_rank("team: y")
    (0, 1, 2)
    """
    if layer == NATIONAL:
        return 0
    return 1 if layer.startswith("municipality") else 2
