"""The table of checks.

A check is a generator with an id. Its docstring is what ``pinta explain`` prints: the first line is its sentence in the
table of checks; a line that begins with ``Bad:`` or ``Good:`` is an example.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from ..corpus.documents import Document
from ..diagnostics import Pointer
from ..schema.labels import Schema

T = TypeVar("T")


class Problem(NamedTuple):
    """What a check says: where in its file, what is wrong, how to mend it."""

    pointer: Pointer
    message: str
    mend: str


class Context:
    """One document under check, with the schema that it is held against. What many checks ask for is found out once."""

    def __init__(self, document: Document, schema: Schema) -> None:
        self.document, self.schema = document, schema
        self._made: dict[Callable[[Context], Any], Any] = {}

    @cached_property
    def article(self) -> dict[str, Any]:
        return self.document.article.body

    @cached_property
    def event(self) -> dict[str, Any]:
        return self.document.event.body if self.document.event else {}

    @cached_property
    def annotation(self) -> dict[str, Any]:
        return self.document.annotation.body if self.document.annotation else {}

    @cached_property
    def text(self) -> str:
        return self.document.text or ""

    @cached_property
    def included(self) -> bool:
        """Whether the text may stand in the repository."""
        return bool(self.article.get("text_included"))

    def once(self, make: Callable[[Context], T]) -> T:
        """What a function makes of this context, made once for all checks that ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])


Run = Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``of`` says which file of a document it speaks of (event, article, text, annotation, or any: no function)."""

    id: str
    of: str
    run: Run | None
    explanation: str

    @property
    def level(self) -> str:
        return "warning" if self.id.startswith("W-") else "error"

    @property
    def sentence(self) -> str:
        return self.explanation.partition("\n")[0]


CHECKS: dict[str, Check] = {}


def check(id_: str, *, of: str) -> Callable[[Run], Run]:
    """Enter a function into the table of checks."""

    def enter(run: Run) -> Run:
        _enter(Check(id_, of, run, inspect.cleandoc(run.__doc__ or "")))
        return run

    return enter


def declare(id_: str, explanation: str, *, of: str = "file") -> None:
    """Enter a check whose findings are made elsewhere: in reading, in validation, over the whole corpus."""
    _enter(Check(id_, of, None, inspect.cleandoc(explanation)))


def _enter(made: Check) -> None:
    if made.id in CHECKS or not made.explanation:
        raise ValueError(f"check {made.id} stands twice, or has no explanation")
    CHECKS[made.id] = made


def checks_of(kind: str, level: str | None = None) -> list[Check]:
    """The checks with a function that speak of one kind of file; those of one level only, where it is named."""
    return [made for made in CHECKS.values() if made.of == kind and made.run and level in (None, made.level)]
