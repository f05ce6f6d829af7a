"""Lines of records cut into their parts, as bytes, without reading them.

A cut is right whenever every part turns out to be the JSON that it should be: put together again, the parts are the line.
Nothing here is guessed; a line that is not written as records are (compact, in the order of their keys) is not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_HEAD = re.compile(rb'\{"id":"([a-z0-9]+(?:-[a-z0-9]+)*/[0-9]{2,3})","event":(?=\{)')
_PASS = re.compile(rb'\{"annotator":"([A-Za-z0-9_][A-Za-z0-9_.@+-]*)","annotation":\{')
_ARTICLE, _GOLD, _PASSES, _NEXT = b',"article":{', b',"gold":', b',"passes":[', b',{"annotator":"'
_NO_PASSES = b',"passes":[]}'


class Cut(NamedTuple):
    """The parts of a line, as views of its bytes. ``article`` holds the text too; it and the annotations lack their first brace.

    ``notes`` holds the gold annotation first, where there is one (``gold``), then those of the passes. ``textless`` says that the
    line has no text.
    """

    id: str
    event: bytes
    article: memoryview
    gold: memoryview | None
    notes: list[memoryview]
    textless: bool


def cut(line: bytes, event: bytes = b"") -> Cut | None:
    """The parts of a line; None where it is written otherwise. ``event`` is the event of the line before."""
    head = _HEAD.match(line)
    if head is None:
        return None
    start = head.end()
    if event and line.startswith(event, start) and line.startswith(_ARTICLE, start + len(event)):
        at = start + len(event)
    else:
        at = line.find(_ARTICLE, start)
        event = line[start:at]
    gold = line.find(_GOLD, at)
    passes = len(line) - len(_NO_PASSES) if line.endswith(_NO_PASSES) else line.find(_PASSES, gold)
    if min(at, gold, passes) < 0 or not line.endswith(b"]}"):
        return None
    notes = list(_notes(line, gold + len(_GOLD), passes))
    if None in notes:
        return None
    own = not line.startswith(b"null", gold + len(_GOLD))
    whole = memoryview(line)
    known = [note for note in notes if note]
    textless = line.endswith(b'"text":null', at, gold)
    return Cut(head.group(1).decode(), event, whole[at + 1 : gold], whole[gold + len(_GOLD) : passes] if own else None, known, textless)


def _notes(line: bytes, gold: int, end: int) -> Iterator[memoryview | None]:
    """The annotations of a line, without their first brace; None where one is written otherwise."""
    if line.startswith(b'{"', gold):
        yield memoryview(line)[gold + 1 : end]
    elif line[gold:end] != b"null":
        yield None
    at, names = end + len(_PASSES), set()
    while at < len(line) - 2:
        head = _PASS.match(line, at)
        last = line.find(_NEXT, at)
        last = last if last >= 0 else len(line) - 2
        if head is None or head.group(1) in names or not line.endswith(b"}}", at, last):
            yield None
            return
        names.add(head.group(1))
        yield memoryview(line)[head.end() : last - 1]
        at = last + 1
