"""The folder layout as records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..corpus.documents import read_json, read_text
from ..corpus.layout import ARTICLE_ID, Corpus
from ..diagnostics import Finding
from .records import Pass, Record


class FolderReader:
    """Reads a corpus folder as records, in order.

    What cannot be read is in ``findings``: such a record lacks that part.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.findings: list[Finding] = []

    def records(self) -> Iterator[Record]:
        """All records, sorted by event and number. Memory does not grow with them."""
        for event in self.events():
            yield from self._event(event)

    def events(self) -> list[str]:
        """Names of all events: folders of articles, of gold and of passes."""
        return sorted({name for folder in self._roots() if folder.is_dir() for name in _folders(folder)})

    def _roots(self) -> list[Path]:
        corpus = self.corpus
        return [corpus.articles_folder, corpus.gold_folder, *(corpus.passes_folder / name for name in corpus.annotators())]

    def _event(self, name: str) -> Iterator[Record]:
        event = self._json(self.corpus.event_path(name))
        numbers = sorted({stem for root in self._roots() for stem in _stems(root / name) if ARTICLE_ID.fullmatch(f"{name}/{stem}")})
        if not numbers and event is not None:
            yield Record(name, event)
        for number in numbers:
            yield self._record(f"{name}/{number}", event)

    def _record(self, id_: str, event: Any) -> Record:
        corpus = self.corpus
        passes = [Pass(name, self._json(corpus.pass_path(name, id_))) for name in corpus.annotators()]
        article = self._json(corpus.article_path(id_))
        text, fault = read_text(corpus.text_path(id_)) if article is not None else (None, None)
        if fault:
            self._fault(corpus.relative(corpus.text_path(id_)), fault)
        gold = self._json(corpus.gold_path(id_))
        return Record(id_, event, article, text, gold, [one for one in passes if one.annotation is not None])

    def _json(self, path: Path) -> Any:
        if not path.is_file():
            return None
        file = read_json(self.corpus, path)
        if file.fault:
            self._fault(file.path, file.fault)
        return file.value

    def _fault(self, path: str, fault: Any) -> None:
        self.findings.append(Finding(path, fault.line, fault.column, fault.id, "error", fault.message, fault.mend))


def _folders(folder: Path) -> Iterator[str]:
    yield from (path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _stems(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        yield from (path.stem for path in folder.iterdir() if path.suffix == ".json")
