"""The tiny corpus of the tests: three events in three splits about states that do not exist.

Texts, metadata and drafts stand in ``fixtures/tiny``; the schema is that of the repository; gold and passes are resolved
from the drafts, as a user would do it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pinta.checks.run import check_corpus
from pinta.corpus.layout import Corpus
from pinta.corpus.restricted import resolve_restricted
from pinta.diagnostics import Finding
from pinta.draft import resolve
from pinta.files import write_whole
from pinta.jsontext import dumps

REPOSITORY = Path(__file__).resolve().parent.parent
FIXTURES = Path(__file__).resolve().parent / "fixtures"
TINY = FIXTURES / "tiny"
RESTRICTED = "2031-anu/03"
ANNOTATORS = {"alih": ("2031-anu/01", "2033-fana/01"), "budi": ("2031-anu/01", "2032-dalu/01")}
COUNTRIES = {"XAN": "Anu", "XBE": "Bena", "XCA": "Cala", "XDA": "Dalu", "XEL": "Elok", "XFA": "Fana", "XGI": "Gita", "XHU": "Hulu"}
"""Codes that ISO 3166 leaves to users; the copy of the schema is told of them."""


class TinyCorpus:
    """A corpus folder that a test may change, and what a user would do with it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def corpus(self) -> Corpus:
        """The folder, read anew."""
        return Corpus(self.root)

    def path(self, name: str) -> Path:
        return self.root / name

    def text(self, article: str) -> str:
        return self.path(f"corpus/{article}.txt").read_text("utf-8")

    def read(self, name: str) -> Any:
        """The value of a JSON file."""
        return json.loads(self.path(name).read_bytes())

    def write(self, name: str, value: Any) -> None:
        """Write a JSON value, a text or bytes."""
        raw = value if isinstance(value, bytes) else value.encode("utf-8") if isinstance(value, str) else dumps(value)
        write_whole(self.path(name), raw)

    def edit(self, name: str, change: Callable[[Any], object]) -> Any:
        """Change the value of a JSON file in place and write it back."""
        value = self.read(name)
        change(value)
        self.write(name, value)
        return value

    def findings(self) -> list[Finding]:
        """What `pinta check` finds."""
        return sorted(check_corpus(self.corpus))

    def add(self, article: str, text: str, **draft: Any) -> dict[str, Any]:
        """A new article with gold: the layers of a draft that are not given stay empty."""
        from pinta.spans import normalise, sha256

        text = normalise(text)
        metadata = json.loads((TINY / "corpus/2031-anu/01.json").read_bytes())
        self.write(f"corpus/{article}.json", {**metadata, "id": article, "text_sha256": sha256(text), "characters": len(text)})
        self.write(f"corpus/{article}.txt", text)
        whole = {**draft_of("2031-anu/01"), "article": article, "entities": [], "claims": [], "stances": [], "requests": [], **draft}
        gold = resolve(whole, text)
        self.write(f"annotations/gold/{article}.json", gold)
        return gold

    def event(self, event: str, split: str) -> None:
        """A new event without articles."""
        body = self.read("corpus/2031-anu/event.json")
        self.write(f"corpus/{event}/event.json", {**body, "id": event, "split": split})

    def remove(self, name: str) -> None:
        path = self.path(name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def draft_of(article: str) -> dict[str, Any]:
    """The draft of an article of the tiny corpus."""
    draft: dict[str, Any] = json.loads((TINY / "drafts" / f"{article}.json").read_bytes())
    return draft


def make_tiny(root: Path) -> TinyCorpus:
    """Write the tiny corpus into a new folder."""
    shutil.copytree(TINY / "corpus", root / "corpus")
    shutil.copytree(REPOSITORY / "schema", root / "schema")
    for name in ("DATASET_CARD.md", "LICENSE-DATA"):
        shutil.copy(TINY / name, root / name)
    tiny = TinyCorpus(root)
    tiny.edit("schema/lexicon/countries.json", lambda body: body["current"].update(COUNTRIES))
    for article in tiny.corpus.articles():
        tiny.write(f"annotations/gold/{article}.json", _gold(tiny.corpus, article))
    for annotator, articles in ANNOTATORS.items():
        who = {"id": annotator, "kind": "rules", "guidelines": "2", "date": "2031-05-01"}
        for article in articles:
            gold = tiny.read(f"annotations/gold/{article}.json")
            tiny.write(f"annotations/passes/{annotator}/{article}.json", {**gold, "annotator": who})
    return tiny


def _gold(corpus: Corpus, article: str) -> dict[str, Any]:
    if article == RESTRICTED:
        draft = (TINY / "drafts" / f"{article}.json").read_bytes()
        return resolve_restricted(draft, "draft", (TINY / "copies" / f"{article}.txt").read_bytes(), corpus, article)
    return resolve(draft_of(article), corpus.text_path(article).read_text("utf-8"))
