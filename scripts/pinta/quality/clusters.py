"""Entities as clusters of mentions: B³ and CEAFe, counted per text.

Mentions are keys of any sort; both sides cluster keys, and only keys that both have are looked at where a measure says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from .align import Json, assign

Cluster = frozenset[object]


def restricted(clusters: Sequence[Cluster], keys: frozenset[object]) -> list[Cluster]:
    """Clusters with some keys only; those that lose all of theirs fall away."""
    return [kept for cluster in clusters if (kept := cluster & keys)]


def b_cubed_counts(a: Sequence[Cluster], b: Sequence[Cluster]) -> tuple[float, float, float]:
    """Sum of precisions, sum of recalls and number of keys, for clusters of the same keys (Bagga & Baldwin 1998)."""
    own = {key: cluster for cluster in a for key in cluster}
    other = {key: cluster for cluster in b for key in cluster}
    keys = own.keys() & other.keys()
    precision = sum(len(own[key] & other[key]) / len(other[key]) for key in keys)
    return precision, sum(len(own[key] & other[key]) / len(own[key]) for key in keys), float(len(keys))


def ceaf_counts(a: Sequence[Cluster], b: Sequence[Cluster]) -> tuple[float, float, float]:
    """Similarity of the best one-to-one match of clusters, and the number of clusters on either side (CEAFe, φ4; Luo 2005)."""
    units_a: list[Json] = [{"keys": cluster} for cluster in a]
    units_b: list[Json] = [{"keys": cluster} for cluster in b]
    found = assign(units_a, units_b, lambda x, y: phi4(x["keys"], y["keys"]))
    return sum(phi4(x["keys"], y["keys"]) for x, y in found.pairs), float(len(a)), float(len(b))


def phi4(a: Cluster, b: Cluster) -> float:
    """Dice index of two clusters."""
    return 2 * len(a & b) / (len(a) + len(b))
