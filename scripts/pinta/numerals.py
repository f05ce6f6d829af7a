"""Numbers as news writes them: "1.000 km", "1,5 miliar", "dua puluh lima", "belasan".

The words stand in ``schema/lexicon/numbers.json``, one table a language. In Indonesian a full stop groups thousands and
a comma is the decimal mark; in English the other way round.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

Lexicon = Mapping[str, Any]


class Numeral(NamedTuple):
    """A number found in a text: its place in code points and its value."""

    start: int
    end: int
    value: float


_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def numerals(text: str, lexicon: Lexicon) -> list[Numeral]:
    """All numbers in a text, in order; runs of number words and multipliers are one number."""
    found: list[Numeral] = []
    run: list[tuple[re.Match[str], float, str]] = []
    for match in _TOKEN.finditer(text):
        kind, value = _read(match.group(), lexicon)
        gap = text[run[-1][0].end() : match.start()] if run else ""
        if run and (not kind or gap.strip(" -") or not _joins(run, kind, value)):
            found.append(_close(run))
            run = []
        if kind and (run or kind != "times"):
            run.append((match, value, kind))
    if run:
        found.append(_close(run))
    return found


def values(text: str, lexicon: Lexicon) -> list[float]:
    """The numbers that a text states.

    Of two numbers with one multiplier, "200 sampai 300 juta", the first is read both ways: 200 and 200 million.
    """
    found = numerals(text, lexicon)
    read = [numeral.value for numeral in found]
    if len(found) == 2 and read[0] < read[1]:
        words = [text[numeral.start : numeral.end].lower().split() for numeral in found]
        shared = [float(lexicon["multipliers"][word]) for word in words[1][1:] if word in lexicon["multipliers"]]
        if shared and len(words[0]) == 1:
            read.append(round(read[0] * math.prod(shared), 6))
    return read


def _read(word: str, lexicon: Lexicon) -> tuple[str, float]:
    if word[0].isdigit():
        return "digits", _digits(word, lexicon)
    low = word.lower()
    for kind, table in (("word", lexicon["words"]), ("times", lexicon["multipliers"]), ("vague", lexicon["vague"])):
        if low in table:
            return kind, float(table[low])
    if low in lexicon["teens"]:
        return "teen", 10.0
    if low.startswith("se") and low[2:] in lexicon["prefixes"].get("se", {}):
        return "alone", 1.0
    return "", 0.0


def _joins(run: list[tuple[re.Match[str], float, str]], kind: str, value: float) -> bool:
    _, before, last = run[-1]
    if kind in ("digits", "vague", "alone") or last == "alone":
        return False
    if kind == "word" and 0 < value < 1:  # "satu | setengah"
        return last in ("word", "teen") and before >= 1
    if kind == "word":  # "dua ratus | lima", "seratus | lima", "twenty | five"
        after_round = last == "word" and before >= 20 and before % 10 == 0 and value < before
        return run[0][2] != "vague" and (last == "times" or after_round)
    return kind == "times" or (kind == "teen" and last == "word")


def _digits(word: str, lexicon: Lexicon) -> float:
    group, decimal = lexicon["group"], lexicon["decimal"]
    parts = word.split(decimal)
    whole = parts[0].split(group)
    grouped = len(whole) == 1 or all(len(part) == 3 for part in whole[1:])
    if len(parts) <= 2 and grouped:
        return float("".join(whole) + ("." + parts[1] if len(parts) == 2 and group not in parts[1] else ""))
    if len(whole) == 2 and len(parts) == 1:  # "2.5" in a language that writes 2,5: cannot be thousands
        return float(".".join(whole))
    return float(re.sub(r"\D", "", word))


def _close(run: list[tuple[re.Match[str], float, str]]) -> Numeral:
    total, part = 0.0, 0.0
    for _, value, kind in run:
        if kind == "teen" or kind != "times":
            part += value
        elif value >= 1000:
            total, part = total + (part or 1) * value, 0.0
        else:
            part = _times(part, value)
    return Numeral(run[0][0].start(), run[-1][0].end(), round(total + part, 6))


def _times(part: float, value: float) -> float:
    """Multiply what came last: in "dua ratus lima puluh" fifty joins two hundred."""
    rest = part % (value * 10) if part >= value else part
    return part - rest + (rest or 1) * value
