"""Lines of records cut into their parts, as bytes, without reading them.

A cut is right whenever every part turns out to be the JSON that it should be: put together again, the parts are the line.
Nothing here is guessed; a line that is not written as records are (compact, in the order of their keys) is not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .reading import MARK

_HEAD = re.compile(rb'\{"id":"([a-z0-9]+(?:-[a-z0-9]+)*/[0-9]{2,3})","event":(?=\{)')
_PASS = re.compile(rb'([A-Za-z0-9_][A-Za-z0-9_.@+-]*)","annotation":\{')
_ARTICLE, _GOLD, _PASSES, _NEXT = b',"article":{', b',"gold":', b',"passes":[', b',{"annotator":"'


class Cut(NamedTuple):
    """The parts of a line. ``article`` and the annotations are lines for `reading.read`; ``article`` holds the text too.

    ``notes`` holds the gold annotation first, where there is one (``gold``), then those of the passes.
    """

    id: str
    event: bytes
    article: bytes
    gold: bytes | None
    notes: list[bytes]


def cut(line: bytes, event: bytes = b"") -> Cut | None:
    """The parts of a line; None where it is written otherwise. ``event`` is the event of the line before."""
    head = _HEAD.match(line)
    if head is None:
        return None
    start = head.end()
    if event and line.startswith(event + _ARTICLE, start):
        at = start + len(event)
    else:
        at = line.find(_ARTICLE, start)
        event = line[start:at]
    gold = line.find(_GOLD, at)
    passes = line.find(_PASSES, gold)
    if min(at, gold, passes) < 0 or not line.endswith(b"]}"):
        return None
    article = b"%s%s}" % (MARK, line[at + 1 : gold])
    return _noted(head.group(1).decode(), event, article, line[gold + len(_GOLD) : passes], line[passes + len(_PASSES) : -2])


def _noted(id_: str, event: bytes, article: bytes, gold: bytes, passes: bytes) -> Cut | None:
    made = list(_passes(passes))
    names = [name for name, _ in made]
    if (gold != b"null" and not gold.startswith(b'{"')) or None in names or len(set(names)) < len(names):
        return None
    own = None if gold == b"null" else gold
    return Cut(id_, event, article, own, [*([MARK + gold[1:]] if own else []), *(note for _, note in made)])


def _passes(raw: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """Annotator and annotation of each pass; None for an annotator where a pass is written otherwise."""
    if not raw:
        return
    for piece in (b"," + raw).split(_NEXT)[1:] if raw.startswith(_NEXT[1:]) else [b""]:
        head = _PASS.match(piece)
        if head is None or not piece.endswith(b"}}"):
            yield None, b""
            return
        yield head.group(1), MARK + piece[head.end() : -1]
