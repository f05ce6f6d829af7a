"""Whether JSON lines are written exactly as `jsontext.compact` writes their values, so that a hash can be taken of the bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from .reading import Read, keys_named
from .shapes import Shape

_WIDEST = 32
"""Characters of a number that are looked at; no double needs as many."""


def canonical(read: Read, shape: Shape) -> bool:
    """Whether lines that were read are canonical. False where that is not certain.

    All blanks stand in strings, no character is escaped that need not be, and every number is written as Python writes it.
    """
    whole = np.frombuffer(read.raw, dtype=np.uint8)
    if int(np.count_nonzero(whole == ord(" "))) != read.layers.spaces or b"\t" in read.raw or b"\r" in read.raw:
        return False
    escaped = whole[np.flatnonzero(whole == ord("\\")) + 1]
    if ((escaped == ord("u")) | (escaped == ord("/"))).any():
        return False
    return all(map(_plain, _odd_numbers(read.raw, set(_numbers(shape)))))


def _numbers(shape: Shape, name: str = "") -> Iterator[str]:
    """Names of the fields that hold numbers with fractions."""
    if shape.kind == "number":
        yield name
    for inner_name, inner in shape.fields:
        yield from _numbers(inner, inner_name)
    if shape.item is not None:
        yield from _numbers(shape.item, name)


def _odd_numbers(raw: bytes, names: set[str]) -> Iterator[str]:
    """Numbers that are not written with digits alone."""
    begins = np.concatenate([np.zeros(0, dtype=np.int64), *(keys_named(raw, name) for name in sorted(names))])
    whole = np.frombuffer(raw, dtype=np.uint8)
    windows = whole[np.minimum(begins[:, None] + np.arange(_WIDEST), len(whole) - 1)]
    stops = (windows == ord(",")) | (windows == ord("}"))
    inside = np.cumsum(stops, axis=1) == 0
    numeric = (windows[:, 0] == ord("-")) | ((windows[:, 0] >= ord("0")) & (windows[:, 0] <= ord("9")))
    odd = numeric & (~stops.any(axis=1) | (inside & ((windows < ord("0")) | (windows > ord("9")))).any(axis=1))
    for window, size in zip(windows[odd], inside[odd].sum(axis=1).tolist(), strict=True):
        yield window[:size].tobytes().decode("ascii", "replace")


def _plain(number: str) -> bool:
    """Whether Python would write a number in the same way."""
    return json.dumps(json.loads(number)) == number if len(number) < _WIDEST else False
