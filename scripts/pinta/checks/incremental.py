"""The check of a whole corpus folder that remembers what it has seen.

It finds what `run.check_corpus` finds. An event whose files are in the state that they were in is not opened. Of one that
is not, the files are read, and a document is checked only if no document with these bytes was. Findings are remembered
with what they were found in, and told again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from functools import cached_property
from hashlib import blake2b
from typing import Any

from ..corpus.documents import Document, JsonFile, decoded, json_file
from ..corpus.layout import Corpus
from ..corpus.listing import EventFiles, look
from ..corpus.near_duplicates import Neighbours
from ..diagnostics import Finding
from .cache import Cache
from .run import Checker, near_duplicate, no_event, no_gold, orphan, two_splits

Json = dict[str, Any]


def check_again(corpus: Corpus) -> Iterator[Finding]:
    """Everything that is wrong with a corpus folder; what was found out of it is kept in ``.pinta/check.cache``."""
    began = time.time_ns()
    cache, listing = Cache(corpus), look(corpus)
    before: dict[str, Json] = cache.values.get("events", {})
    checking = _Checking(corpus, began)
    events = {event: checking.known(event, files, before.get(event, {})) for event, files in listing.events.items()}
    texts = {article: hash_ for event in events.values() for article, hash_ in event["texts"].items()}
    hashes, pairs = cache.values.get("texts", ([], []))
    near = Neighbours(hashes, pairs, cache.rows)
    if near.update(texts.values(), _Reader(corpus, texts).text) or events != before:
        cache.values, cache.rows = {"events": events, "texts": (near.hashes, near.pairs)}, near.rows
        cache.save(checking.schema_used)
    for event in events.values():
        for found in event["documents"].values():
            yield from (Finding(*values) for values in found)
    declared = {event: known["event"] for event, known in events.items()}
    yield from _layout(corpus, listing.events)
    yield from (orphan(path, article) for path, article in listing.orphans)
    yield from two_splits(corpus, declared)
    for pair in near.among(texts):
        yield from near_duplicate(corpus, pair, declared)


def _layout(corpus: Corpus, events: dict[str, EventFiles]) -> Iterator[Finding]:
    for event, files in events.items():
        for number in files.articles:
            if files.event is None:
                yield no_event(corpus, f"{event}/{number}")
            if ("", number) not in files.annotations:
                yield no_gold(corpus, f"{event}/{number}")


class _Reader:
    """Reads texts again by their digests."""

    def __init__(self, corpus: Corpus, texts: dict[str, str]) -> None:
        self._corpus, self._texts = corpus, texts

    @cached_property
    def _articles(self) -> dict[str, str]:
        return {hash_: article for article, hash_ in self._texts.items()}

    def text(self, hash_: str) -> str:
        return decoded(self._corpus.text_path(self._articles[hash_]).read_bytes())[0] or ""


class _Checking:
    """One check of a corpus. The checks take a while to get ready, and often are not needed."""

    def __init__(self, corpus: Corpus, began: int) -> None:
        self.corpus, self._began = corpus, began

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.corpus.schema)

    @property
    def schema_used(self) -> str | None:
        """The digest of the schema that documents were held against, None where no document was."""
        return self.checker.schema.digest if "checker" in vars(self) else None

    def known(self, event: str, files: EventFiles, before: Json) -> Json:
        """What there is to know of an event: taken over where its files are as they were, found out where they are not.

        ``state`` of its files, where it can stand for their bytes; ``event``: id and split as event.json has them;
        ``documents``: findings by a digest of all that they depend on; ``texts``: digests of texts by article.
        """
        state = files.state
        if before.get("state") == state:
            return before
        read = _Event(self, event, files, before.get("documents", {}))
        read.check()
        settled = state if files.settled(self._began) else None
        return {"state": settled, "event": read.declared, "documents": read.documents, "texts": read.texts}


class _Event:
    """One event with its files read. Their states were taken before: what changes in between is seen the next time."""

    def __init__(self, checking: _Checking, event: str, files: EventFiles, before: Json) -> None:
        self._checking, self._event, self._files, self._before = checking, event, files, before
        self._root = str(checking.corpus.root)
        self._path = f"corpus/{event}/event.json"
        self._raw = self._bytes(self._path) if files.event is not None else None
        self.documents: Json = {}
        self.texts: dict[str, str] = {}

    def _bytes(self, path: str) -> bytes:
        with open(f"{self._root}/{path}", "rb") as file:  # noqa: PTH123  a Path would take longer than the reading
            return file.read()

    @cached_property
    def _file(self) -> JsonFile | None:
        return None if self._raw is None else json_file(self._path, self._raw)

    @property
    def declared(self) -> list[Any] | None:
        """Id and split as the file has them."""
        return None if self._file is None else [self._file.body.get("id"), self._file.body.get("split")]

    def check(self) -> None:
        """Find out all that is wrong."""
        passes = sorted(key for key in self._files.annotations if key[0])
        for n, number in enumerate(self._files.articles):
            about = self._bytes(f"corpus/{self._event}/{number}.json")
            text = self._bytes(f"corpus/{self._event}/{number}.txt") if number in self._files.texts else None
            if text and decoded(text)[0]:
                self.texts[f"{self._event}/{number}"] = _digest((text,))
            gold = f"annotations/gold/{self._event}/{number}.json" if ("", number) in self._files.annotations else None
            self._document(number, about, text, gold, first=n == 0)
            for annotator in (name for name, of in passes if of == number):
                self._pass(number, about, text, f"annotations/passes/{annotator}/{self._event}/{number}.json")
        if self._file and not self._files.articles:
            alone = self._file
            self._remember((self._event, self._raw), lambda: self._checking.checker.check_event(alone))

    def _document(self, number: str, about: bytes, text: bytes | None, path: str | None, *, first: bool) -> None:
        raw = self._bytes(path) if path else None

        def find() -> Iterable[Finding]:
            annotation = json_file(path, raw) if path and raw is not None else None
            return self._checking.checker.check(self._made(number, about, text, annotation), event=first)

        self._remember((self._event, number, "first" if first else "", self._raw, about, text, raw), find)

    def _pass(self, number: str, about: bytes, text: bytes | None, path: str) -> None:
        raw = self._bytes(path)

        def find() -> Iterable[Finding]:
            document = self._made(number, about, text, json_file(path, raw))
            return (found for found in self._checking.checker.check(document, event=False) if found.path == path)

        self._remember((self._event, path, self._raw, about, text, raw), find)

    def _made(self, number: str, about: bytes, raw: bytes | None, annotation: JsonFile | None) -> Document:
        text, fault = decoded(raw)
        path = f"corpus/{self._event}/{number}"
        return Document(json_file(f"{path}.json", about), text, f"{path}.txt", self._file, annotation, fault)

    def _remember(self, about: Iterable[str | bytes | None], find: Callable[[], Iterable[Finding]]) -> None:
        key = _digest(about)
        known = self._before.get(key)
        self.documents[key] = [list(astuple(found)) for found in find()] if known is None else known


def _digest(parts: Iterable[str | bytes | None]) -> str:
    """One digest of some values, so that no other values have it."""
    total = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        total.update(b"-" if raw is None else b"%d:" % len(raw) + raw)
    return total.hexdigest()
