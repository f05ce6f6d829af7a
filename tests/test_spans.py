"""Texts have one form, offsets are code points, and no span cuts what a reader sees as one character."""

from __future__ import annotations

import hashlib
import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from pinta.spans import Span, cuts_grapheme, normalise, occurrences, overlaps, sentence_of, sentences, sha256

RAW = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(' \t\n\r\u0085\u00a0\u2028\u2029\u0301\u200d\u0645\u05d0.!?…"”)aA1'),
    ),
    max_size=60,
)
CLUSTERS = st.lists(
    st.sampled_from(
        [
            "a",
            "Z",
            " ",
            "\n",
            "\r\n",
            "e\u0301",
            "🇮🇩",
            "🇻🇪",
            "👩🏽\u200d✈️",
            "👨‍👩‍👧",
            "क्षि",
            "한",
            "\u1112\u1161\u11ab",
            "שָׁ",
            "©️",
            "x\u0301\u0302",
        ]
    ),
    max_size=24,
).map("".join)


def accepted(text: str) -> str:
    """The normalised text; skips what holds control characters."""
    try:
        return normalise(text)
    except ValueError:
        assume(False)
        raise


@given(RAW)
def test_normalise_is_idempotent_and_keeps_its_promises(raw: str) -> None:
    text = accepted(raw)
    assert normalise(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert "\n\n\n" not in text and not text.startswith("\n") and not text.endswith("\n\n")
    assert text == "" or text.endswith("\n")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("", ""),
        ("\n \n", ""),
        ("a", "a\n"),
        ("\ufeffa\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne\n"),
        ("a  \n\n\n\n b\t\n", "a\n\n b\n"),
        ("a\u2029b", "a\n\nb\n"),
        ("cafe\u0301", "café\n"),
        ("\u212b", "Å\n"),
        ("a\u00a0", "a\n"),
        ("مرحبا \u200fبكم ", "مرحبا \u200fبكم\n"),
    ],
)
def test_normalise(raw: str, text: str) -> None:
    assert normalise(raw) == text


@pytest.mark.parametrize("bad", ["a\x00", "a\x07b", "\x1f", "x\ufeff", "\x7f", "\ud800", "a\x0cb"])
def test_control_characters_are_refused_with_their_place(bad: str) -> None:
    with pytest.raises(ValueError, match=r"control character U\+[0-9A-F]{4} at code point \d"):
        normalise(bad)


def test_sha256_is_that_of_the_bytes() -> None:
    assert sha256("café\n") == hashlib.sha256(b"caf\xc3\xa9\n").hexdigest()


@given(RAW)
def test_sentences_cover_the_text_in_order(raw: str) -> None:
    text = accepted(raw)
    at = 0
    for span in sentences(text):
        assert text[at : span.start].strip() == ""
        words = text[span.start : span.end]
        assert words and words == words.strip() and "\n" not in words
        at = span.end
    assert text[at:].strip() == ""


@given(RAW)
def test_sentence_of_holds_the_code_point(raw: str) -> None:
    text = accepted(raw)
    for at, character in enumerate(text):
        if not character.isspace():
            span = sentence_of(text, at)
            assert span.start <= at < span.end and span in sentences(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Satu. Dua! Tiga? Empat… Lima", ["Satu.", "Dua!", "Tiga?", "Empat…", "Lima"]),
        ("Judul\n\nIsi pertama. Isi kedua.\n", ["Judul", "Isi pertama.", "Isi kedua."]),
        ("Jend. Sudirman dan Prof. Dr. A. Rahman tiba.", ["Jend. Sudirman dan Prof. Dr. A. Rahman tiba."]),
        ("Harga Rp. 1.000.000 per unit. 12 unit dibeli.", ["Harga Rp. 1.000.000 per unit.", "12 unit dibeli."]),
        ('"Kami meminta." Ia pergi.', ['"Kami meminta."', "Ia pergi."]),
        ("“Tolong!” katanya. Lalu diam.", ["“Tolong!” katanya.", "Lalu diam."]),
        ("Ia datang (kemarin.) Lalu pergi.", ["Ia datang (kemarin.)", "Lalu pergi."]),
        ("Rudal 1.5 km. 🇮🇩 Indonesia.", ["Rudal 1.5 km.", "🇮🇩 Indonesia."]),
        ("", []),
    ],
)
def test_sentences(text: str, wanted: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences(text)] == wanted


def test_sentence_of_a_place_behind_the_last_sentence_is_the_text() -> None:
    assert sentence_of("Satu.\n", 6) == Span(0, 6)


@pytest.mark.parametrize(
    ("text", "quote", "wanted"),
    [
        ("Iran dan Irania, Iran.", "Iran", [0, 17]),
        ("Rusialah, Rusianya, Rusiapun, Rusiakah, Rusiana", "Rusia", [0, 10, 20, 30]),
        ("aaaa", "aa", []),
        ("a-a a", "a", [0, 2, 4]),
        ("xIran", "Iran", []),
        ("Su-30 Su-30MK2", "Su-30", [0]),
        ("rudal", "peluru", []),
        ("🇮🇩 Iran 🇮🇩", "🇮🇩", [0, 8]),
        ("anything", "", []),
    ],
)
def test_occurrences_are_whole_words(text: str, quote: str, wanted: list[int]) -> None:
    found = list(occurrences(text, quote))
    assert [span.start for span in found] == wanted
    assert all(text[span.start : span.end] == quote for span in found)


def test_occurrences_within_and_inside_words() -> None:
    text = "Iran. Irania Iran."
    assert list(occurrences(text, "Iran", Span(5, 18))) == [Span(13, 17)]
    assert list(occurrences(text, "Iran", Span(5, 18), whole_words=False)) == [Span(6, 10), Span(13, 17)]
    assert list(occurrences("aaaaa", "aa", whole_words=False)) == [Span(0, 2), Span(2, 4)]


@given(RAW, RAW)
def test_occurrences_are_as_many_as_python_counts(text: str, quote: str) -> None:
    assume(quote)
    found = list(occurrences(text, quote, whole_words=False))
    assert len(found) == text.count(quote)
    assert all(not overlaps(one, other) for one, other in pairwise(found))


@given(CLUSTERS)
def test_a_cut_is_where_the_unicode_rules_have_no_edge(text: str) -> None:
    edges = {0, len(text), *(match.end() for match in regex.finditer(r"\X", text))}
    assert [at for at in range(len(text) + 1) if cuts_grapheme(text, at)] == [at for at in range(len(text) + 1) if at not in edges]


@pytest.mark.parametrize("text", ["🇮🇩" * 40, "e" + "\u0301" * 90, "x " + "🇻🇪" * 33 + " y"])
def test_long_runs_of_flags_and_marks(text: str) -> None:
    test_a_cut_is_where_the_unicode_rules_have_no_edge.hypothesis.inner_test(text)  # type: ignore[attr-defined]


def test_overlaps_is_half_open() -> None:
    assert overlaps(Span(0, 3), Span(2, 5)) and overlaps(Span(2, 5), Span(0, 3))
    assert not overlaps(Span(0, 3), Span(3, 5)) and not overlaps(Span(3, 5), Span(0, 3))


def test_characters_that_stand_alone_are_never_joined_to_one_another() -> None:
    alone = [chr(n) for n in (*range(0x20, 0x300), *range(0x2010, 0x2028))]
    clusters = regex.findall(r"\X", "".join(one + other for one in alone for other in "aé©\u00ad–”"))
    assert set(map(len, clusters)) == {1}
    whole = "".join(one + other for one in "aé©\u00ad–” " for other in alone)
    assert not any(cuts_grapheme(whole, at) for at in range(len(whole)))
    assert len(regex.findall(r"\X", whole)) == len(whole)
