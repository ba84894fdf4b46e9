"""docs/performance.md and its pictures, written anew from what was measured last.

    make performance

The text of the page is written by hand; only what stands between a pair of marks is replaced.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.bench.engines.__main__ import RESULTS as ENGINES
from tests.bench.growth import NORMAL, RESULTS, ROOT, SHARES_AT
from tests.bench.mails import RESULTS as MAILS
from tests.bench.pictures import draw_growth, draw_nights

PAGE = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "figures"
SOAK = RESULTS.with_name("soak.json")
"""What `make soak` counted: the figures of its one test."""

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Figure = dict[str, Any]


def main() -> None:
    """Write the page and draw the pictures."""
    growth, engines = json.loads(RESULTS.read_text()), json.loads(ENGINES.read_text())
    figures = growth["figures"]
    text = PAGE.read_text()
    for mark, block in {
        "machine": machine(growth),
        "sizes": table(sizes(figures)),
        "forms": table(forms(figures)),
        "processes": table(processes(figures)),
        "nights": table(nights(figures)),
        "engines": table(beside_others(engines)),
        "limits": "\n".join(limits(engines)),
        "mails": table(mails(json.loads(MAILS.read_text()))),
        "soak": table(soak(*json.loads(SOAK.read_text()).values())),
    }.items():
        text = between(text, mark, block)
    PAGE.write_text(text)
    draw_growth(figures, PICTURES / "growth.png")
    draw_nights(figures, PICTURES / "nightly.png")


def between(text: str, mark: str, block: str) -> str:
    """Return a text with what stands between a pair of marks replaced."""
    pair = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    if not pair.search(text):
        raise LookupError(f"{PAGE.name} has no marks <!-- {mark} --> ... <!-- /{mark} -->")
    return pair.sub(lambda found: f"{found[1]}{block}\n{found[2]}", text)


def machine(growth: Figure) -> str:
    """Return the machine in words."""
    told = growth["machine"]
    return (
        f"Measured on {growth['measured_on']} with Python {told['python']} on"
        f" {told['cores']} cores; two busy processes together do {told['together']} times what"
        f" one does alone. `fristvagt --help` answers in {told['start'] * 1000:.0f} ms."
    )


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows as a table; the first row is its head."""
    head, *rest = rows
    ruled = ["---" if place == 0 else "---:" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ruled, *rest])


def sizes(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    """Give, for each size and database, what each work costs in one process, compiled."""
    yield (
        "cases",
        "",
        "import",
        "plain read",
        "evaluate everything",
        "night after 3 %",
        "one case",
        "memory",
    )
    for size, database in _towns(figures):
        of = _asker(figures, size, database)
        read, full = of("read", "compiled"), of("full", "compiled", slices=1)
        night = of("night", "compiled", share=NORMAL)
        yield (
            f"{size:,}",
            NAMES[database],
            _time(spent(of("import", "pure"))),
            _time(spent(read)),
            f"{_time(spent(full))} = {spent(full) / spent(read):.1f} x",
            f"{_time(spent(night))} = {spent(night) / spent(full):.1%}",
            f"{spent(of('one case', 'compiled')) * 1000:.0f} ms",
            f"{full['memory']:.0f} MB",
        )


def spent(figure: Figure) -> float:
    """Return processor seconds on SQLite; wall seconds where a server does a part of the work."""
    seconds: float = figure["cpu" if figure["database"] == "sqlite" else "seconds"]
    return seconds


def forms(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    """Give, for each size, the pure rules beside the compiled ones, in processor seconds."""
    yield (
        "cases",
        "",
        "pure",
        "plain reads",
        "compiled",
        "plain reads",
        "pure : compiled",
    )
    for size, database in _towns(figures):
        if database != "sqlite":
            continue  # a server's own processor time is not in ours
        of = _asker(figures, size, database)
        costs = [of("full", form, slices=1)["cpu"] for form in ("pure", "compiled")]
        reads = [of("read", form)["cpu"] for form in ("pure", "compiled")]
        shown = [
            word
            for cost, read in zip(costs, reads, strict=True)
            for word in (_time(cost), f"{cost / read:.1f}")
        ]
        yield f"{size:,}", NAMES[database], *shown, f"{costs[0] / costs[1]:.2f}"


def processes(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    """Give, for each size, what a full evaluation takes in one, two and four processes."""
    yield "cases", "", "one", "two", "four", "one : two", "memory of four"
    for size, database in _towns(figures):
        of = _asker(figures, size, database)
        found = [of("full", "compiled", slices=number) for number in (1, 2, 4)]
        gain = found[0]["seconds"] / found[1]["seconds"]
        shown = [_time(one["seconds"]) for one in found]
        yield f"{size:,}", NAMES[database], *shown, f"{gain:.2f}", f"{found[2]['memory']:.0f} MB"


def nights(figures: list[Figure]) -> Iterator[tuple[str, ...]]:
    """Give what a night costs by how many cases changed."""
    yield "changed", "looked at", "pure", "of a full one", "compiled", "of a full one"
    of = _asker(figures, SHARES_AT, "sqlite")
    full = {form: of("full", form, slices=1)["cpu"] for form in ("pure", "compiled")}
    for one in figures:
        if (one["what"], one["size"], one["database"], one.get("form")) == (
            "night",
            SHARES_AT,
            "sqlite",
            "pure",
        ):
            other = of("night", "compiled", share=one["share"])
            yield (
                f"{one['share']:.0%}",
                f"{one['cases'] / SHARES_AT:.1%}",
                _time(one["cpu"]),
                f"{one['cpu'] / full['pure']:.1%}",
                _time(other["cpu"]),
                f"{other['cpu'] / full['compiled']:.1%}",
            )


def beside_others(engines: Figure) -> Iterator[tuple[str, ...]]:
    """Give what each engine costs."""
    yield (
        "engine",
        "loading",
        "handing over",
        "deciding",
        "answers",
        "times Fristvagt",
    )
    ours = min(one["decide"] for one in engines["engines"] if one["engine"] == "Fristvagt")
    for one in engines["engines"]:
        name = f"{one['engine']} {one['version']}{', compiled' if one['compiled'] else ''}"
        yield (
            name,
            f"{one['load'] * 1e3:.0f} ms",
            f"{one['take'] * 1e6:.1f} µs",
            f"{one['decide'] * 1e6:.1f} µs",
            f"{one['standards']} of 12",
            f"{one['decide'] / ours:.2f}",
        )


def limits(engines: Figure) -> Iterator[str]:
    """Give what each engine leaves to its user."""
    for one in engines["engines"]:
        for name, why in one["cannot"].items():
            yield f"- {one['engine']} cannot answer `{name}`: {why}."
        if one["lacks"]:
            yield f"- {one['engine']} leaves to its user {one['lacks']}."


def mails(found: list[Figure]) -> Iterator[tuple[str, ...]]:
    """Give what it costs to write mails and to hand them over."""
    yield "", "number", "seconds", "of processor time", "times", "than", "lost", "doubled"
    for one in found:
        lost, doubled = (str(one.get(name, "")) for name in ("lost", "doubled"))
        spent = (_time(one["wall"]), _time(one["cpu"]), f"{one['times']:.1f}")
        yield one["what"], f"{one['number']:,}", *spent, one["than"], lost, doubled


def soak(found: Figure) -> Iterator[tuple[str, ...]]:
    """Give what two years cost, and what became of their mails."""
    names = ("cases", "days", "mails", "lost", "doubled", "held")
    yield *names, "seconds", "the first 30 days", "the last 30 days"
    seconds = (_time(found[name]) for name in ("seconds", "first_30_days", "last_30_days"))
    yield *(f"{found[name]:,}" for name in names), *seconds


def _towns(figures: list[Figure]) -> list[tuple[int, str]]:
    order = list(NAMES)
    found = {(one["size"], one["database"]) for one in figures}
    return sorted(found, key=lambda town: (town[0], order.index(town[1])))


def _asker(figures: list[Figure], size: int, database: str) -> Callable[..., Figure]:
    own = [one for one in figures if (one["size"], one["database"]) == (size, database)]

    def of(what: str, form: str, **more: object) -> Figure:
        wanted = {"what": what, "form": form, **more}
        return next(one for one in own if wanted.items() <= one.items())

    return of


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.0f} s"


if __name__ == "__main__":
    main()
