"""Drafts: annotations in which spans are quoted strings, and their resolution to stand-off documents.

A quotation is the exact words, with options behind ``|`` where the words repeat:

====================  =======================================================
``rudal``             the only occurrence
``rudal|2``           the second one in the text
``rudal|@3``          the only one in sentence 3 (``pinta sentences`` numbers them)
``rudal|@3.2``        the second one in sentence 3
``Venezuela|all``     every one that is not part of a longer mention (mentions only)
``Caracas|metonym``   stands for something else than it names (mentions only)
``Dalam … China``     a long stretch by its first and last words
``@3``, ``@3-4``      a sentence, or a run of them
====================  =======================================================

Nothing is guessed: a quotation that is missing, or that fits two places, is a finding with its place in the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import jsontext
from .diagnostics import Finding, FindingsError, Pointer, pointer_text
from .schema.labels import Schema
from .schema.validate import Validator
from .spans import Span, occurrences, overlaps, sentence_of, sentences, sha256

Json = dict[str, Any]
_OPTION = re.compile(r"all|metonym|\d+|@\d+(?:\.\d+)?")
_SENTENCES = re.compile(r"@(\d+)(?:-(\d+))?")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)\s+|\s+(?:…|\.\.\.)\s*")


class QuoteError(ValueError):
    """A quotation that cannot be placed: the id of the finding, what is wrong, the mend."""

    def __init__(self, id_: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.id, self.message, self.mend = id_, message, mend


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation taken apart into its words and its options."""

    words: str
    number: int | None = None
    sentence: int | None = None
    every: bool = False
    metonym: bool = False

    @classmethod
    def parse(cls, text: str) -> Quotation:
        """Read ``words|option|option``."""
        words, options = text, []
        while "|" in words and _OPTION.fullmatch(words.rpartition("|")[2].strip()):
            words, _, option = words.rpartition("|")
            options.append(option.strip())
        number, sentence = None, None
        for option in options:
            if option.startswith("@"):
                at, _, nth = option[1:].partition(".")
                sentence, number = int(at), int(nth) if nth else number
            elif option.isdigit():
                number = int(option)
        return cls(words, number, sentence, "all" in options, "metonym" in options)


def place(text: str, quotation: Quotation, scopes: Sequence[Span] = (), taken: Sequence[Span] = ()) -> Span:
    """The one span that a quotation means.

    Words that stand more than once are looked for in ``scopes`` (say, the evidence of the same request): one place
    there is good. Places that overlap ``taken`` do not count.

    Raises:
        QuoteError: E-QUOTE-MISSING, E-QUOTE-AMBIGUOUS or E-QUOTE-OPTION.
    """
    whole = _SENTENCES.fullmatch(quotation.words)
    if whole:
        return _sentence_run(text, int(whole[1]), int(whole[2] or whole[1]))
    within = None if quotation.sentence is None else _sentence(text, quotation.sentence)
    every = _found(text, quotation.words, within)
    if quotation.number is not None and every:
        if not 1 <= quotation.number <= len(every):
            raise QuoteError(
                "E-QUOTE-OPTION", f"{quotation.words!r} stands {len(every)} times, not {quotation.number}.", "Mend the number behind |."
            )
        every = every[quotation.number - 1 : quotation.number]
    found = [span for span in every if not any(overlaps(span, other) for other in taken)]
    if not found:
        raise _missing(text, quotation, within)
    for scope in [None, *scopes] if len(found) > 1 else [None]:
        fits = [span for span in found if scope is None or (scope.start <= span.start and span.end <= scope.end)]
        if len(fits) == 1:
            return fits[0]
    numbers = [str(_sentence_number(text, span)) for span in found]
    mend = f"Say which: |1 to |{len(found)}, or |@ and a sentence (it stands in {', '.join(numbers)})."
    raise QuoteError("E-QUOTE-AMBIGUOUS", f"{quotation.words!r} stands {len(found)} times.", mend)


def _found(text: str, words: str, within: Span | None) -> list[Span]:
    if words in text or not _ELLIPSIS.search(words):
        return list(occurrences(text, words, within)) or list(occurrences(text, words, within, whole_words=False))
    first, last = _ELLIPSIS.split(words, maxsplit=1)
    close = within.end if within else len(text)
    ends = ((start, next(occurrences(text, last, Span(start.end, close)), None)) for start in occurrences(text, first, within))
    return [Span(start.start, end.end) for start, end in ends if end]


def _sentence(text: str, number: int) -> Span:
    found = sentences(text)
    if not 1 <= number <= len(found):
        raise QuoteError("E-QUOTE-OPTION", f"There is no sentence {number}; the text has {len(found)}.", "Mend the number behind @.")
    return found[number - 1]


def _sentence_run(text: str, first: int, last: int) -> Span:
    if last < first:
        raise QuoteError("E-QUOTE-OPTION", f"The run of sentences {first}-{last} is upside down.", "Begin with the lower number.")
    return Span(_sentence(text, first).start, _sentence(text, last).end)


def _sentence_number(text: str, span: Span) -> int:
    return 1 + [s.end > span.start for s in sentences(text)].index(True)


def _missing(text: str, quotation: Quotation, within: Span | None) -> QuoteError:
    at = text.lower().find(quotation.words.lower())
    where = f" in sentence {quotation.sentence}" if within else ""
    if within and quotation.words in text:
        numbers = sorted({_sentence_number(text, span) for span in occurrences(text, quotation.words, whole_words=False)})
        hint = f"It stands in sentence {', '.join(map(str, numbers))}."
    else:
        hint = f"The text has {text[at : at + len(quotation.words)]!r}." if at >= 0 else "Quote the text letter by letter."
    return QuoteError("E-QUOTE-MISSING", f"{quotation.words!r} does not stand{where} in the text, or only inside another mention.", hint)


@dataclass
class _Resolution:
    """One draft on its way; ``faults`` fills as quotations fail, so that all are reported at once."""

    text: str
    draft: Json
    faults: list[tuple[Pointer, QuoteError]] = field(default_factory=list)
    items: int = 0

    def span(self, pointer: Pointer, quote: str, scopes: Sequence[Span] = ()) -> Json:
        try:
            return self._as_json(place(self.text, Quotation.parse(quote), scopes))
        except QuoteError as error:
            self.faults.append((pointer, error))
            return {"start": 0, "end": 1, "quote": ""}

    def _as_json(self, span: Span) -> Json:
        return {"start": span.start, "end": span.end, "quote": self.text[span.start : span.end]}

    def mentions(self) -> list[Json]:
        """All mentions, flat: longer quotations take their places before shorter ones, ``|all`` comes last."""
        wanted = [
            (("entities", e, "mentions", m), entity, Quotation.parse(quote))
            for e, entity in enumerate(self.draft["entities"])
            for m, quote in enumerate(entity["mentions"])
        ]
        wanted.sort(key=lambda want: (want[2].every, -len(want[2].words)))
        taken: list[Span] = []
        made: list[Json] = []
        for pointer, entity, quotation in wanted:
            for span in self._mention_spans(pointer, quotation, taken):
                taken.append(span)
                made.append({**self._as_json(span), "type": entity["type"], "metonym": quotation.metonym, "entity": entity["id"]})
        made.sort(key=lambda mention: mention["start"])
        return [{"id": f"m{n}", **mention} for n, mention in enumerate(made, 1)]

    def _mention_spans(self, pointer: Pointer, quotation: Quotation, taken: list[Span]) -> list[Span]:
        try:
            if not quotation.every:
                return [place(self.text, quotation, taken=taken)]
            within = None if quotation.sentence is None else _sentence(self.text, quotation.sentence)
            free = [s for s in occurrences(self.text, quotation.words, within) if not any(overlaps(s, t) for t in taken)]
            if not free and not list(occurrences(self.text, quotation.words, within)):
                raise _missing(self.text, quotation, within)
        except QuoteError as error:
            self.faults.append((pointer, error))
            return []
        return free

    def evidence(self, pointer: Pointer, unit: Json) -> list[Json]:
        """The evidence given; where there is none, the sentence of the cue."""
        given = [self.span((*pointer, "evidence", n), quote) for n, quote in enumerate(unit.get("evidence") or ())]
        if given or not unit.get("cue"):
            if not given:
                self.faults.append(
                    (
                        pointer,
                        QuoteError(
                            "E-QUOTE-MISSING",
                            "There is neither a cue nor evidence.",
                            "Quote the words that show it, or '@' and a sentence.",
                        ),
                    )
                )
            return given
        cue = self.span((*pointer, "cue"), unit["cue"])
        return [self._as_json(sentence_of(self.text, cue["start"]))]

    def claim(self, n: int, claim: Json) -> Json:
        return {"id": claim["id"], **self.span(("claims", n, "quote"), claim["quote"]), "author": claim["author"], "kind": claim["kind"]}

    def stance(self, n: int, stance: Json) -> Json:
        evidence = self.evidence(("stances", n), stance)
        cue = stance.get("cue")
        return {
            **{key: stance[key] for key in ("id", "holder")},
            "voiced_by": stance.get("voiced_by"),
            **{key: stance[key] for key in ("target", "act")},
            "explicitness": stance.get("explicitness") or ("explicit" if cue else "implied"),
            "negated": stance.get("negated", False),
            "cue": self.span(("stances", n, "cue"), cue, _scopes(evidence)) if cue else None,
            "evidence": evidence,
            "attribution": stance.get("attribution", []),
        }

    def request(self, n: int, request: Json) -> Json:
        evidence = self.evidence(("requests", n), request)
        scopes = _scopes(evidence)
        date = request.get("date")
        return {
            "id": request["id"],
            "requester": request["requester"],
            "suppliers": [request["supplier"]] if request["supplier"] else [],
            "cue": self.span(("requests", n, "cue"), request["cue"], scopes),
            "channel": request["channel"],
            "messenger": request.get("messenger"),
            "date": {**self.span(("requests", n, "date", "quote"), date["quote"], scopes), "edtf": date["edtf"]} if date else None,
            **{key: request[key] for key in ("purpose", "realis")},
            "attribution": request.get("attribution", []),
            "status": request["status"],
            "evidence": evidence,
            "items": [self.item(("requests", n, "items", i), item, scopes) for i, item in enumerate(request["items"])],
        }

    def item(self, pointer: Pointer, item: Json, scopes: Sequence[Span]) -> Json:
        self.items += 1
        span = self.span((*pointer, "quote"), item["quote"], scopes)
        near = [sentence_of(self.text, span["start"]), *scopes]
        quantity = item.get("quantity")
        specs = enumerate(item.get("specifications") or ())
        return {
            "id": f"i{self.items}",
            **span,
            **{key: item.get(key) for key in ("kind", "category", "designation")},
            "quantity": self._measured((*pointer, "quantity"), quantity, near, "item") if quantity else None,
            "specifications": [
                {**self._measured((*pointer, "specifications", s), spec, near, "none"), "attribute": spec["attribute"]} for s, spec in specs
            ],
        }

    def _measured(self, pointer: Pointer, given: Json, scopes: Sequence[Span], unit: str) -> Json:
        return {
            **self.span((*pointer, "quote"), given["quote"], scopes),
            "value": given.get("value"),
            "value_max": given.get("value_max"),
            "comparator": given.get("comparator", "exact"),
            "unit": given.get("unit", unit),
        }


def _scopes(evidence: Iterable[Json]) -> list[Span]:
    return [Span(span["start"], span["end"]) for span in evidence]


def resolve(draft: Json, text: str, annotator: Json | None = None) -> Json:
    """Turn a valid draft into an annotation document of a text.

    Raises:
        UnplacedError: with every quotation that is missing or ambiguous.
    """
    work = _Resolution(text, draft)
    mentions = work.mentions()
    document = {
        "article": draft["article"],
        "text_sha256": sha256(text),
        "annotator": draft.get("annotator") or annotator,
        "mentions": [{key: m[key] for key in ("id", "start", "end", "quote", "type", "metonym")} for m in mentions],
        "entities": [_entity(entity, mentions) for entity in draft["entities"]],
        "claims": [work.claim(n, claim) for n, claim in enumerate(draft["claims"])],
        "stances": [work.stance(n, stance) for n, stance in enumerate(draft["stances"])],
        "requests": [work.request(n, request) for n, request in enumerate(draft["requests"])],
    }
    empty = [e for e, entity in enumerate(document["entities"]) if not entity["mentions"]]
    told = {pointer[1] for pointer, _ in work.faults if pointer[0] == "entities"}
    for e in sorted(set(empty) - told):
        fault = QuoteError(
            "E-QUOTE-MISSING", "Every place of this entity is part of a longer mention.", "Drop the entity, or quote a place of its own."
        )
        work.faults.append((("entities", e), fault))
    if work.faults:
        raise UnplacedError(work.faults)
    return document


class UnplacedError(ValueError):
    """Quotations that cannot be placed, each with its pointer in the draft."""

    def __init__(self, faults: list[tuple[Pointer, QuoteError]]) -> None:
        super().__init__(f"{len(faults)} quotations cannot be placed")
        self.faults = faults


def _entity(entity: Json, mentions: list[Json]) -> Json:
    own = [mention["id"] for mention in mentions if mention["entity"] == entity["id"]]
    return {
        **{key: entity[key] for key in ("id", "type", "name")},
        "mentions": own,
        "wikidata": entity.get("wikidata"),
        "iso3": entity.get("iso3"),
    }


def read_draft(raw: bytes, path: str, schema: Schema) -> Json:
    """Read a draft file and hold it against its schema.

    Raises:
        FindingsError: with the place of every fault in the file.
    """
    try:
        draft = jsontext.loads(raw)
    except jsontext.JsonError as fault:
        raise FindingsError([Finding(path, fault.line, fault.column, fault.id, "error", fault.message, fault.mend)]) from None
    wrong = Validator(schema, "draft").violations(draft)
    if wrong:
        text = raw.decode("utf-8")
        raise FindingsError(_finding(text, path, v.pointer, v.id, v.message, v.mend) for v in wrong)
    found: Json = draft
    return found


def resolve_file(raw: bytes, path: str, text: str, schema: Schema, annotator: Json | None = None) -> Json:
    """Read and resolve a draft file.

    Raises:
        FindingsError: with the place of every fault in the file.
    """
    draft = read_draft(raw, path, schema)
    try:
        return resolve(draft, text, annotator)
    except UnplacedError as error:
        body = raw.decode("utf-8")
        raise FindingsError(_finding(body, path, pointer, e.id, e.message, e.mend) for pointer, e in error.faults) from None


def _finding(text: str, path: str, pointer: Pointer, id_: str, message: str, mend: str) -> Finding:
    line, column = jsontext.locate(text, pointer)
    return Finding(path, line, column, id_, "error", message, mend, pointer_text(pointer))
