"""Text and stretches of it, counted in Unicode code points.

Every offset in Pinta is a Python string index: ``text[start:end]`` is the quote. Nothing here knows of files or labels.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch ``[start, end)`` of a text, in code points."""

    start: int
    end: int


_LINE_ENDS = re.compile("\r\n|\r|\u0085|\u2028")
_BLANK_LINES = re.compile(r"\n{3,}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Dr|Ir|Prof|Drs|Hj?|St|Jend|Letjen|Mayjen|Brigjen|Kol|Letkol|Kapt|Lt|Gen|Sen|Jr|Sr|No|Rp|dkk|dll|dsb|"
    r"tgl|hlm|vs|Mr|Mrs|Ms|Tn|Ny|al|Jl|a\.n|d\.a|s\.d|Moh|Muh|Mgr|Ph|S|M)\.$"
)
_CLITIC = re.compile(r"(?:lah|kah|nya|pun)\b")
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s+[\"“‘'(\[#@\d\W]*[A-ZÀ-ÖØ-Þ\d\U0001F000-\U0001FAFF])|\n+")


def normalise(text: str) -> str:
    """Bring a text into the form in which the corpus keeps it.

    NFC, ``\\n`` line ends, no trailing blanks on a line, at most one empty line in a row, no empty lines at either end,
    one final line end. An empty text stays empty.

    Raises:
        ValueError: the text holds control characters, which cannot be mended without a guess.
    """
    bad = _FORBIDDEN.search(text.removeprefix("\ufeff"))
    if bad:
        raise ValueError(f"control character U+{ord(bad.group()):04X} at code point {bad.start()}")
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff")).replace("\u2029", "\n\n")
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return f"{text}\n" if text else ""


def forbidden(text: str) -> int | None:
    """The place of the first control character, which no text may hold."""
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sentences(text: str) -> list[Span]:
    """Split a text into sentences by rule: end marks before a capital or digit, and line ends.

    Meant for addressing (``@3`` in a draft) and for context, so that what matters is that it never changes for a text.
    """
    return list(_sentences(text))


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[Span, ...]:
    found, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        end = match.start() if match.group().startswith("\n") else match.end()
        if not match.group().startswith("\n") and is_abbreviation(text[max(start, match.start() - 8) : match.start() + 1]):
            continue
        found.append(_trimmed(text, start, end))
        start = match.end()
    found.append(_trimmed(text, start, len(text)))
    return tuple(span for span in found if span.end > span.start)


def is_abbreviation(words: str) -> bool:
    """Whether some words end in an abbreviation with its full stop. Eight code points before the stop are enough."""
    return _ABBREVIATION.search(words) is not None


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def sentence_of(text: str, offset: int) -> Span:
    """The sentence that holds a code point."""
    for span in _sentences(text):
        if offset < span.end:
            return span
    return Span(0, len(text))


def occurrences(text: str, quote: str, within: Span | None = None, *, whole_words: bool = True) -> Iterator[Span]:
    """Where a quote stands in a text, not overlapping itself, in order.

    With ``whole_words`` an occurrence does not count that begins or ends inside a word. An Indonesian clitic behind it
    (``Rusialah``) does not make it part of a word.
    """
    low, high = within or Span(0, len(text))
    at = text.find(quote, low, high) if quote else -1  # an empty quote stands everywhere, and so nowhere
    while at >= 0:
        end = at + len(quote)
        if not whole_words or not (_inside_word(text, at) or (_inside_word(text, end) and not _CLITIC.match(text, end))):
            yield Span(at, end)
            at = text.find(quote, end, high)
        else:
            at = text.find(quote, at + 1, high)


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def cuts_grapheme(text: str, at: int) -> bool:
    """Whether an offset lies inside what a reader sees as one character (Unicode extended grapheme cluster)."""
    if not 0 < at < len(text) or (_alone(text[at - 1]) and _alone(text[at]) and text[at] != "\n"):
        return False
    import regex  # heavy to load and hardly ever needed

    low = at - 1  # back to a character that no cluster runs across: flags pair up from the first one of their row
    while low > 0 and text[low] >= "\u0300":
        low -= 1
    return all(match.start() + low != at for match in regex.finditer(r"\X", text[low : at + 1]))


def _alone(character: str) -> bool:
    """Whether it never joins another such one: below the combining marks, or a dash or a quotation mark of a text."""
    return character < "\u0300" or "\u2010" <= character <= "\u2027"


def overlaps(a: Span, b: Span) -> bool:
    """Whether two spans share a code point."""
    return a.start < b.end and b.start < a.end
