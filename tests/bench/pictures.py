"""Two pictures: cost against size, and a night's cost against the share of cases that changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter

mpl.use("Agg")
Figure = dict[str, Any]
LINES = (
    # what, form, label, colour, dashes
    ("full", "pure", "everything, pure", "#7a7a7a", "-"),
    ("full", "compiled", "everything, compiled", "#14508c", "-"),
    ("night", "compiled", "a night after 3 %", "#c8641e", "-"),
    ("read", "compiled", "plain read of the rows", "#2e7d32", "--"),
)
SIZE = (7.2, 4.0)


def draw_growth(figures: list[Figure], path: Path) -> None:
    """Draw what each work costs on SQLite in one process, against the number of cases."""
    picture, axes = plt.subplots(figsize=SIZE)
    ends: dict[str, tuple[float, float, str]] = {}
    for what, form, label, colour, dashes in LINES:
        points = sorted(
            (one["size"], one["cpu"])
            for one in figures
            if (one["what"], one["form"], one["database"]) == (what, form, "sqlite")
            and one.get("slices", 1) == 1
            and one.get("share", 0.03) == 0.03
        )
        x, y = zip(*points, strict=True)
        axes.plot(x, y, dashes, color=colour, marker="o", markersize=4, label=label)
        ends[label] = (x[-1], y[-1], colour)
    beneath = 0.0
    for label, (right, height, colour) in sorted(ends.items(), key=lambda end: end[1][1]):
        # a name above another keeps clear of it, where lines end close together
        beneath = max(height, beneath * 1.35)
        axes.annotate(f"  {label}", (right, beneath), color=colour, fontsize=9, va="center")
    axes.set_xscale("log")
    axes.set_yscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low, high * (high / low) ** 0.45)  # room for the names of the lines
    axes.set_xticks(sorted({one["size"] for one in figures}))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} s"))
    axes.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    _finish(picture, axes, "open cases", "processor seconds", path)


def draw_nights(figures: list[Figure], path: Path) -> None:
    """Draw a night's cost, as a share of a full evaluation, against the share that changed."""
    picture, axes = plt.subplots(figsize=SIZE)
    for form, colour in (("pure", "#7a7a7a"), ("compiled", "#14508c")):
        own = [one for one in figures if (one["form"], one["database"]) == (form, "sqlite")]
        several = {one["size"] for one in own if one.get("share", 0.03) != 0.03}
        size = max(several)
        full = next(
            one["cpu"]
            for one in own
            if (one["what"], one["size"], one.get("slices")) == ("full", size, 1)
        )
        points = sorted(
            (100 * one["share"], 100 * one["cpu"] / full)
            for one in own
            if (one["what"], one["size"]) == ("night", size)
        )
        x, y = zip(*points, strict=True)
        axes.plot(x, y, color=colour, marker="o", markersize=4)
        axes.annotate(f"  {form}", (x[-1], y[-1]), color=colour, fontsize=9, va="center")
    axes.set_xlim(left=0, right=axes.get_xlim()[1] * 1.12)
    axes.set_ylim(bottom=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    _finish(picture, axes, "cases that were told something new", "of a full evaluation", path)


def _finish(picture: Any, axes: Any, below: str, beside: str, path: Path) -> None:
    axes.set_xlabel(below)
    axes.set_ylabel(beside)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    picture.tight_layout()
    picture.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(picture)
