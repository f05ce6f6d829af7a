"""Records with one or two things changed at random, so that what judges records can be held to the checks."""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable, Iterator
from typing import Any

from pinta.checks.offsets import spans_of
from pinta.jsontext import compact

Json = dict[str, Any]
Pool = dict[str, list[Any]]
_ODD = [
    "",
    " ",
    "x",
    "e1",
    "e99",
    "m1",
    "c1",
    "r1",
    "i1",
    "id",
    "-0",
    ":",
    "a\nb",
    "é",
    "é",
    "🇮🇩",
    "\\",
    '"',
    "2025-13",
    "2025-02-30",
    "state",
]
_NUMBERS = [-1, 0, 1, 2, 3, 5, 40, 1000, 2**31 - 1, 2**31, 2**53 + 1, 0.5, 1.0, 1e300, True, False, None]
_INSERTED = [
    "a",
    "É",
    " ",
    "\n",
    "\n\n",
    "\u0301",
    "\u200d",
    "🇮🇩",
    "\u00a0",
    "\t",
    "\u3000",
    ".",
    "”",
    "가",
    "\u1100",
    "Å",
    "\x85",
    "’",
    "1.000",
    "½",
]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all values inside a value, of objects and lists too."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from leaves(one, (*path, key))


def _above(record: Json, path: tuple[Any, ...]) -> Any:
    for step in path[:-1]:
        record = record[step]
    return record


def _pick(record: Json, chance: random.Random) -> tuple[Any, ...]:
    """A path; most of them in the annotation, where most of the rules are."""
    part = chance.choice(["event", "article", "text", "gold", "gold", "gold", "passes"])
    return (part, *chance.choice([(), *leaves(record[part])]))


def change(record: Json, chance: random.Random) -> None:
    """Another value."""
    path = _pick(record, chance)
    above = _above(record, path)
    old = above[path[-1]]
    if isinstance(old, bool):
        above[path[-1]] = not old
    elif isinstance(old, int) and chance.random() < 0.7:
        above[path[-1]] = old + chance.choice([-2, -1, 1, 2])
    else:
        above[path[-1]] = chance.choice([*_ODD, *_NUMBERS, [], {}])


def exchange(record: Json, chance: random.Random, pool: Pool) -> None:
    """A value of the same name from somewhere else: a label, an id, a span that fits but is another."""
    path = _pick(record, chance)
    others = pool.get(str(path[-1]), [])
    if others:
        _above(record, path)[path[-1]] = copy.deepcopy(chance.choice(others))


def pool_of(records: list[Json]) -> Pool:
    """All values in some records by their name, short ones, each once."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        for path in leaves(record):
            value = _above(record, path)[path[-1]]
            if len(key := repr(value)) < 200 and isinstance(path[-1], str):
                found.setdefault(path[-1], {})[key] = value
    return {name: list(values.values()) for name, values in found.items()}


def drop(record: Json, chance: random.Random) -> None:
    """A key or an element less."""
    path = _pick(record, chance)
    if len(path) > 1:
        del _above(record, path)[path[-1]]


def add(record: Json, chance: random.Random) -> None:
    """A key, or an element of a list twice."""
    path = _pick(record, chance)
    above = _above(record, path)
    if isinstance(above, list):
        above.insert(chance.randrange(len(above) + 1), copy.deepcopy(above[path[-1]]))
    elif above is not record:
        above[chance.choice(["x", "id", "anchors", "quote"])] = chance.choice([None, [], "x", 1])


def reorder(record: Json, chance: random.Random) -> None:
    """A list or an object in another order."""
    path = _pick(record, chance)
    value = _above(record, path)[path[-1]]
    if isinstance(value, list):
        chance.shuffle(value)
    elif isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        _above(record, path)[path[-1]] = dict(items)


def rewrite(record: Json, chance: random.Random) -> None:
    """A text with some letters more or less, with hash, length, offsets and quotes to fit: what is wrong is the text itself."""
    text = record["text"]
    if not text:
        return
    at, more = chance.randrange(len(text)), chance.choice(["", *_INSERTED])
    new = text[:at] + more + text[at + (not more) :]
    shift = len(new) - len(text)
    record["text"] = new
    about = {"text_sha256": hashlib.sha256(new.encode()).hexdigest(), "characters": len(new)}
    record["article"].update(about)
    for body in [record["gold"], *(one["annotation"] for one in record["passes"])]:
        body["text_sha256"] = about["text_sha256"]
        for _, span in spans_of(body):
            span.update({edge: span[edge] + shift * (span[edge] > at) for edge in ("start", "end")})
            if span["quote"] is not None:
                span["quote"] = new[span["start"] : span["end"]]


def nudge(record: Json, chance: random.Random) -> None:
    """A span that begins or ends elsewhere, with its quote to fit."""
    bodies = [record["gold"], *(one["annotation"] for one in record["passes"])]
    span = chance.choice([span for body in bodies for _, span in spans_of(body)])
    span[chance.choice(["start", "end"])] += chance.choice([-3, -1, 1, 3])
    if chance.random() < 0.8:
        span["quote"] = (record["text"] or "")[max(span["start"], 0) : max(span["end"], 0)] or None


CHANGES: list[Callable[[Json, random.Random], None]] = [change, drop, add, reorder, rewrite, rewrite, nudge]


def mutant(record: Json, chance: random.Random, pool: Pool) -> bytes:
    """The line of a record with one or two changes; sometimes its bytes are changed too."""
    made = copy.deepcopy(record)
    for _ in range(chance.choice([1, 1, 1, 2])):
        try:
            if chance.random() < 0.4:
                exchange(made, chance, pool)
            else:
                chance.choice(CHANGES)(made, chance)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError):
            continue  # the first change left nothing for the second
    line = compact(made)
    return scribble(line, chance) if chance.random() < 0.15 else line


def scribble(line: bytes, chance: random.Random) -> bytes:
    """Other bytes: blanks, escapes, numbers written otherwise, keys that stand twice, what is no JSON at all."""
    old, new = chance.choice(
        [
            (b":", b": "),
            (b",", b", "),
            (b'"id":', b'"id":"x","id":'),
            (b'"iso3":null', b'"iso3":null,"iso3":null'),
            (b'"quote":"', b'"quote":":'),
            (b'"iso3":null,', b""),
            (b',"iso3":null', b',"name":":"'),
            (b"a", b"\\u0061"),
            (b"1", b"1.0"),
            (b"1", b"01"),
            (b"0", b"-0"),
            (b":1", b":1e0"),
            (b"null", b"NaN"),
            (b"true", b"1"),
            (b"}", b"},"),
            (b"}", b""),
            (b"a", b"\xff"),
            (b"a", b"\x00"),
            (b'"', b""),
            (b"{", b"{}"),
            (b"]}", b"]}{}"),
            (b"[", b"[null,"),
        ]
    )
    places = [n for n in range(len(line)) if line.startswith(old, n)]
    at = chance.choice(places) if places else 0
    return line[:at] + new + line[at + len(old) * bool(places) :]
