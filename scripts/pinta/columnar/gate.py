"""The gate: which records certainly pass all checks, and which warnings the others of them get.

Every function here stands for the checks that it names. `COVERED` has to hold each check of the registry that has a function
of its own: when somebody adds one that the gate does not know, nothing passes until it is taught here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ..checks.registry import CHECKS
from .arrays import Bools, Ints
from .view import View

Found = Iterator[tuple[str, Ints]]
Sweep = Callable[[Any], Found]
SWEEPS: list[tuple[str, Sweep]] = []
COVERED: set[str] = set()
"""Ids of the checks that sweeps look for."""


def sweep(of: str, *ids: str) -> Callable[[Sweep], Sweep]:
    """Enter a function that looks for some checks in all events, articles or annotations (``of``) of a batch.

    It yields the id of a check with the places of those that it may find something in.
    """

    def enter(run: Sweep) -> Sweep:
        SWEEPS.append((of, run))
        COVERED.update(ids)
        return run

    return enter


def sweeps_of(kind: str) -> list[Sweep]:
    """The sweeps over one kind of thing."""
    return [run for of, run in SWEEPS if of == kind]


class Verdict(NamedTuple):
    """Of each article of a batch, whether there may be errors in it, and whether warnings."""

    errors: Bools
    warnings: Bools


def judge(view: View) -> Verdict:
    """Go through all checks. Articles and annotations have the shape of their schema, and the checks are all known."""
    verdict = Verdict(np.zeros(len(view.ids), dtype=np.bool_), np.zeros(len(view.ids), dtype=np.bool_))
    for kind in ("article", "annotation"):
        for id_, places in chain.from_iterable(run(view) for run in sweeps_of(kind)):
            if len(places):
                marks = verdict.warnings if id_.startswith("W-") else verdict.errors
                marks[view.owner[places] if kind == "annotation" else places] = True
    verdict.errors[view.owner[view.wide]] = True
    return verdict


def knows_all_checks() -> bool:
    """Whether every check that has a function is covered."""
    return all(made.id in COVERED for made in CHECKS.values() if made.run)
