"""Adjudication: two passes of an article become one annotation, by decisions that are kept.

`draft` writes a worksheet of what differs, `fill` puts answers into it, `apply` makes the gold document. What agrees
is never asked about; what is decided by a rule without a question stands in the worksheet under ``automatic``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..checks.run import check_document
from ..corpus.documents import Document, JsonFile, read_document, read_json
from ..corpus.layout import Corpus
from ..diagnostics import Finding, FindingsError, PintaError
from ..files import write_whole
from ..jsontext import dumps, locate
from ..spans import sentence_of, sentences
from . import adjudication
from .adjudication import document as merged
from .adjudication.decisions import OPTIONS, Applying, Drafting, Fault, Key, carried, faults_of, key_of
from .align import Alignment, Json
from .differences import Describer

ID = "E-ADJUDICATION"


def worksheet_path(corpus: Corpus, article: str) -> Path:
    """Where the decisions on an article are kept."""
    return corpus.root / "annotations" / "decisions" / f"{article}.json"


def read_passes_of(corpus: Corpus, article: str, passes: tuple[str, str]) -> tuple[Document, Document]:
    """Both passes of an article.

    Raises:
        PintaError: one is missing.
        FindingsError: one does not pass the checks.
    """
    found = []
    for name in passes:
        path = corpus.pass_path(name, article)
        if not path.exists():
            raise PintaError(f"There is no {corpus.relative(path)}.")
        document = read_document(corpus, article, annotation=path)
        errors = [finding for finding in check_document(document, corpus.schema) if finding.level == "error"]
        if errors:
            raise FindingsError(errors)
        found.append(document)
    return found[0], found[1]


def _body(document: Document) -> Json:
    return document.annotation.body if document.annotation else {}


def draft(corpus: Corpus, article: str, adjudicator: Json, passes: tuple[str, str] = ("a", "b")) -> Json:
    """The worksheet of an article, with the choices of an earlier one where it asks the same.

    Args:
        adjudicator: id, guidelines and date, as the gold document names them.
    """
    documents = read_passes_of(corpus, article, passes)
    alignment = Alignment(*map(_body, documents))
    drafting = Drafting()
    work = adjudication.merge(alignment, documents[0].text, corpus.schema, drafting)
    merged.document(work, {})
    decisions = drafting.decisions(_Sentences(documents[0].text))
    path = worksheet_path(corpus, article)
    before = read_json(corpus, path).body.get("decisions", []) if path.exists() else []
    return {
        "article": article,
        "text_sha256": alignment.a["text_sha256"],
        "passes": {side: _source(name, document) for side, name, document in zip("ab", passes, documents, strict=True)},
        "adjudicator": adjudicator,
        "agreed": _agreed(alignment),
        "automatic": [asdict(entry) for entry in work.log],
        "decisions": carried(decisions, before),
    }


def guidelines_of(corpus: Corpus, article: str, passes: tuple[str, str]) -> str:
    """The version of the guidelines that both passes of an article follow.

    Raises:
        PintaError: they follow two.
    """
    documents = read_passes_of(corpus, article, passes)
    versions = {_body(document)["annotator"]["guidelines"] for document in documents}
    if len(versions) > 1:
        raise PintaError(
            f"The passes of {article} follow guidelines {' and '.join(sorted(versions))}; say which to adjudicate by with --guidelines."
        )
    return str(versions.pop())


def _source(name: str, document: Document) -> Json:
    annotator = _body(document)["annotator"]
    return {"pass": name, "annotator": annotator["id"], "guidelines": annotator["guidelines"]}


def _agreed(alignment: Alignment) -> dict[str, int]:
    pairs = {"mentions": alignment.mentions, "entities": alignment.entities, "claims": alignment.claims}
    more = {"stances": alignment.stances, "requests": alignment.requests, "items": alignment.items}
    return {layer: len(matching.pairs) for layer, matching in (pairs | more).items()}


class _Sentences(dict[int, str]):
    """The numbered sentence at a place of a text; nothing, where there is no text."""

    def __init__(self, text: str | None) -> None:
        super().__init__()
        self.text = text

    def get(self, at: int, default: Any = "") -> Any:
        if self.text is None:
            return default
        span = sentence_of(self.text, at)
        return f"[{sentences(self.text).index(span) + 1}] {self.text[span.start : span.end]}"


def read_worksheet(corpus: Corpus, article: str) -> JsonFile:
    """The worksheet of an article.

    Raises:
        PintaError: there is none, or it is not one.
    """
    path = worksheet_path(corpus, article)
    if not path.exists():
        raise PintaError(f"There is no {corpus.relative(path)}; make it with `pinta adjudicate draft {article}`.")
    file = read_json(corpus, path)
    if file.fault:
        raise FindingsError(
            [Finding(file.path, file.fault.line, file.fault.column, file.fault.id, "error", file.fault.message, file.fault.mend)]
        )
    if not {"article", "passes", "adjudicator", "decisions"} <= file.body.keys():
        raise PintaError(f"{file.path} is not a worksheet; make it again with `pinta adjudicate draft {article}`.")
    return file


def apply(corpus: Corpus, article: str) -> Json:
    """The gold document that the passes and the filled worksheet of an article make.

    Raises:
        FindingsError: decisions are open or contradict each other, or the result does not pass the checks.
    """
    file = read_worksheet(corpus, article)
    sheet = file.body
    passes = (sheet["passes"]["a"]["pass"], sheet["passes"]["b"]["pass"])
    documents = read_passes_of(corpus, article, passes)
    applying = Applying(sheet)
    work = adjudication.merge(Alignment(*map(_body, documents)), documents[0].text, corpus.schema, applying)
    head = {key: _body(documents[0])[key] for key in ("article", "text_sha256")}
    made = merged.document(work, {**head, "annotator": {"kind": "adjudication", **sheet["adjudicator"]}})
    wrong = [*applying.faults, *_stale(sheet, _asked(corpus, documents)), *merged.faults(work)]
    if wrong:
        raise FindingsError(sorted({_finding(file, fault) for fault in wrong}))
    _check(corpus, documents[0], made, file)
    return made


def _asked(corpus: Corpus, documents: tuple[Document, Document]) -> set[Key]:
    drafting = Drafting()
    adjudication.merge(Alignment(*map(_body, documents)), documents[0].text, corpus.schema, drafting)
    return set(drafting.asked)


def _stale(sheet: Json, asked: set[Key]) -> Iterator[Fault]:
    for decision in sheet["decisions"]:
        if key_of(decision) not in asked:
            yield Fault(
                decision["id"],
                f"{decision['id']} is about something that the passes do not differ in.",
                "Draft the worksheet again; what is decided is kept.",
            )


def _finding(file: JsonFile, fault: Fault) -> Finding:
    ids = [decision["id"] for decision in file.body["decisions"]]
    pointer = ("decisions", ids.index(fault.decision), "choice") if fault.decision in ids else ()
    line, column = locate(file.raw.decode("utf-8"), pointer)
    return Finding(file.path, line, column, ID, "error", fault.message, fault.mend)


def _check(corpus: Corpus, document: Document, made: Json, sheet: JsonFile) -> None:
    """Refuse a result that the checks refuse; the place is the worksheet's, as the result is not written."""
    path = corpus.relative(corpus.gold_path(document.id))
    raw = dumps(made)
    gold = Document(document.article, document.text, document.text_path, document.event, JsonFile(path, raw, json.loads(raw)))
    errors = [finding for finding in check_document(gold, corpus.schema) if finding.level == "error"]
    if errors:
        units = Describer(made, document.text)
        raise FindingsError(_blamed(sheet, error, _unit(made, error.pointer, units)) for error in errors)


def _unit(made: Json, pointer: str, units: Describer) -> str:
    layer, _, number = pointer.strip("/").partition("/")
    unit = made[layer][int(number.partition("/")[0])] if number and layer in made else {}
    return units.request(unit) if layer == "requests" else units.stance(unit) if layer == "stances" else pointer


def _blamed(sheet: JsonFile, error: Finding, unit: str) -> Finding:
    message = f"The result would have {error.id} at {error.pointer}, {unit}: {error.message}"
    return Finding(sheet.path, 1, 1, ID, "error", message, f"{error.mend} Decide otherwise, or set other values.")


def fill(corpus: Corpus, lines: Iterable[str], source: str) -> Counter[str]:
    """Put answers into worksheets: a line is ``ARTICLE ID CHOICE RULE…``. Returns how many were filled in, by article.

    CHOICE is an option, several options with commas between them (one for each member), or a JSON object of values.

    Raises:
        FindingsError: a line cannot be read, or speaks of a decision that does not exist; nothing was written.
    """
    sheets: dict[str, Json] = {}
    filled: Counter[str] = Counter()
    findings = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                filled[_fill(corpus, line, sheets)] += 1
            except (ValueError, PintaError) as error:
                mend = "Write: ARTICLE ID CHOICE RULE, as `2025-venezuela/01 d3 a §2 status`."
                findings.append(Finding(source, number, 1, ID, "error", str(error), mend))
    if findings:
        raise FindingsError(findings)
    for article, sheet in sheets.items():
        write_whole(worksheet_path(corpus, article), dumps(sheet))
    return filled


def _fill(corpus: Corpus, line: str, sheets: dict[str, Json]) -> str:
    article, id_, rest = (*line.split(maxsplit=2), "", "", "")[:3]
    if article not in sheets:
        sheets[article] = read_worksheet(corpus, article).body
    decision = next((d for d in sheets[article]["decisions"] if d["id"] == id_), None)
    if decision is None:
        raise ValueError(f"{article} has no decision {id_}.")
    choice, rule = _choice(rest)
    decision.update(choice=choice, rule=rule)
    fault = next(faults_of(decision), None)
    if fault:
        raise ValueError(f"{article}: {fault.message} {fault.mend}")
    return article


def _choice(rest: str) -> tuple[Any, str]:
    if rest.startswith("{"):
        values, end = json.JSONDecoder().raw_decode(rest)
        return {"set": values.get("set", values)}, rest[end:].strip()
    words, _, rule = rest.partition(" ")
    several = words.split(",")
    if not all(word in OPTIONS for word in several):
        raise ValueError(f"{words!r} is no choice.")
    return several if len(several) > 1 else words, rule.strip()


def show(corpus: Corpus, article: str, *, everything: bool = False) -> str:
    """The text with numbered sentences and the open decisions (or all), a few lines each."""
    sheet = read_worksheet(corpus, article).body
    text = read_document(corpus, article).text or ""
    lines = [f"=== {article}"] + [f"[{n}] {text[span.start : span.end]}" for n, span in enumerate(sentences(text), 1)]
    waiting = [decision for decision in sheet["decisions"] if everything or decision["choice"] is None]
    lines.append(f"--- {len(waiting)} of {len(sheet['decisions'])} decisions")
    for decision in waiting:
        lines += _shown(decision)
    return "\n".join(lines)


def _shown(decision: Json) -> Iterator[str]:
    number = decision["sentence"].partition(" ")[0]
    of = "; ".join(decision.get("members", [decision.get("of", "")]))
    options = "" if set(decision["options"]) == {"a", "b", "set"} else f" ({', '.join(decision['options'])})"
    chosen = f" = {json.dumps(decision['choice'], ensure_ascii=False)} {decision['rule']}" if decision["choice"] is not None else ""
    yield f"{decision['id']} {number} {decision['layer']} {decision['what']}{f' [{of}]' if of else ''}{options}{chosen}"
    yield f"   a: {decision['a']}"
    yield f"   b: {decision['b']}"
