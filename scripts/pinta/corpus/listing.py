"""One look over a corpus folder: which files there are, and the state of each, without opening any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from .layout import Corpus

SLACK_NS = 2_000_000_000
"""What was changed less than this before the look may change again without a trace: file systems keep time coarsely."""
_STATES_TELL = os.name == "posix"
"""Whether a state has the time of the last change that no program can set back (``st_ctime``)."""


@dataclass(slots=True)
class EventFiles:
    """All files of one event, in the corpus and among annotations: path from the root, and state, by what they are.

    Attributes:
        event: state of event.json, None where there is none.
        articles: state of each article's JSON file, by its number as the name has it.
        texts: states of texts.
        annotations: states by (annotator, number); the annotator of gold is "".
    """

    event: str | None = None
    articles: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    annotations: dict[tuple[str, str], str] = field(default_factory=dict)
    newest: int = 0

    def settled(self, began: int) -> bool:
        """Whether the states can stand for the bytes: nothing was changed shortly before a look that began then, in ns."""
        return _STATES_TELL and self.newest < began - SLACK_NS

    @property
    def state(self) -> str:
        """One digest of all states."""
        parts = (self.event, sorted(self.articles.items()), sorted(self.texts.items()), sorted(self.annotations.items()))
        return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


@dataclass(slots=True)
class Listing:
    """The events of a corpus by id, in order, and where annotations lie that belong to no article."""

    events: dict[str, EventFiles]
    orphans: list[tuple[str, str]]
    """(path from the root, article that is not there)"""


def look(corpus: Corpus) -> Listing:
    """List a corpus folder."""
    root = str(corpus.articles_folder)
    listing = Listing({event: _event(f"{root}/{event}") for event in corpus.events()}, [])
    for annotator, folder in [("", corpus.gold_folder), *((name, corpus.passes_folder / name) for name in corpus.annotators())]:
        if folder.is_dir():
            _annotations(listing, annotator, corpus.relative(folder), folder)
    return listing


def _event(folder: str) -> EventFiles:
    found = EventFiles()
    for entry in os.scandir(folder):
        stem, _, kind = entry.name.rpartition(".")
        if entry.name == "event.json":
            found.event = _state(found, entry)
        elif kind == "json" and stem.isdigit():
            found.articles[stem] = _state(found, entry) or ""
        elif kind == "txt" and stem.isdigit() and (state := _state(found, entry)):
            found.texts[stem] = state
    found.articles = dict(sorted(found.articles.items()))
    return found


def _state(files: EventFiles, entry: os.DirEntry[str]) -> str | None:
    """Size, times and number of a file; None for a link that leads nowhere."""
    try:
        found = entry.stat()
    except FileNotFoundError:
        return None
    files.newest = max(files.newest, found.st_mtime_ns, found.st_ctime_ns)
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def _annotations(listing: Listing, annotator: str, shown: str, folder: Path) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir():
            files = listing.events.get(entry.name)
            for inner in os.scandir(entry):
                stem = inner.name.removesuffix(".json")
                if files and stem in files.articles and stem != inner.name:
                    state = _state(files, inner)
                    if state is not None:
                        files.annotations[annotator, stem] = state
                else:
                    listing.orphans += _below(inner, f"{shown}/{entry.name}", entry.name)
        else:
            listing.orphans += _below(entry, shown, "")


def _below(entry: os.DirEntry[str], shown: str, article: str) -> Iterator[tuple[str, str]]:
    """JSON files at or below a place where no article's annotation can be."""
    name = f"{article}/{entry.name}".lstrip("/")
    if entry.name.endswith(".json"):
        yield f"{shown}/{entry.name}", name.removesuffix(".json")
    if entry.is_dir(follow_symlinks=False):
        for inner in os.scandir(entry):
            yield from _below(inner, f"{shown}/{entry.name}", name)
