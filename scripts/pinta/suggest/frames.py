"""Requests, items and stances by cue words: who stands before the cue asks, who stands behind it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..numerals import Numeral, numerals
from ..schema.labels import Schema
from ..spans import Span, overlaps, sentences

Json = dict[str, Any]
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def _cue(text: str, sentence: Span, patterns: list[str]) -> re.Match[str] | None:
    joined = re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
    words = _WORD.finditer(text, sentence.start, sentence.end)
    return next((word for word in words if joined.fullmatch(word.group())), None)


def _span(text: str, start: int, end: int) -> Json:
    return {"start": start, "end": end, "quote": text[start:end]}


def _actors(mentions: list[Json], sentence: Span, schema: Schema) -> list[Json]:
    kinds = schema["entity_type"].where("actor")
    return [m for m in mentions if sentence.start <= m["start"] < sentence.end and m["type"] in kinds]


def _state_first(found: list[Json], *, last: bool) -> Json | None:
    """The nearest state; the nearest actor where there is no state."""
    order = list(reversed(found)) if last else found
    return next((m for m in order if m["type"] == "state"), order[0] if order else None)


def find_requests(text: str, mentions: list[Json], schema: Schema, language: str) -> list[Json]:
    """One request for each sentence with a cue, an asker and something asked for; once for each pair of parties."""
    patterns = schema.lexicon["cues"].get(language, {}).get("request", [])
    requests: list[Json] = []
    pairs: set[tuple[str, str | None]] = set()
    for sentence in sentences(text) if patterns else []:
        cue = _cue(text, sentence, patterns)
        actors = _actors(mentions, sentence, schema)
        items = _items(text, Span(cue.end(), sentence.end), mentions, schema, language) if cue else []
        if not cue or not actors or not items:
            continue
        asker = _state_first([m for m in actors if m["start"] < cue.start()], last=True) or actors[0]
        behind = [m for m in actors if m["start"] > cue.end() and m["entity"] != asker["entity"]]
        for supplier in _suppliers(text, behind, schema):
            pair = (asker["entity"], supplier)
            if pair in pairs:
                continue
            pairs.add(pair)
            requests.append(_request(text, f"r{len(requests) + 1}", pair, cue, sentence, items))
    return _numbered(requests)


def _suppliers(text: str, behind: list[Json], schema: Schema) -> list[str | None]:
    """Everybody behind a preposition of giving, and who is joined to them by commas or *dan*; the nearest one else."""
    words = "|".join(schema.lexicon["items"]["id"]["supplier_before"])
    given: list[str | None] = []
    for before, mention in zip([None, *behind], behind, strict=False):
        gap = text[before["end"] : mention["start"]] if before else ""
        joined = bool(given) and re.fullmatch(r"(?:,|,? dan|,? serta|,? atau)?\s*(?:juga\s*)?", gap)
        if re.search(rf"\b(?:{words})\s+(?:pemerintah\s+)?$", text[max(0, mention["start"] - 24) : mention["start"]]) or joined:
            given.append(mention["entity"])
    nearest = _state_first(behind, last=False)
    return list(dict.fromkeys(given)) or [nearest["entity"] if nearest else None]


def _request(text: str, id_: str, pair: tuple[str, str | None], cue: re.Match[str], sentence: Span, items: list[Json]) -> Json:
    return {
        "id": id_,
        "requester": pair[0],
        "suppliers": [pair[1]] if pair[1] else [],
        "cue": _span(text, cue.start(), cue.end()),
        "channel": "unspecified",
        "messenger": None,
        "date": None,
        "purpose": "unspecified",
        "realis": "asserted",
        "attribution": [],
        "status": "not_stated",
        "evidence": [_span(text, *sentence)],
        "items": [dict(item) for item in items],
    }


def _numbered(requests: list[Json]) -> list[Json]:
    n = 0
    for request in requests:
        for item in request["items"]:
            n += 1
            item["id"] = f"i{n}"
    return requests


def _items(text: str, within: Span, mentions: list[Json], schema: Schema, language: str) -> list[Json]:
    lexicon = schema.lexicon["items"].get(language, schema.lexicon["items"]["id"])
    numbers = numerals(text[within.start : within.end], schema.numbers(language))
    numbers = [Numeral(n.start + within.start, n.end + within.start, n.value) for n in numbers]
    return [_item(text, span, term, within, mentions, numbers, lexicon, schema) for span, term in _terms(text, within, lexicon["terms"])]


def _terms(text: str, within: Span, terms: list[Json]) -> list[tuple[Span, Json]]:
    """Item terms in a stretch, longest first, flat, in order."""
    found: list[tuple[Span, Json]] = []
    for term in sorted(terms, key=lambda term: -len(term["term"])):
        for match in re.finditer(rf"\b{re.escape(term['term'])}(?:nya)?\b", text[within.start : within.end], re.IGNORECASE):
            span = Span(within.start + match.start(), within.start + match.start() + len(term["term"]))
            if not any(overlaps(span, other) for other, _ in found):
                found.append((span, term))
    return sorted(found, key=lambda one: one[0])


def _item(
    text: str, span: Span, term: Json, within: Span, mentions: list[Json], numbers: list[Numeral], lexicon: Json, schema: Schema
) -> Json:
    named = next((m for m in mentions if m["type"] == "weapon" and 0 < m["start"] - span.end <= 1), None)
    end = named["end"] if named else span.end
    quantity = _quantity(text, span, numbers, lexicon, schema)
    return {
        "id": "",
        **_span(text, span.start, end),
        "kind": term["kind"],
        "category": term["category"],
        "designation": named["quote"] if named else None,
        "quantity": quantity,
        "specifications": list(_specifications(text, Span(end, within.end), numbers, lexicon, schema)),
    }


def _quantity(text: str, item: Span, numbers: list[Numeral], lexicon: Json, schema: Schema) -> Json | None:
    """A number right before the item, with one counting word between at most."""
    for number in reversed(numbers):
        gap = text[number.end : item.start]
        if number.end <= item.start and re.fullmatch(r"\s+(?:[^\W\d_]+\s+)?", gap):
            word = gap.strip().lower()
            unit = next((u.id for u in schema["unit"] if word and word in u.get("forms", ())), "item")
            end = number.end + len(gap.rstrip()) if (word and unit != "item") or word in ("unit", "buah", "pucuk") else number.end
            before = text[max(0, number.start - 20) : number.start].rstrip().lower()
            return {
                **_span(text, number.start, end),
                "value": number.value,
                "value_max": None,
                "comparator": _comparator(before, lexicon),
                "unit": unit,
            }
    return None


def _comparator(before: str, lexicon: Json) -> str:
    for comparator in ("about", "at_least", "at_most", "more_than"):
        if any(before.endswith(word) for word in lexicon[comparator]):
            return comparator
    return "exact"


def _specifications(text: str, after: Span, numbers: list[Numeral], lexicon: Json, schema: Schema) -> Iterator[Json]:
    """Numbers with a unit of measure, and words of property, up to the next comma."""
    stop = re.search(r"[,;]|\bdan\b", text[after.start : after.end])
    reach = after.start + stop.start() if stop else after.end
    for number in numbers:
        if after.start <= number.start < reach:
            yield from _measure(text, number, reach, lexicon, schema)
    for word, attribute in lexicon["words"].items():
        match = re.search(rf"\b{word}\b", text[after.start : min(reach, after.start + 24)])
        if match:
            start = after.start + match.start()
            blank = {"value": None, "value_max": None, "comparator": "exact", "unit": "none"}
            yield {**_span(text, start, start + len(word)), "attribute": attribute, **blank}


def _measure(text: str, number: Numeral, reach: int, lexicon: Json, schema: Schema) -> Iterator[Json]:
    for rule in lexicon["specifications"]:
        for unit in rule["units"]:
            forms = sorted(schema["unit"][unit].get("forms", ()), key=len, reverse=True)
            match = re.match(rf"[\s-]?(?:{'|'.join(map(re.escape, forms))})\b", text[number.end : reach], re.IGNORECASE)
            if match:
                blank = {"value_max": None, "comparator": "exact", "unit": unit}
                yield {
                    **_span(text, number.start, number.end + match.end()),
                    "attribute": rule["attribute"],
                    "value": number.value,
                    **blank,
                }
                return


def find_stances(text: str, mentions: list[Json], schema: Schema, language: str) -> tuple[list[Json], list[Json]]:
    """Claims and stances: for each cue the actor before it and the one behind it; a denial is of the claim behind it."""
    acts: dict[str, list[str]] = schema.lexicon["cues"].get(language, {}).get("stance", {})
    claims: list[Json] = []
    stances: list[Json] = []
    seen: set[tuple[str, str, str]] = set()
    for sentence in sentences(text) if acts else []:
        for act, patterns in acts.items():
            found = _stance(text, sentence, act, patterns, mentions, schema)
            if found is None or (found[0], act, found[1] or "") in seen:
                continue
            holder, target, cue = found
            seen.add((holder, act, target or ""))
            if target is None:
                claims.append(_claim(text, cue, sentence, len(claims) + 1))
                target = claims[-1]["id"]
            stances.append(_stance_record(text, len(stances) + 1, holder, target, act, cue, sentence))
    return claims, stances


def _stance(
    text: str, sentence: Span, act: str, patterns: list[str], mentions: list[Json], schema: Schema
) -> tuple[str, str | None, re.Match[str]] | None:
    cue = _cue(text, sentence, patterns)
    if not cue:
        return None
    actors = _actors(mentions, sentence, schema)
    before = [m for m in actors if m["end"] <= cue.start()]
    if not before:
        return None
    holder = before[-1]["entity"]
    behind = [m for m in actors if m["start"] >= cue.end() and m["entity"] != holder]
    if act == "deny":
        return (holder, None, cue) if re.search(r"\w", text[cue.end() : sentence.end]) else None
    return (holder, behind[0]["entity"], cue) if behind else None


def _claim(text: str, cue: re.Match[str], sentence: Span, n: int) -> Json:
    """What stands behind a word of denial, up to the next comma."""
    rest = text[cue.end() : sentence.end]
    start = cue.end() + len(rest) - len(rest.lstrip(" ,:"))
    stop = re.search(r"[,;.]|\bdan\b", text[start : sentence.end])
    end = start + (stop.start() if stop and stop.start() else sentence.end - start)
    words = text[start:end].rstrip(' "”.') or text[start : sentence.end]
    return {"id": f"c{n}", **_span(text, start, start + len(words)), "author": None, "kind": "assertion"}


def _stance_record(text: str, n: int, holder: str, target: str, act: str, cue: re.Match[str], sentence: Span) -> Json:
    return {
        "id": f"s{n}",
        "holder": holder,
        "voiced_by": None,
        "target": target,
        "act": act,
        "explicitness": "explicit",
        "negated": bool(re.search(r"\b(?:tidak|belum|bukan|tak)\s+$", text[max(0, cue.start() - 8) : cue.start()])),
        "cue": _span(text, cue.start(), cue.end()),
        "evidence": [_span(text, *sentence)],
        "attribution": [],
    }
