"""JSON text: strict reading, and the line and column of any value in it.

The standard reader forgives what a corpus must not (NaN, duplicate keys) and tells no places. Here every fault has an id
and a place, and `locate` finds a value again from its pointer.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from .diagnostics import Pointer

MAX_DEPTH = 64
_KEY = re.compile(rb'"\s*:')
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^\s,\]}]*")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)")


class JsonError(ValueError):
    """A file that is not acceptable JSON: the id of the check, what is wrong, the mend, and the code point."""

    def __init__(self, id_: str, message: str, mend: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.id, self.message, self.mend, self.line, self.column = id_, message, mend, line, column


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a code point."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def decode(raw: bytes) -> str:
    """Bytes of a file as text.

    Raises:
        JsonError: E-FILE-UTF8 or E-FILE-BOM.
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        raise JsonError("E-FILE-BOM", "The file begins with a byte order mark.", "Save it as UTF-8 without BOM.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8")
        line, column = line_column(good, len(good))
        message = f"Byte 0x{raw[error.start]:02x} is not valid UTF-8."
        raise JsonError("E-FILE-UTF8", message, "Save the file as UTF-8.", line, column) from None


def loads(raw: bytes) -> Any:
    """Read JSON strictly.

    Raises:
        JsonError: with the id of the check that it breaks and its place.
    """
    text = decode(raw)
    duplicates: list[str] = []
    constants: list[str] = []
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, duplicates),
            parse_constant=constants.append,
            parse_float=lambda digits: _float(digits, constants),
        )
    except json.JSONDecodeError as error:
        mend = "Mend the JSON; an editor that knows JSON shows the place."
        raise JsonError("E-JSON-SYNTAX", f"Not JSON: {error.msg}.", mend, error.lineno, error.colno) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # more digits than Python turns into an integer
        raise JsonError("E-JSON-NAN", "A number has thousands of digits.", "Write a number that fits 64 bits.") from None
    if "\\u" in text:
        _refuse_half_pairs(text)
    if constants:
        _raise_constant(text, constants[0])
    if duplicates:
        _raise_duplicate(text, duplicates[0])
    if _depth(value) > MAX_DEPTH:
        raise _too_deep()
    return value


def _object(pairs: list[tuple[str, Any]], duplicates: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        duplicates.extend(key for key in made if keys.count(key) > 1)
    return made


def _float(digits: str, constants: list[str]) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        constants.append(digits)
    return value


def _refuse_half_pairs(text: str) -> None:
    """``\\ud83c`` alone is no character: it can be neither printed nor written to a file."""
    for match in _ESCAPE.finditer(text):
        if match.group(1):
            at = line_column(text, match.start())
            raise JsonError("E-JSON-SYNTAX", f"\\{match.group(1)} is half a character.", "Write the character itself, in UTF-8.", *at)


def _too_deep() -> JsonError:
    return JsonError(
        "E-JSON-DEPTH",
        f"Values are nested more than {MAX_DEPTH} deep.",
        "No document of the corpus is nested like that; look for a stray bracket.",
    )


def _raise_constant(text: str, name: str) -> None:
    outside = re.compile(rf'"(?:[^"\\]|\\.)*"|({re.escape(name)})')
    at = next((match.start(1) for match in outside.finditer(text) if match.group(1)), 0)
    raise JsonError("E-JSON-NAN", f"{name} is not a JSON number that a reader can hold.", "Write a number or null.", *line_column(text, at))


def _raise_duplicate(text: str, key: str) -> None:
    at = _Scanner(text).second(key)
    raise JsonError("E-JSON-DUPLICATE-KEY", f"The key {key!r} stands twice in one object.", "Keep one of the two.", *line_column(text, at))


def _depth(value: Any) -> int:
    """How deep values are nested; a scalar counts one."""
    deepest, level = 0, [value]
    while level:
        deepest += 1
        inner = [v for v in level if type(v) is dict or type(v) is list]
        level = [x for v in inner for x in (v.values() if type(v) is dict else v) if type(x) is dict or type(x) is list]
        if not level and any(inner):
            return deepest + 1
    return deepest


def locate(text: str, pointer: Pointer) -> tuple[int, int]:
    """Line and column of the value at a pointer; of the innermost value that exists, where the pointer leads nowhere."""
    return line_column(text, _Scanner(text).find(pointer))


class _Scanner:
    """A walk over JSON text that is known to be well formed and remembers code points."""

    def __init__(self, text: str) -> None:
        self.text = text

    def space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def find(self, pointer: Pointer) -> int:
        at = self.space(0)
        for step in pointer:
            places = dict(self.children(at))
            if step not in places:
                break
            at = places[step]
        return at

    def second(self, key: str) -> int:
        pending = [self.space(0)]
        while pending:
            children = self.children(pending.pop())
            hits = [place for name, place in children if name == key]
            if len(hits) > 1:
                return hits[1]
            pending.extend(place for _, place in children)
        return 0

    def children(self, at: int) -> list[tuple[str | int, int]]:
        """Name and place of each value directly inside the object or array at a place."""
        found: list[tuple[str | int, int]] = []
        opening = self.text[at : at + 1]
        if opening not in ("{", "["):
            return found
        at = self.space(at + 1)
        while self.text[at] not in "}]":
            name: str | int = len(found)
            if opening == "{":
                name, at = scanstring(self.text, at + 1)
                at = self.space(self.space(at) + 1)
            found.append((name, at))
            at = self.space(self.skip(at))
            at = self.space(at + 1) if self.text[at] == "," else at
        return found

    def skip(self, at: int) -> int:
        """The place after the value at a place."""
        if self.text[at] == '"':
            return int(scanstring(self.text, at + 1)[1])
        if self.text[at] not in "{[":
            match = _SCALAR.match(self.text, at)
            return match.end() if match else at
        try:
            return int(_DECODER.raw_decode(self.text, at)[1])
        except (ValueError, RecursionError):  # what is broken further on is walked over all the same
            return self._closing(at)

    def _closing(self, at: int) -> int:
        depth, strings = 0, re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
        for match in strings.finditer(self.text, at):
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match.group(), 0)
            if depth == 0:
                return match.end()
        return len(self.text)


def dumps(value: Any) -> bytes:
    """JSON as the corpus keeps it: UTF-8, one space a level, one final line end."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def compact(value: Any) -> bytes:
    """JSON in one line without blanks, UTF-8: as records of stores hold it, and what hashes of annotations are taken of."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
