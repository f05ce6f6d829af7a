"""How far a project is, by annotator, and how far annotators agree so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from ..corpus.documents import read_text
from ..corpus.layout import Corpus
from .pull import Submission, read_tasks
from .server import Connection

SHOWN = ("mentions_exact", "items_exact", "request_parties", "slots", "stances")
"""Measures of `pinta.quality.agreement` that a status shows."""


@dataclass
class Status:
    """Counts of a project. ``agreement``: for two annotators, the articles that both have, and the measures by title."""

    tasks: int
    submitted: Counter[str] = field(default_factory=Counter)
    sound: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    untouched: int = 0
    agreement: dict[tuple[str, str], tuple[int, dict[str, float | None]]] = field(default_factory=dict)

    @property
    def annotators(self) -> list[str]:
        """Everybody who did anything, sorted."""
        return sorted({*self.submitted, *(who for _, who in self.left_out)})


def status(corpus: Corpus, connection: Connection, *, title: str, names: Mapping[str, str] | None = None) -> Status:
    """The status of a project, read from the server now.

    Raises:
        PintaError: the server cannot be reached or refuses, or the project's layout is not that of the schema.
    """
    tasks, reader = read_tasks(corpus, connection, title, names or {})
    found = list(reader.submissions(tasks))
    made = Status(reader.tasks, left_out=reader.left_out)
    made.untouched = reader.tasks - len({submission.article for submission in found})
    made.submitted.update(submission.annotator for submission in found)
    made.sound.update(submission.annotator for submission in found if submission.document is not None)
    made.agreement = _agreement(corpus, found)
    return made


def _agreement(corpus: Corpus, found: list[Submission]) -> dict[tuple[str, str], tuple[int, dict[str, float | None]]]:
    by_annotator: dict[str, dict[str, Submission]] = {}
    for submission in found:
        if submission.document is not None:
            by_annotator.setdefault(submission.annotator, {})[submission.article] = submission
    pairs = combinations(sorted(by_annotator), 2)
    both = {(a, b): sorted(by_annotator[a].keys() & by_annotator[b].keys()) for a, b in pairs}
    return {
        (a, b): (len(articles), _measured(corpus, [(by_annotator[a][x], by_annotator[b][x]) for x in articles]))
        for (a, b), articles in both.items()
        if articles
    }


def _measured(corpus: Corpus, pairs: list[tuple[Submission, Submission]]) -> dict[str, float | None]:
    from ..quality.agreement import Passes, measure

    passes = [
        Passes(a.article, read_text(corpus.text_path(a.article))[0], a.document, b.document) for a, b in pairs if a.document and b.document
    ]
    measures = measure(passes)["measures"]
    return {str(measures[name]["title"]): measures[name]["value"] for name in SHOWN}
