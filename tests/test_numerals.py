"""Numbers are read as the language of an article writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinta.numerals import numerals, values
from pinta.schema.labels import Schema


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.000 km", [1000]),
        ("12", [12]),
        ("1,5 miliar", [1.5e9]),
        ("1.000.000", [1e6]),
        ("12.500,75", [12500.75]),
        ("2.5 juta", [2.5e6]),
        ("100 ribu ton", [100_000]),
        ("dua puluh lima", [25]),
        ("dua ratus lima puluh ribu", [250_000]),
        ("seratus dua puluh lima", [125]),
        ("seribu lima ratus", [1500]),
        ("tiga ribu empat ratus dua puluh satu", [3421]),
        ("dua belas", [12]),
        ("sebelas", [11]),
        ("selusin", [12]),
        ("dua lusin", [24]),
        ("belasan", [11]),
        ("puluhan ribu", [20_000]),
        ("ratusan juta dolar", [2e8]),
        ("setengah juta", [500_000]),
        ("sejuta", [1e6]),
        ("sebuah kapal", [1]),
        ("sebatalion infanteri", [1]),
        ("satu batalion", [1]),
        ("se", []),
        ("40-50", [40, 50]),
        ("40 hingga 50", [40, 50]),
        ("dua atau tiga", [2, 3]),
        ("dua, tiga", [2, 3]),
        ("Su-30 dan F-16", [30, 16]),
        ("US$ 2,5 miliar", [2.5e9]),
        ("DUA PULUH", [20]),
        ("tanpa angka", []),
        ("puluh", []),
        ("1.2.3", [123]),
        ("1,000", [1]),
        ("", []),
    ],
)
def test_indonesian(schema: Schema, text: str, wanted: list[float]) -> None:
    assert values(text, schema.numbers("id")) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,000 km", [1000]),
        ("1.5 million", [1.5e6]),
        ("two dozen tanks", [24]),
        ("a dozen", [12]),
        ("twenty-five", [25]),
        ("three hundred forty five", [345]),
        ("two hundred thousand", [200_000]),
        ("one million two hundred thousand and", [1_200_000]),
        ("dozens", [24]),
        ("half", [0.5]),
        ("12,500.75", [12500.75]),
        ("ten or twelve", [10, 12]),
        ("no number", []),
    ],
)
def test_english(schema: Schema, text: str, wanted: list[float]) -> None:
    assert values(text, schema.numbers("en-GB")) == wanted


def test_a_language_without_a_table_is_read_as_english(schema: Schema) -> None:
    assert schema.numbers("xx") is schema.numbers("en")


def test_places_are_code_points(schema: Schema) -> None:
    text = "🇮🇩 dua puluh lima rudal"
    (numeral,) = numerals(text, schema.numbers("id"))
    assert text[numeral.start : numeral.end] == "dua puluh lima"


def indonesian(number: int) -> str:
    """A number below a thousand million in words, after the rules of the language."""
    units = ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]
    if number < 12:
        return units[number]
    for size, word, one in ((10**6, "juta", ""), (1000, "ribu", "seribu"), (100, "ratus", "seratus")):
        if number >= size:
            head, rest = divmod(number, size)
            first = one if head == 1 and one else f"{indonesian(head)} {word}"
            return f"{first} {indonesian(rest)}".strip()
    if number < 20:
        return f"{units[number - 10]} belas"
    return f"{units[number // 10]} puluh {units[number % 10]}".strip()


@given(number=st.integers(1, 999_999_999))
def test_every_indonesian_number_in_words(schema: Schema, number: int) -> None:
    assert values(indonesian(number), schema.numbers("id")) == [number]


@given(number=st.integers(0, 10**12), cents=st.integers(0, 99))
def test_digits_in_both_languages(schema: Schema, number: int, cents: int) -> None:
    grouped = f"{number:,}.{cents:02d}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    wanted = [pytest.approx(number + cents / 100, rel=1e-12)]
    assert values(grouped, schema.numbers("en")) == wanted
    assert values(swapped, schema.numbers("id")) == wanted
