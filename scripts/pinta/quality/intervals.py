"""Statistics over articles, and their bootstrap intervals.

A measure is kept as counts per article, one row each, so that a resample of articles is a sum of rows: 1000 resamples of
a corpus are one product of matrices (Efron & Tibshirani 1993, ch. 13; articles are drawn, not units, as units of one
article depend on each other).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
Level = Literal["nominal", "ordinal"]
RESAMPLES, SEED = 1000, 20251
LEVEL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval; None where it is not defined (nothing to count)."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    def as_json(self, digits: int = 4) -> dict[str, Any]:
        """The figure, rounded."""
        kept = {key: None if (x := getattr(self, key)) is None else round(x, digits) for key in ("value", "low", "high")}
        return {**kept, "n": self.n}


def divide(above: Array, below: Array) -> Array:
    """Quotients; not a number where nothing is below."""
    whole = np.broadcast_to(below, np.broadcast(above, below).shape)
    return np.asarray(np.divide(above, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def f1(counts: Array) -> Array:
    """F1 of rows (in both, in a, in b): 2·both / (a + b)."""
    return divide(2 * counts[..., 0], counts[..., 1] + counts[..., 2])


def precision(counts: Array) -> Array:
    """Precision of rows (in both, in the reference, in the response)."""
    return divide(counts[..., 0], counts[..., 2])


def recall(counts: Array) -> Array:
    """Recall of rows (in both, in the reference, in the response)."""
    return divide(counts[..., 0], counts[..., 1])


def share(counts: Array) -> Array:
    """Parts of wholes, of rows (part, whole)."""
    return divide(counts[..., 0], counts[..., 1])


def b_cubed(counts: Array) -> Array:
    """B³ F1 (Bagga & Baldwin 1998) of rows (sum of precisions, sum of recalls, mentions)."""
    below = divide((counts[..., 0] + counts[..., 1]) * counts[..., 2], np.ones(counts.shape[:-1]))
    return divide(2 * counts[..., 0] * counts[..., 1], below)


@lru_cache(maxsize=16)
def resamples(articles: int, times: int = RESAMPLES, seed: int = SEED) -> Array:
    """How often each article stands in each resample: ``times`` rows of ``articles`` numbers, the same for a seed."""
    drawn = np.random.default_rng(seed).multinomial(articles, np.full(articles, 1 / articles), size=times)
    return drawn.astype(np.float64)


def sums(rows: Array) -> Array:
    """Sums of the rows of every resample of articles; of more than one axis, the first is that of articles."""
    flat = rows.reshape(len(rows), -1)
    return np.asarray(resamples(len(rows)) @ flat).reshape(RESAMPLES, *rows.shape[1:])


def figure(rows: Sequence[Sequence[float]] | Array, statistic: Statistic, n: int) -> Figure:
    """A statistic of counts per article, with its interval. ``n``: units that it rests on."""
    counts = np.asarray(rows, dtype=np.float64)
    if not len(counts):
        return Figure(None, None, None, n)
    value = float(statistic(counts.sum(axis=0)[None])[0])
    return Figure(_defined(value), *interval(statistic(sums(counts))), n)


def interval(values: Array) -> tuple[float | None, float | None]:
    """The middle 95 % of resampled values, of those that are defined."""
    kept = values[~np.isnan(values)]
    if not len(kept):
        return None, None
    low, high = np.percentile(kept, LEVEL)
    return float(low), float(high)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value


def alpha(coincidences: Array, level: Level = "nominal") -> Array:
    """Krippendorff's α of stacked coincidence matrices (Krippendorff 2011), for two coders and no missing values.

    The same figure as ``krippendorff.alpha``, for a thousand resamples at once.
    """
    by_value = coincidences.sum(axis=-1)
    total = by_value.sum(axis=-1)
    distance = _nominal(by_value) if level == "nominal" else _ordinal(by_value)
    observed = divide((coincidences * distance).sum(axis=(-1, -2)), total)
    pairs = by_value[..., :, None] * by_value[..., None, :]
    expected = divide((pairs * distance).sum(axis=(-1, -2)), total * (total - 1))
    return np.asarray(1 - divide(observed, expected))


def _nominal(by_value: Array) -> Array:
    return 1 - np.eye(by_value.shape[-1])


def _ordinal(by_value: Array) -> Array:
    upto = np.cumsum(by_value, axis=-1)
    middle = upto - by_value / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def alpha_figure(codes: Sequence[Sequence[tuple[Any, Any]]], level: Level = "nominal") -> Figure:
    """Krippendorff's α of pairs of codes per article, by the `krippendorff` package, with its interval."""
    import krippendorff

    pairs = [pair for article in codes for pair in article]
    domain = sorted({code for pair in pairs for code in pair})
    if len(domain) < 2:
        return Figure(None, None, None, len(pairs))
    places = {code: n for n, code in enumerate(domain)}
    data = [[places[pair[coder]] for pair in pairs] for coder in (0, 1)]
    value = float(krippendorff.alpha(reliability_data=data, level_of_measurement=level, value_domain=list(range(len(domain)))))
    return Figure(_defined(value), *interval(alpha(sums(coincidences(codes, places)), level)), len(pairs))


def coincidences(codes: Sequence[Sequence[tuple[Any, Any]]], places: Mapping[Any, int]) -> Array:
    """One coincidence matrix an article, of two coders who both coded every unit."""
    rows = np.zeros((len(codes), len(places), len(places)))
    for n, article in enumerate(codes):
        for one, other in article:
            rows[n, places[one], places[other]] += 1
            rows[n, places[other], places[one]] += 1
    return rows
