"""Where things lie in a corpus folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..diagnostics import PintaError
from ..schema.labels import Schema, load_schema

ARTICLE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/\d{2,3}")
_PACKAGE = Path(__file__).resolve().parent.parent


def _packaged() -> Path:
    """The schema that comes with the package: inside it, or in the checkout that it is run from."""
    inside = _PACKAGE / "_schema"
    return inside if inside.is_dir() else _PACKAGE.parent.parent / "schema"


@dataclass(frozen=True)
class Corpus:
    """A folder with ``corpus/``, ``schema/`` and ``annotations/``.

    Ids are paths: article ``2025-venezuela/01`` has its text in ``corpus/2025-venezuela/01.txt``.
    """

    root: Path

    @cached_property
    def schema(self) -> Schema:
        """The schema that the folder holds; the packaged one where it holds none."""
        return load_schema(self.schema_folder)

    @property
    def schema_folder(self) -> Path:
        own = self.root / "schema"
        return own if own.is_dir() else _packaged()

    @property
    def articles_folder(self) -> Path:
        return self.root / "corpus"

    @property
    def gold_folder(self) -> Path:
        return self.root / "annotations" / "gold"

    @property
    def passes_folder(self) -> Path:
        return self.root / "annotations" / "passes"

    def event_path(self, event: str) -> Path:
        return self.articles_folder / event / "event.json"

    def article_path(self, article: str) -> Path:
        return self.articles_folder / f"{article}.json"

    def text_path(self, article: str) -> Path:
        return self.articles_folder / f"{article}.txt"

    def gold_path(self, article: str) -> Path:
        return self.gold_folder / f"{article}.json"

    def pass_path(self, annotator: str, article: str) -> Path:
        return self.passes_folder / annotator / f"{article}.json"

    def events(self) -> Iterator[str]:
        """Ids of the event folders, sorted."""
        if self.articles_folder.is_dir():
            yield from sorted(entry.name for entry in os.scandir(self.articles_folder) if entry.is_dir() and not entry.name.startswith("."))

    def articles(self, event: str | None = None) -> Iterator[str]:
        """Ids of the articles of an event, or of all, sorted."""
        for name in [event] if event else self.events():
            folder = self.articles_folder / name
            found = (entry.name.removesuffix(".json") for entry in os.scandir(folder) if entry.name.endswith(".json"))
            yield from (f"{name}/{stem}" for stem in sorted(found) if stem.isdigit())

    def to_annotate(self, given: Sequence[str]) -> list[str]:
        """Ids of the articles that some article and event ids name, sorted; all without gold where none is named.

        Raises:
            PintaError: there is no such article or event.
        """
        known = list(self.articles())
        if not given:
            return [article for article in known if not self.gold_path(article).exists()]
        wanted = [article for article in known if article in given or article.partition("/")[0] in given]
        unknown = [name for name in given if not any(name in (article, article.partition("/")[0]) for article in wanted)]
        if unknown:
            raise PintaError(f"There is no article or event {unknown[0]}.")
        return wanted

    def annotators(self) -> Iterator[str]:
        """Names of the folders of passes, sorted."""
        if self.passes_folder.is_dir():
            yield from sorted(path.name for path in self.passes_folder.iterdir() if path.is_dir())

    def relative(self, path: Path) -> str:
        """A path as findings show it: from the root where it lies below, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def find_corpus(start: Path | None = None) -> Corpus:
    """The corpus that a folder lies in: the nearest folder upwards that holds ``corpus/``.

    Raises:
        PintaError: there is none.
    """
    here = (start or Path(os.environ.get("PINTA_ROOT") or ".")).resolve()
    for folder in (here, *here.parents):
        if (folder / "corpus").is_dir() and (folder / "schema").is_dir():
            return Corpus(folder)
    raise PintaError(f"No corpus at or above {here}: a folder that holds corpus/ and schema/. Say where with --root.")


def corpus_or_here(start: Path | None) -> Corpus:
    """The corpus, where it is wanted for its schema and can be missed: without one, the packaged schema serves.

    Raises:
        PintaError: a folder was named, and there is none.
    """
    try:
        return find_corpus(start)
    except PintaError:
        if start:
            raise
        return Corpus(Path.cwd())
