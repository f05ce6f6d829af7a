"""Reading the corpus: an article with its event, its text and its annotation, in one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..jsontext import JsonError, decode, loads
from .layout import Corpus

Json = dict[str, Any]


@dataclass(slots=True)
class JsonFile:
    """A JSON file: its path as findings show it, its bytes, its value; ``fault`` where it cannot be read."""

    path: str
    raw: bytes
    value: Any = None
    fault: JsonError | None = None

    @property
    def body(self) -> Json:
        """The value, where it is an object; an empty object otherwise."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(slots=True)
class Document:
    """One article all the way through: metadata, text, event and one annotation of it.

    ``text`` is None where the file is missing or may not be included. ``annotation`` is None where there is none yet.
    """

    article: JsonFile
    text: str | None
    text_path: str
    event: JsonFile | None = None
    annotation: JsonFile | None = None
    text_fault: JsonError | None = None

    @property
    def id(self) -> str:
        """The article's id, by its path."""
        return article_id(self.article.path)


def article_id(path: str) -> str:
    """``2025-venezuela/01`` of ``…/2025-venezuela/01.json``."""
    event, _, name = path.rpartition("/")
    return f"{event.rpartition('/')[2]}/{name.partition('.')[0]}"


def read_json(corpus: Corpus, path: Path) -> JsonFile:
    """Read a JSON file without failing: what is wrong with it is in ``fault``."""
    return json_file(corpus.relative(path), path.read_bytes())


def json_file(shown: str, raw: bytes) -> JsonFile:
    """A JSON file from its path, as findings show it, and its bytes; does not fail either."""
    try:
        return JsonFile(shown, raw, loads(raw))
    except JsonError as fault:
        return JsonFile(shown, raw, fault=fault)


def read_text(path: Path) -> tuple[str | None, JsonError | None]:
    """The text of an article exactly as its file holds it, or what is wrong with the file."""
    return decoded(path.read_bytes() if path.exists() else None)


def decoded(raw: bytes | None) -> tuple[str | None, JsonError | None]:
    """The text of an article from the bytes of its file, None where there is no file, or what is wrong with them."""
    if raw is None:
        return None, None
    try:
        return decode(raw), None
    except JsonError as fault:
        return None, fault


def read_document(corpus: Corpus, article: str, event: JsonFile | None = None, annotation: Path | None = None) -> Document:
    """Read one article with its gold annotation, or with the annotation at a path."""
    text_path = corpus.text_path(article)
    text, fault = read_text(text_path)
    event_path = corpus.event_path(article.partition("/")[0])
    event = event or (read_json(corpus, event_path) if event_path.exists() else None)
    path = annotation or corpus.gold_path(article)
    found = read_json(corpus, path) if path.exists() else None
    return Document(read_json(corpus, corpus.article_path(article)), text, corpus.relative(text_path), event, found, fault)


def read_all(corpus: Corpus, articles: Iterable[str] | None = None) -> Iterator[Document]:
    """All documents with their gold annotations, in the order of their ids. One event file is read once."""
    event: JsonFile | None = None
    name = ""
    for article in corpus.articles() if articles is None else articles:
        if article.partition("/")[0] != name:
            name = article.partition("/")[0]
            path = corpus.event_path(name)
            event = read_json(corpus, path) if path.exists() else None
        yield read_document(corpus, article, event)


def read_passes(corpus: Corpus, annotator: str) -> Iterator[Document]:
    """All documents that one annotator has annotated, each with that annotation."""
    folder = corpus.passes_folder / annotator
    for path in sorted(folder.glob("*/*.json")):
        article = f"{path.parent.name}/{path.stem}"
        if corpus.article_path(article).exists():
            yield read_document(corpus, article, annotation=path)
