"""A batch of records that are free of errors, with the columns from which their tables are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import Bools, Ints, pa_array
from .layers import Layer
from .sentences import Sentences, sentences_of
from .tags import Tokens, tokens_of
from .view import View

if TYPE_CHECKING:
    import pyarrow as pa


class Event(NamedTuple):
    """What tables and figures say of an event."""

    id: str
    title: str
    date: str
    split: str


@dataclass
class Batch:
    """Articles in the order of ``splits`` and then of their records, with their annotations: gold first, then passes.

    ``event`` counts into ``events`` for each article; ``gold`` is the number of gold annotations; ``line`` the number of the
    record that each article comes from. ``raw`` holds the bytes of each gold annotation, and ``canonical`` whether all of them
    are certainly written as `jsontext.compact` writes them.
    """

    view: View
    events: list[Event]
    event: Ints
    gold: int
    line: Ints
    raw: list[memoryview]
    canonical: bool

    @cached_property
    def splits(self) -> list[str]:
        """The split of each event."""
        return [event.split for event in self.events]

    def event_column(self, name: str, articles: Ints) -> pa.Array:
        """Something that is said of the event of each of some articles."""
        return pa_array([getattr(event, name) for event in self.events]).take(pa_array(self.event[articles]))

    @cached_property
    def there(self) -> Bools:
        """Articles whose text is there."""
        return self.view.has_text

    @cached_property
    def words(self) -> Ints:
        """Words of each article."""
        return self.view.texts.words()

    @cached_property
    def tokens(self) -> Tokens:
        return tokens_of(self.view.texts)

    @cached_property
    def sentences(self) -> Sentences:
        return sentences_of(self.view.texts)

    def article_of(self, layer: Layer) -> Ints:
        """The article of each value of a layer."""
        return self.view.owner[layer.row]

    def of_gold(self, path: str) -> Ints:
        """Places in a layer that belong to gold annotations of articles whose text is there."""
        layer = self.view.notes[path]
        return np.flatnonzero((layer.row < self.gold) & self.there[self.article_of(layer)])
