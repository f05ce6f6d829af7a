"""JSON is read strictly, and every value is found again in its file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.jsontext import MAX_DEPTH, JsonError, decode, dumps, line_column, loads, locate

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 0, 1, 3, "\t"])


@pytest.mark.parametrize(
    ("raw", "id_", "place"),
    [
        (b'{"a": "caf\xe9"}', "E-FILE-UTF8", (1, 11)),
        ('{"é": 1,\n "ü'.encode() + b"\xff", "E-FILE-UTF8", (2, 4)),
        (b'\xef\xbb\xbf{"a": 1}', "E-FILE-BOM", (1, 1)),
        (b'{"a": 1,}', "E-JSON-SYNTAX", (1, 9)),
        (b'{\n "a": 1 // no\n}', "E-JSON-SYNTAX", (2, 9)),
        (b"", "E-JSON-SYNTAX", (1, 1)),
        (b"{} {}", "E-JSON-SYNTAX", (1, 4)),
        (b'{"a": "b\nc"}', "E-JSON-SYNTAX", (1, 9)),
        (b'{"a": 1,\n "b": {"c": 1, "c": 2}}', "E-JSON-DUPLICATE-KEY", (2, 21)),
        (b'{"\\u0061": 1, "a": 2}', "E-JSON-DUPLICATE-KEY", (1, 20)),
        (b'[{"x": [1, 2]}, {"x": 1,\n"y": 2, "x": 3}]', "E-JSON-DUPLICATE-KEY", (2, 14)),
        (b'{"NaN": 1,\n "b": NaN}', "E-JSON-NAN", (2, 7)),
        (b'["Infinity \\" NaN", -Infinity]', "E-JSON-NAN", (1, 21)),
        (b"[" * 65 + b"]" * 65, "E-JSON-DEPTH", (1, 1)),
        (b'{"a":' * 100_000, "E-JSON-DEPTH", (1, 1)),
    ],
)
def test_what_is_refused_and_where(raw: bytes, id_: str, place: tuple[int, int]) -> None:
    with pytest.raises(JsonError) as caught:
        loads(raw)
    assert (caught.value.id, caught.value.line, caught.value.column) == (id_, *place)
    assert caught.value.message and caught.value.mend


@pytest.mark.parametrize(
    ("raw", "id_", "place"),
    [
        (b'["1e999", 1e999]', "E-JSON-NAN", (1, 11)),
        (b"[\n-1.5E+400]", "E-JSON-NAN", (2, 1)),
        (b"1" * 5000, "E-JSON-NAN", (1, 1)),
        (b'"\\ud800"', "E-JSON-SYNTAX", (1, 2)),
        (b'{"\\\\ud800": 1,\n "\\ud83c\\uddee\\uDFFF": 1}', "E-JSON-SYNTAX", (2, 15)),
    ],
)
def test_what_no_other_reader_could_hold_is_refused(raw: bytes, id_: str, place: tuple[int, int]) -> None:
    with pytest.raises(JsonError) as caught:
        loads(raw)
    assert (caught.value.id, caught.value.line, caught.value.column) == (id_, *place)


def test_pairs_of_surrogates_are_one_character() -> None:
    assert loads(b'"\\ud83c\\uddee\\\\ud83c"') == "\U0001f1ee\\ud83c"


@given(VALUES, INDENTS, st.booleans())
def test_what_python_writes_is_read_back(value: Any, indent: int | str | None, ascii_: bool) -> None:
    assert loads(json.dumps(value, indent=indent, ensure_ascii=ascii_).encode()) == value


@given(VALUES)
def test_dumps_is_read_back_and_is_stable(value: Any) -> None:
    raw = dumps(value)
    assert raw.endswith(b"\n") and loads(raw) == value and dumps(loads(raw)) == raw


def test_dumps_refuses_what_is_not_json() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": float("nan")})


def test_nesting_up_to_the_limit_is_fine() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert loads(deep) is not None


def every_pointer(value: Any, at: tuple[str | int, ...] = ()) -> Any:
    """All pointers into a value, with what they lead to."""
    yield at, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_pointer(inner, (*at, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from every_pointer(inner, (*at, n))


@given(VALUES, INDENTS, st.booleans())
def test_locate_finds_every_value(value: Any, indent: int | str | None, ascii_: bool) -> None:
    text = "\n  " + json.dumps(value, indent=indent, ensure_ascii=ascii_) + "\n"
    lines = text.split("\n")
    for pointer, wanted in every_pointer(value):
        line, column = locate(text, pointer)
        at = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        assert json.JSONDecoder().raw_decode(text, at)[0] == wanted


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ((), (1, 1)),
        (("é🇮🇩",), (2, 9)),
        (("é🇮🇩", "a/b"), (3, 11)),
        (("é🇮🇩", "a/b", 1), (3, 19)),
        (("é🇮🇩", "a/b", 1, "]}"), (3, 26)),
        (("nothing", "here"), (1, 1)),
        (("é🇮🇩", "a/b", 7), (3, 11)),
        (("tail", 0, "deeper"), (4, 11)),
    ],
)
def test_locate_counts_code_points_and_stops_where_a_pointer_leads_nowhere(pointer: tuple[str | int, ...], place: tuple[int, int]) -> None:
    text = '{\n "é🇮🇩": {\n  "a\\/b": ["[\\"", {"]}": -1.5e3}]},\n "tail": [true]}'
    assert locate(text, pointer) == place


def test_line_column_counts_from_one() -> None:
    text = "ab\n\ncd"
    assert [line_column(text, n) for n in range(len(text))] == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2)]


def test_decode_gives_the_text_as_it_stands() -> None:
    assert decode("a\r\né\u2028".encode()) == "a\r\né\u2028"
