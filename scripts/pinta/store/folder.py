"""The folder layout as records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..corpus.documents import read_json, read_text
from ..corpus.layout import ARTICLE_ID, Corpus
from ..diagnostics import Finding
from .records import ANNOTATOR, EVENT_ID, Pass, Record


class FolderReader:
    """Reads a corpus folder as records, in order.

    What cannot be read is in ``findings``: such a record lacks that part.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.findings: list[Finding] = []
        self._annotators = [name for name in corpus.annotators() if ANNOTATOR.fullmatch(name)]

    def records(self) -> Iterator[Record]:
        """All records, sorted by event and number. Memory does not grow with them."""
        self.findings.extend(self._unfit())
        for event in self.events():
            yield from self._event(event)

    def _unfit(self) -> Iterator[Finding]:
        """Articles and annotators whose names cannot stand in a record."""
        corpus = self.corpus
        paths = [corpus.article_path(article) for article in corpus.articles() if not ARTICLE_ID.fullmatch(article)]
        paths += [corpus.passes_folder / name for name in corpus.annotators() if not ANNOTATOR.fullmatch(name)]
        for path in paths:
            said = "Small letters, digits and - name an event, two or three digits an article; letters, digits, - and _ an annotator."
            yield Finding(corpus.relative(path), 1, 1, "E-RECORD", "error", "No record can hold a file of this name.", said)

    def events(self) -> list[str]:
        """Names of all events: folders of articles, of gold and of passes."""
        found = {name for folder in self._roots() if folder.is_dir() for name in _folders(folder)}
        return sorted(name for name in found if EVENT_ID.fullmatch(name))

    def _roots(self) -> list[Path]:
        corpus = self.corpus
        return [corpus.articles_folder, corpus.gold_folder, *(corpus.passes_folder / name for name in self._annotators)]

    def _event(self, name: str) -> Iterator[Record]:
        event = self._json(self.corpus.event_path(name))
        numbers = sorted({stem for root in self._roots() for stem in _stems(root / name) if ARTICLE_ID.fullmatch(f"{name}/{stem}")})
        if not numbers and event is not None:
            yield Record(name, event)
        for number in numbers:
            yield self._record(f"{name}/{number}", event)

    def _record(self, id_: str, event: Any) -> Record:
        corpus = self.corpus
        passes = [Pass(name, self._json(corpus.pass_path(name, id_))) for name in self._annotators]
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


ROOT_FILES = ("DATASET_CARD.md", "LICENSE-DATA", "CITATION.cff", "baselines.json")


def other_files(corpus: Corpus) -> Iterator[tuple[str, Path]]:
    """Path and place of every file of a corpus that no record holds: schema, version, card, guidelines, agreement, …

    Hidden files, and a schema that is not in the folder itself, are not among them.
    """
    known = {name for name in ROOT_FILES if (corpus.root / name).is_file()}
    yield from ((name, corpus.root / name) for name in sorted(known))
    for folder in ("annotations", "corpus", "schema"):
        for path in sorted((corpus.root / folder).rglob("*")):
            name = path.relative_to(corpus.root).as_posix()
            if (
                path.is_file()
                and not any(part.startswith(".") for part in path.parts[len(corpus.root.parts) :])
                and not _in_record(corpus, name)
            ):
                yield name, path


def _in_record(corpus: Corpus, name: str) -> bool:
    """Whether a record holds a file."""
    folder, _, rest = name.partition("/")
    stem, _, kind = rest.rpartition(".")
    if folder == "corpus":
        event, _, base = stem.partition("/")
        own = ARTICLE_ID.fullmatch(stem) and (kind == "json" or (kind == "txt" and corpus.article_path(stem).is_file()))
        return bool(own) or (base == "event" and kind == "json" and EVENT_ID.fullmatch(event) is not None)
    steps = stem.split("/")
    depth = {"gold": 1, "passes": 2}.get(steps[0])
    if folder != "annotations" or depth is None or kind != "json" or len(steps) != depth + 2:
        return False
    return bool(ARTICLE_ID.fullmatch("/".join(steps[depth:]))) and (depth == 1 or ANNOTATOR.fullmatch(steps[1]) is not None)
