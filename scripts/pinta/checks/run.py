"""One run of all checks over documents, and over what only many documents together can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from .. import jsontext
from ..corpus.documents import Document, JsonFile, read_all, read_json, read_passes, read_text
from ..corpus.layout import Corpus
from ..corpus.near_duplicates import Pair
from ..diagnostics import Finding, Pointer, pointer_text
from ..schema.labels import Schema
from ..schema.validate import Validator
from . import articles, files, offsets, references, requests, stances
from .registry import CHECKS, Context, checks_of

__all__ = ["articles", "check_corpus", "check_document", "files", "offsets", "references", "requests", "stances"]


class Checker:
    """Holds the validators of a schema, and what has been seen, over a run."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._validators = {kind: Validator(schema, kind) for kind in ("event", "article", "annotation")}

    def check(self, document: Document, *, event: bool = True) -> Iterator[Finding]:
        """All findings of one document; its event's only when asked, as many documents share it."""
        sound = True
        for kind, file in (("event", document.event), ("article", document.article), ("annotation", document.annotation)):
            if file is None or (kind == "event" and not event):
                continue
            found = list(self._file(kind, file))
            yield from found
            sound = sound and not found
        if document.text_fault:
            fault = document.text_fault
            yield Finding(document.text_path, fault.line, fault.column, fault.id, "error", fault.message, fault.mend)
        elif sound:
            files = {"event": document.event if event else None, "article": document.article, "annotation": document.annotation}
            yield from self._run(document, files)

    def warnings(self, document: Document) -> Iterator[Finding]:
        """The findings of a document, its event aside, that is known to be free of errors: only warnings are looked for."""
        yield from self._run(document, {"article": document.article, "annotation": document.annotation}, level="warning")

    def check_event(self, file: JsonFile) -> Iterator[Finding]:
        """All findings of an event that has no article yet."""
        found = list(self._file("event", file))
        yield from found
        if not found:
            yield from self._run(Document(JsonFile(file.path, b""), None, "", event=file), {"event": file})

    def _file(self, kind: str, file: JsonFile) -> Iterator[Finding]:
        if file.fault:
            yield Finding(file.path, file.fault.line, file.fault.column, file.fault.id, "error", file.fault.message, file.fault.mend)
            return
        for violation in self._validators[kind].violations(file.value):
            yield finding(file, violation.pointer, violation.id, violation.message, violation.mend)

    def _run(self, document: Document, files: Mapping[str, JsonFile | None], level: str | None = None) -> Iterator[Finding]:
        """What the checks find that speak of some files, and of the text; those of one level only, where it is named."""
        context = Context(document, self.schema)
        for kind, file in files.items():
            if file is not None:
                for made in checks_of(kind, level):
                    yield from (finding(file, *_named(made.id, problem)) for problem in made.run(context))  # type: ignore[misc]
        if document.text is not None:
            yield from _text_findings(context, level)


def _named(id_: str, problem: tuple[Pointer, str, str]) -> tuple[Pointer, str, str, str]:
    return problem[0], id_, problem[1], problem[2]


def finding(file: JsonFile, pointer: Pointer, id_: str, message: str, mend: str) -> Finding:
    """A finding at a value of a JSON file."""
    line, column = jsontext.locate(file.raw.decode("utf-8"), pointer)
    return Finding(file.path, line, column, id_, CHECKS[id_].level, message, mend, pointer_text(pointer))


def _text_findings(context: Context, level: str | None) -> Iterator[Finding]:
    for made in checks_of("text", level):
        for problem in made.run(context):  # type: ignore[misc]
            at = int(problem.pointer[0]) if problem.pointer else 0
            line, column = jsontext.line_column(context.text, min(at, max(len(context.text) - 1, 0)))
            yield Finding(context.document.text_path, line, column, made.id, made.level, problem.message, problem.mend)


def check_document(document: Document, schema: Schema) -> list[Finding]:
    """Everything that is wrong with one document."""
    return sorted(Checker(schema).check(document))


class Visit(Protocol):
    """What a caller does with every document that passes, with its findings."""

    def __call__(self, document: Document, found: list[Finding], *, gold: bool) -> None: ...


def check_corpus(corpus: Corpus, only: frozenset[str] | None = None, visit: Visit | None = None) -> Iterator[Finding]:
    """Everything that is wrong with a corpus folder; of the named articles only, where ``only`` is given.

    With ``visit`` the findings of single documents go to it, together with the document, and are not repeated here.
    """
    checker, events = Checker(corpus.schema), set()
    wanted = [article for article in corpus.articles() if only is None or article in only]
    for document in read_all(corpus, wanted):
        name = document.event.path if document.event else None
        yield from _visited(document, list(checker.check(document, event=name not in events)), visit, gold=True)
        events.add(name)
    for annotator in corpus.annotators():
        for document in read_passes(corpus, annotator):
            if only is None or document.id in only:
                path = document.annotation.path if document.annotation else ""
                found = [finding for finding in checker.check(document, event=False) if finding.path == path]
                yield from _visited(document, found, visit, gold=False)
    yield from _layout(corpus, only)
    if only is None:
        yield from _empty_events(corpus, checker)
        yield from _across(corpus)


def _visited(document: Document, found: list[Finding], visit: Visit | None, *, gold: bool) -> list[Finding]:
    if visit is None:
        return found
    visit(document, found, gold=gold)
    return []


def _empty_events(corpus: Corpus, checker: Checker) -> Iterator[Finding]:
    """Events that have no article yet; those of articles are checked with them."""
    full = {article.partition("/")[0] for article in corpus.articles()}
    for event in corpus.events():
        if event not in full and corpus.event_path(event).exists():
            yield from checker.check_event(read_json(corpus, corpus.event_path(event)))


def _layout(corpus: Corpus, only: frozenset[str] | None) -> Iterator[Finding]:
    known = set(corpus.articles())
    for article in sorted(known if only is None else known & only):
        if not corpus.event_path(article.partition("/")[0]).exists():
            yield no_event(corpus, article)
        if not corpus.gold_path(article).exists():
            yield no_gold(corpus, article)
    folders = [corpus.gold_folder, *(corpus.passes_folder / name for name in corpus.annotators())]
    for folder in folders:
        yield from _orphans(corpus, folder, known, only)


def _orphans(corpus: Corpus, folder: Path, known: set[str], only: frozenset[str] | None) -> Iterator[Finding]:
    for path in sorted(folder.rglob("*.json")):
        article = path.relative_to(folder).with_suffix("").as_posix()
        if article not in known and (only is None or article in only):
            yield orphan(corpus.relative(path), article)


def no_event(corpus: Corpus, article: str) -> Finding:
    """The finding that an article has no event."""
    mend = "Describe the event: id, title, date, references, split."
    path = corpus.relative(corpus.article_path(article))
    return Finding(path, 1, 1, "E-ARTICLE-NO-EVENT", "error", "There is no event.json in this folder.", mend)


def no_gold(corpus: Corpus, article: str) -> Finding:
    """The finding that an article has no gold annotation."""
    mend = "Annotate it: `pinta resolve`, or Label Studio."
    path = corpus.relative(corpus.article_path(article))
    return Finding(path, 1, 1, "W-NO-GOLD", "warning", f"{article} has no gold annotation.", mend)


def orphan(path: str, article: str) -> Finding:
    """The finding that an annotation has no article."""
    mend = "Rename it to the path of its article, or remove it."
    return Finding(path, 1, 1, "E-ANNOTATION-ORPHAN", "error", f"There is no article {article}.", mend)


def _across(corpus: Corpus) -> Iterator[Finding]:
    """What only all events together can show."""
    from ..corpus.near_duplicates import near_duplicates

    paths = {event: corpus.event_path(event) for event in corpus.events()}
    bodies = {event: read_json(corpus, path).body if path.exists() else None for event, path in paths.items()}
    declared = {event: None if body is None else (body.get("id"), body.get("split")) for event, body in bodies.items()}
    yield from two_splits(corpus, declared)
    texts = ((article, read_text(corpus.text_path(article))[0] or "") for article in corpus.articles())
    for pair in near_duplicates((key, text) for key, text in texts if text):
        yield from near_duplicate(corpus, pair, declared)


Declared = Mapping[str, Sequence[Any] | None]
"""Id and split as each event's file has them, by the event's folder; None where there is no file."""


def two_splits(corpus: Corpus, events: Declared) -> Iterator[Finding]:
    """Findings on events that stand in two splits."""
    seen: dict[str, tuple[str, str]] = {}
    for event, declared in events.items():
        id_, split = map(str, declared or (None, None))
        other = seen.setdefault(id_, (event, split))
        if declared and other[1] != split:
            file = read_json(corpus, corpus.event_path(event))
            said = f"The event {id_} is {split} here and {other[1]} in {other[0]}."
            yield finding(file, ("split",), "E-EVENT-TWO-SPLITS", said, "Join the folders, or give one its own id.")


def near_duplicate(corpus: Corpus, pair: Pair, events: Declared) -> Iterator[Finding]:
    """The finding on two texts that are nearly the same, where they belong to two events."""
    one, other = pair.key.partition("/")[0], pair.other.partition("/")[0]
    if one == other:
        return
    splits = [(events.get(event) or (None, None))[1] for event in (one, other)]
    id_ = "E-NEAR-DUPLICATE-SPLITS" if splits[0] != splits[1] else "W-NEAR-DUPLICATE"
    where = corpus.relative(corpus.text_path(pair.key))
    said = f"{pair.similarity:.0%} of its 5-grams are those of {pair.other} ({splits[1]})."
    yield Finding(where, 1, 1, id_, CHECKS[id_].level, said, "Put both into one event, or drop one.")
