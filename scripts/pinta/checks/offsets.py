"""Spans: every stretch of text that an annotation names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..diagnostics import Pointer
from ..spans import cuts_grapheme
from .registry import Context, Problem, check

Json = dict[str, Any]


def spans_of(annotation: Json) -> Iterator[tuple[Pointer, Json]]:
    """Every span of an annotation document with its pointer."""
    for n, mention in enumerate(annotation["mentions"]):
        yield ("mentions", n), mention
    for n, claim in enumerate(annotation["claims"]):
        yield ("claims", n), claim
    for n, stance in enumerate(annotation["stances"]):
        yield from _cue_and_evidence(("stances", n), stance)
    for n, request in enumerate(annotation["requests"]):
        yield from _cue_and_evidence(("requests", n), request)
        if request["date"]:
            yield ("requests", n, "date"), request["date"]
        for i, item in enumerate(request["items"]):
            yield from _item(("requests", n, "items", i), item)


def _cue_and_evidence(pointer: Pointer, unit: Json) -> Iterator[tuple[Pointer, Json]]:
    if unit["cue"]:
        yield (*pointer, "cue"), unit["cue"]
    for n, span in enumerate(unit["evidence"]):
        yield (*pointer, "evidence", n), span


def _item(pointer: Pointer, item: Json) -> Iterator[tuple[Pointer, Json]]:
    yield pointer, item
    if item["quantity"]:
        yield (*pointer, "quantity"), item["quantity"]
    for n, spec in enumerate(item["specifications"]):
        yield (*pointer, "specifications", n), spec


def _spans(context: Context) -> list[tuple[Pointer, Json]]:
    return list(spans_of(context.annotation))


def _good(context: Context) -> list[tuple[Pointer, Json]]:
    """Spans that lie in the text: the only ones whose words can be looked at."""
    size = len(context.text)
    return [(pointer, span) for pointer, span in context.once(_spans) if span["start"] < span["end"] <= size]


@check("E-SPAN-ORDER", of="annotation")
def span_order(context: Context) -> Iterator[Problem]:
    """A span ends before it begins, or is empty.

    Spans are [start, end) in Unicode code points: end is the place after the last character.

    Bad: "start": 12, "end": 12
    Good: "start": 12, "end": 21
    """
    for pointer, span in context.once(_spans):
        if span["end"] <= span["start"]:
            yield Problem(
                (*pointer, "end"),
                f"The span [{span['start']}, {span['end']}) is empty or reversed.",
                "Let end be the place after the last code point.",
            )


@check("E-SPAN-OUTSIDE", of="annotation")
def span_outside(context: Context) -> Iterator[Problem]:
    """A span reaches beyond the text.

    Bad: "end": 900 in a text of 850 code points
    Good: "end": 850
    """
    size = len(context.text) if context.text else context.article["characters"]
    for pointer, span in context.once(_spans):
        if span["end"] > size:
            yield Problem(
                (*pointer, "end"),
                f"The span ends at {span['end']}; the text has {size} code points.",
                "Offsets are code points: were they counted in bytes or UTF-16?",
            )


@check("E-SPAN-QUOTE", of="annotation")
def span_quote(context: Context) -> Iterator[Problem]:
    """A quote is not the text between its offsets.

    text[start:end] == quote holds for every span, so that a shift can never go unseen.

    Bad: "start": 1, "end": 5, "quote": "Rusi" in "Rusia"
    Good: "start": 0, "end": 4, "quote": "Rusi"
    """
    text = context.text
    for pointer, span in context.once(_good) if context.included else ():
        words = text[span["start"] : span["end"]]
        if span["quote"] is not None and span["quote"] != words:
            yield Problem(
                (*pointer, "quote"),
                f"The quote is {_short(span['quote'])}, the text has {_short(words)}.",
                "Resolve the draft again; never count offsets by hand.",
            )


@check("E-SPAN-NO-QUOTE", of="annotation")
def span_no_quote(context: Context) -> Iterator[Problem]:
    """A span of an included text has no quote.

    Bad: "quote": null although the text is here
    Good: "quote": "rudal"
    """
    for pointer, span in context.once(_spans) if context.included else ():
        if span["quote"] is None:
            yield Problem((*pointer, "quote"), "The quote is missing.", "Quotes are left out only where the text may not be redistributed.")


@check("E-SPAN-LEAK", of="annotation")
def span_leak(context: Context) -> Iterator[Problem]:
    """The annotation of a restricted text quotes it.

    Of a text that may not be redistributed, offsets ship, and names of entities and models, but no quotes.

    Bad: "text_included": false and "quote": "meminta"
    Good: "quote": null
    """
    for pointer, span in () if context.included else context.once(_spans):
        if span["quote"] is not None:
            yield Problem(
                (*pointer, "quote"),
                "The text may not be redistributed, and this quotes it.",
                "Set the quote to null (`pinta resolve` does so for such a text).",
            )


@check("E-SPAN-GRAPHEME", of="annotation")
def span_grapheme(context: Context) -> Iterator[Problem]:
    """A span begins or ends inside a character.

    What a reader sees as one character can be several code points: a flag, a letter with a combining mark.

    Bad: half of 🇮🇩
    Good: the whole flag, or none of it
    """
    text = context.text
    whole = text.isascii() and "\r" not in text
    for pointer, span in () if whole else context.once(_good):
        for edge in ("start", "end"):
            if cuts_grapheme(text, span[edge]):
                yield Problem((*pointer, edge), f"Offset {span[edge]} lies inside a character.", "Move it to the edge of the character.")


@check("E-SPAN-BLANK", of="annotation")
def span_blank(context: Context) -> Iterator[Problem]:
    """A span begins or ends with a blank.

    Bad: " rudal"
    Good: "rudal"
    """
    text = context.text
    for pointer, span in context.once(_good):
        words = text[span["start"] : span["end"]]
        if words[0].isspace() or words[-1].isspace():
            yield Problem(pointer, f"The span {_short(words)} begins or ends with a blank.", "Leave the blank out.")


def _short(words: str) -> str:
    return repr(words if len(words) <= 40 else f"{words[:39]}…")
