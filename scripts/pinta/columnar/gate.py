"""The gate: which records certainly pass all checks, and which warnings the others of them get.

Every function here stands for the checks that it names. `COVERED` has to hold each check of the registry that has a function
of its own: when somebody adds one that the gate does not know, nothing passes until it is taught here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from ..checks.registry import CHECKS
from .arrays import Bools, Ints
from .view import View

Found = Iterator[tuple[str, Ints]]
Sweep = Callable[[View], Found]


class Swept(NamedTuple):
    """One sweep over a batch: ``of`` says whether what it yields are annotations or articles."""

    of: str
    run: Sweep


SWEEPS: list[Swept] = []
COVERED: set[str] = set()
"""Ids of the checks that sweeps look for. Those of events are not among them: they are run as they are, once an event."""


def sweep(of: str, *ids: str) -> Callable[[Sweep], Sweep]:
    """Enter a function that looks for some checks in all articles or all annotations (``of``) of a batch.

    It yields the id of a check with the places of those that it may find something in.
    """

    def enter(run: Sweep) -> Sweep:
        SWEEPS.append(Swept(of, run))
        COVERED.update(ids)
        return run

    return enter


class Verdict(NamedTuple):
    """Of each article of a batch, whether there may be errors in it, and whether warnings."""

    errors: Bools
    warnings: Bools


def judge(view: View) -> Verdict:
    """Go through all checks. Articles and annotations have the shape of their schema, and the checks are all known."""
    verdict = Verdict(np.zeros(len(view.ids), dtype=np.bool_), np.zeros(len(view.ids), dtype=np.bool_))
    for swept in SWEEPS:
        for id_, places in swept.run(view):
            if len(places):
                marks = verdict.warnings if id_.startswith("W-") else verdict.errors
                marks[view.owner[places] if swept.of == "annotation" else places] = True
    verdict.errors[view.owner[view.wide]] = True
    return verdict


def knows_all_checks() -> bool:
    """Whether every check that has a function is covered."""
    return all(made.id in COVERED for made in CHECKS.values() if made.run and made.of != "event")
