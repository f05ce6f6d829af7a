"""Draw the results of a run of `pipeline.py`.

python benchmarks/plot.py benchmarks/results/full.json      writes benchmarks/results/full.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

OURS, THEIRS, LIMIT = "#0b6e5f", "#a7a39b", "#c8762b"
Json = dict[str, Any]


def rates(axes: Any, figures: Json) -> None:
    """Documents a second, on a logarithmic scale."""
    names = sorted(figures, key=lambda name: figures[name]["per_second"])
    colours = [OURS if name.startswith("pinta") else LIMIT if name.startswith("limit") else THEIRS for name in names]
    values = [figures[name]["per_second"] for name in names]
    axes.barh([name.replace(",", ", ").replace("  ", " ") for name in names], values, color=colours)
    axes.set_xscale("log")
    axes.set_xlim(right=max(values) * 6)
    for n, value in enumerate(values):
        axes.text(value * 1.1, n, f"{value:,.0f}", va="center", fontsize=8)
    axes.set_title("Documents a second", loc="left", fontsize=10)


def sizes(axes: Any, figures: Json) -> None:
    """Peak memory against the number of documents."""
    for n, style in ((1, "-"), (2, "--")):
        found = [(f["documents"], f["peak_bytes"] / 2**20) for name, f in figures.items() if name.endswith(f", {n} workers")]
        axes.plot(*zip(*sorted(found), strict=True), style, marker="o", color=OURS, label=f"{n} worker{'s' * (n > 1)}")
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("documents")
    axes.set_title("Peak memory of a build, MiB", loc="left", fontsize=10)
    axes.legend(frameon=False, fontsize=8)


def checks(axes: Any, part: Json) -> None:
    """Seconds of a check of a folder."""
    names = list(part["figures"])[::-1]
    values = [part["figures"][name]["seconds"] for name in names]
    axes.barh(names, values, color=OURS)
    axes.set_xscale("log")
    axes.set_xlim(right=max(values) * 4)
    for n, value in enumerate(values):
        axes.text(value * 1.1, n, f"{value:.2f}", va="center", fontsize=8)
    axes.set_title(f"pinta check of {part['documents']:,} documents in folders, seconds", loc="left", fontsize=10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    path = parser.parse_args().results
    made = json.loads(path.read_bytes())
    parts = [(rates, "build"), (sizes, "memory"), (checks, "edit")]
    drawn = [(draw, made[name]) for draw, name in parts if name in made]
    if not drawn:
        return
    mpl.rcParams["svg.hashsalt"] = "pinta"
    figure, found = plt.subplots(len(drawn), 1, figsize=(9, 3.2 * len(drawn)), layout="constrained", squeeze=False)
    for (draw, part), axes in zip(drawn, found[:, 0], strict=True):
        draw(axes, part if draw is checks else part["figures"])
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
