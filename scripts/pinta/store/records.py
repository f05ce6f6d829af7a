"""Records: one article with its event, text, gold and passes in one JSON object, which is one line of a shard.

`{"id": "2025-venezuela/01", "event": {…}, "article": {…}, "text": "…", "gold": {…}, "passes": [{"annotator": "a",
"annotation": {…}}]}`. Missing things are null. The event stands in each record of its articles, so that a record can be
judged alone. An event without articles has a record with its own id (`2025-venezuela`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..corpus.documents import Document, JsonFile
from ..corpus.layout import ARTICLE_ID
from ..diagnostics import Pointer
from ..jsontext import compact, dumps

Json = dict[str, Any]
KEYS = ("id", "event", "article", "text", "gold", "passes")
EVENT_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ANNOTATOR = re.compile(r"\w[\w.@+-]*")


class RecordError(ValueError):
    """A value that is no record: where in it, what is wrong, and the mend."""

    def __init__(self, pointer: Pointer, message: str, mend: str) -> None:
        super().__init__(message)
        self.pointer, self.message, self.mend = pointer, message, mend


def sort_key(id_: str) -> tuple[str, str]:
    """What records are sorted by: the name of the event, then the number; as the folder layout has them."""
    event, _, number = id_.partition("/")
    return event, number


class Pass(NamedTuple):
    """One annotator's document of an article."""

    annotator: str
    annotation: Any


@dataclass(frozen=True, slots=True)
class Record:
    """One article of a store; its parts are as they were read, valid or not."""

    id: str
    event: Any = None
    article: Any = None
    text: str | None = None
    gold: Any = None
    passes: list[Pass] = field(default_factory=list)

    @property
    def event_name(self) -> str:
        """The name of the event's folder."""
        return self.id.partition("/")[0]

    @property
    def is_article(self) -> bool:
        """Whether this is an article, or annotations of one; not an event alone."""
        return "/" in self.id

    def body(self) -> Json:
        """The record as a JSON value."""
        passes = [{"annotator": one.annotator, "annotation": one.annotation} for one in self.passes]
        return {"id": self.id, "event": self.event, "article": self.article, "text": self.text, "gold": self.gold, "passes": passes}

    def line(self) -> bytes:
        """The record as a line of a shard, without the line end."""
        return compact(self.body())

    def event_file(self) -> JsonFile | None:
        """The event as the folder layout has it."""
        return None if self.event is None else JsonFile(f"corpus/{self.event_name}/event.json", b"", self.event)

    def document(self) -> Document:
        """The article with its gold annotation, under the paths of the folder layout; ``raw`` of its files is empty."""
        gold = None if self.gold is None else JsonFile(f"annotations/gold/{self.id}.json", b"", self.gold)
        article = JsonFile(f"corpus/{self.id}.json", b"", self.article)
        return Document(article, self.text, f"corpus/{self.id}.txt", self.event_file(), gold)

    def pass_documents(self) -> Iterator[Document]:
        """The article with the annotation of one annotator after the other."""
        for one in self.passes:
            document = self.document()
            document.annotation = JsonFile(f"annotations/passes/{one.annotator}/{self.id}.json", b"", one.annotation)
            yield document

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of every file of the folder layout, JSON in the canonical form; the event's too."""
        made = {f"corpus/{self.event_name}/event.json": self.event, f"corpus/{self.id}.json": self.article}
        made[f"annotations/gold/{self.id}.json"] = self.gold
        made |= {f"annotations/passes/{one.annotator}/{self.id}.json": one.annotation for one in self.passes}
        yield from ((path, dumps(value)) for path, value in made.items() if value is not None)
        if self.text is not None:
            yield f"corpus/{self.id}.txt", self.text.encode("utf-8")


def record_of(value: Any) -> Record:
    """The record that a JSON value is.

    Raises:
        RecordError: it has other keys, or an id, a text or passes of another form.
    """
    if not isinstance(value, dict):
        raise RecordError((), "A record is an object.", f"Its keys: {', '.join(KEYS)}.")
    _hold_keys(value)
    id_ = value["id"]
    if not isinstance(id_, str) or not (ARTICLE_ID.fullmatch(id_) or EVENT_ID.fullmatch(id_)):
        raise RecordError(("id",), f"{id_!r} is not the id of an article.", "Write EVENT/NN, such as 2025-venezuela/01.")
    if value["text"] is not None and not isinstance(value["text"], str):
        raise RecordError(("text",), "The text is not a string.", "Give the text, or null where it is not included.")
    alone = "/" not in id_
    if alone and any(value[key] for key in ("article", "text", "gold", "passes")):
        raise RecordError(("id",), f"{id_!r} is the id of an event, and the record holds more than that.", "Write EVENT/NN.")
    return Record(id_, value["event"], value["article"], value["text"], value["gold"], list(_passes(value["passes"])))


def _hold_keys(value: Json) -> None:
    for key in value:
        if key not in KEYS:
            raise RecordError((key,), f"A record has no {key!r}.", f"Its keys: {', '.join(KEYS)}.")
    for key in KEYS:
        if key not in value:
            raise RecordError((), f"The record has no {key!r}.", f"Add {key!r}; null, or [] for passes, where there is none.")


def _passes(value: Any) -> Iterator[Pass]:
    if not isinstance(value, list):
        raise RecordError(("passes",), "The passes are not a list.", 'Write [{"annotator": "…", "annotation": {…}}], or [].')
    seen = set()
    for n, one in enumerate(value):
        if not isinstance(one, dict) or one.keys() != {"annotator", "annotation"} or one["annotation"] is None:
            raise RecordError(("passes", n), "A pass has an annotator and an annotation.", 'Write {"annotator": "…", "annotation": {…}}.')
        name = one["annotator"]
        if not isinstance(name, str) or not ANNOTATOR.fullmatch(name):
            raise RecordError(("passes", n, "annotator"), f"{name!r} cannot be the name of a folder.", "Write letters, digits, - and _.")
        if name in seen:
            raise RecordError(("passes", n, "annotator"), f"{name} annotated the article twice.", "Keep one of the two.")
        seen.add(name)
        yield Pass(name, one["annotation"])
