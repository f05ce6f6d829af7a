"""What two annotations of one text have in common, as counts that add up over texts.

`agreement` and `score` make their figures from these. ``triples`` hold (in both, in a, in b), ``shares`` (part, whole),
``codes`` the labels that both gave to one unit. A name with a stroke, as ``mentions_exact/person``, is the part of the measure
that belongs to one label.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import clusters
from .align import Alignment, Json, Matching, all_items, common, match_equal, match_spans, suppliers, touch
from .slots import marks

Triple = tuple[float, float, float]
Label = Callable[[Json], str]


@dataclass
class Counts:
    """Counts of one text."""

    triples: dict[str, Triple] = field(default_factory=dict)
    shares: dict[str, tuple[float, float]] = field(default_factory=dict)
    codes: defaultdict[str, list[tuple[Any, Any]]] = field(default_factory=lambda: defaultdict(list))
    clusters: Triple = (0.0, 0.0, 0.0)
    marks: Counter[tuple[str, str]] = field(default_factory=Counter)


def count(alignment: Alignment) -> Counts:
    """All counts of one text."""
    made = Counts()
    _mentions(made, alignment)
    _entities(made, alignment)
    _links(made, alignment)
    _spans(made, alignment)
    _requests(made, alignment)
    _stances(made, alignment)
    return made


def _add(made: Counts, name: str, matching: Matching, label: Label | None = None) -> None:
    both, a, b = len(matching.pairs), len(matching.only_a), len(matching.only_b)
    made.triples[name] = (both, both + a, both + b)
    if label:
        shared = Counter(label(x) for x, y in matching.pairs if label(x) == label(y))
        own = Counter([label(x) for x, _ in matching.pairs] + [label(x) for x in matching.only_a])
        other = Counter([label(y) for _, y in matching.pairs] + [label(y) for y in matching.only_b])
        made.triples.update({f"{name}/{key}": (shared[key], own[key], other[key]) for key in own | other})


def _mentions(made: Counts, alignment: Alignment) -> None:
    _add(made, "mentions_exact", alignment.mentions, lambda m: str(m["type"]))
    _add(made, "mentions_overlap", alignment.mentions_overlap, lambda m: str(m["type"]))
    for x, y in alignment.mention_spans.pairs:
        if (x["start"], x["end"]) == (y["start"], y["end"]):
            made.codes["entity_type"].append((x["type"], y["type"]))
            made.codes["metonym"].append((x["metonym"], y["metonym"]))


def _entities(made: Counts, alignment: Alignment) -> None:
    shared: frozenset[object] = frozenset(_key(x) for x, _ in alignment.mentions.pairs)
    a, b = _clusters(alignment.a), _clusters(alignment.b)
    found_a, found_b = clusters.restricted(a, shared), clusters.restricted(b, shared)
    made.clusters = clusters.b_cubed_counts(found_a, found_b)
    made.triples["entities_ceaf"] = clusters.ceaf_counts(found_a, found_b)
    made.triples["entities_ceaf_all"] = clusters.ceaf_counts(a, b)
    for code in ("wikidata", "iso3"):
        given = [(x[code], y[code]) for x, y in alignment.entities.pairs if x[code] or y[code]]
        made.shares[f"link_{code}"] = (sum(x == y for x, y in given), len(given))
        both = [(x, y) for x, y in given if x and y]
        made.shares[f"link_{code}_both"] = (sum(x == y for x, y in both), len(both))


def _key(mention: Json) -> tuple[int, int, str]:
    return mention["start"], mention["end"], mention["type"]


def _clusters(annotation: Json) -> list[clusters.Cluster]:
    keys = {mention["id"]: _key(mention) for mention in annotation["mentions"]}
    return [frozenset(keys[m] for m in entity["mentions"]) for entity in annotation["entities"]]


def _links(made: Counts, alignment: Alignment) -> None:
    """Mentions with the code of their entity: found, and linked to the same thing."""
    for code in ("wikidata", "iso3"):
        a, b = (_coded(side, code) for side in (alignment.a, alignment.b))
        made.triples[f"links_{code}"] = (common(a, b), len(a), len(b))


def _coded(annotation: Json, code: str) -> list[tuple[int, int, str]]:
    places = {m["id"]: (m["start"], m["end"]) for m in annotation["mentions"]}
    return [(*places[m], e[code]) for e in annotation["entities"] if e[code] for m in e["mentions"]]


def _distinct(units: Iterable[Json], label: Label) -> list[Json]:
    return list({_placed(label, unit): unit for unit in units}.values())


def quantities(annotation: Json) -> list[Json]:
    """The quantities of all items."""
    return [item["quantity"] for item in all_items(annotation) if item["quantity"]]


def specifications(annotation: Json) -> list[Json]:
    """The specifications of all items."""
    return [spec for item in all_items(annotation) for spec in item["specifications"]]


def _no_label(_: Json) -> str:
    return ""


_LAYERS: dict[str, tuple[Callable[[Json], list[Json]], Label]] = {
    "items": (all_items, _no_label),
    "quantities": (quantities, _no_label),
    "specifications": (specifications, lambda spec: str(spec["attribute"])),
    "claims": (lambda annotation: list(annotation["claims"]), _no_label),
}


def _spans(made: Counts, alignment: Alignment) -> None:
    """Items, quantities and specifications on distinct spans, as one list of things may be asked in several requests."""
    for layer, (units_of, label) in _LAYERS.items():
        a, b = (_distinct(units_of(side), label) for side in (alignment.a, alignment.b))
        shown = None if label is _no_label else label
        _add(made, f"{layer}_exact", match_equal(a, b, partial(_placed, label)), shown)
        _add(made, f"{layer}_overlap", match_spans(a, b, label), shown)
    a, b = (_distinct(all_items(side), _kind_and_category) for side in (alignment.a, alignment.b))
    _add(made, "items_typed", match_equal(a, b, partial(_placed, _kind_and_category)))
    for x, y in alignment.claims.pairs:
        made.codes["claim_kind"].append((x["kind"], y["kind"]))


def _kind_and_category(item: Json) -> str:
    return f"{item['kind']} {item['category']}"


def _placed(label: Label, unit: Json) -> tuple[int, int, str]:
    return unit["start"], unit["end"], label(unit)


def _requests(made: Counts, alignment: Alignment) -> None:
    a, b = alignment.a["requests"], alignment.b["requests"]
    made.shares["request_count"] = (float(len(a) == len(b)), 1.0)
    made.codes["request_count"].append((len(a), len(b)))
    parties_b = [(alignment.in_a(r["requester"]), alignment.suppliers_in_a(r)) for r in b]
    made.triples["request_parties"] = (common([(r["requester"], suppliers(r)) for r in a], parties_b), len(a), len(b))
    for x, y in alignment.requests.pairs:
        for slot, name in (("channel", "request_channel"), ("status", "request_status"), ("realis", "realis"), ("purpose", "purpose")):
            made.codes[name].append((x[slot], y[slot]))
    for x, y in alignment.items.pairs:
        if touch(x, y):
            made.codes["item_kind"].append((x["kind"], y["kind"]))
            made.codes["item_category"].append((x["category"], y["category"]))
            _measured(made, x["quantity"], y["quantity"])
    made.marks = Counter((mark.slot, mark.mark) for mark in marks(alignment))
    made.triples.update({f"slots/{slot}": slot_triple(made.marks, {slot}) for slot in {slot for slot, _ in made.marks}})
    made.triples["slots"] = slot_triple(made.marks)
    made.triples["slots_partial"] = slot_triple(made.marks, credit=0.5)


def _measured(made: Counts, x: Json | None, y: Json | None) -> None:
    if x and y:
        made.codes["comparator"].append((x["comparator"], y["comparator"]))
        made.codes["unit"].append((x["unit"], y["unit"]))
        made.shares["quantity_value"] = tuple(
            map(sum, zip(made.shares.get("quantity_value", (0.0, 0.0)), (x["value"] == y["value"], 1.0), strict=True))
        )  # type: ignore[assignment]


def slot_triple(counted: Counter[tuple[str, str]], only: set[str] | None = None, credit: float = 0.0) -> Triple:
    """Right fills, fills of the reference, fills of the response; a partial one counts ``credit``."""
    total: Counter[str] = Counter()
    for (slot, mark), n in counted.items():
        if only is None or slot in only:
            total[mark] += n
    paired = total["correct"] + total["partial"] + total["incorrect"]
    return total["correct"] + credit * total["partial"], paired + total["missing"], paired + total["spurious"]


def _stances(made: Counts, alignment: Alignment) -> None:
    a, b = alignment.a["stances"], alignment.b["stances"]
    tuples_a, tuples_b = [alignment.tuple_a(s) for s in a], [alignment.tuple_b(s) for s in b]
    made.triples["stances"] = (common(tuples_a, tuples_b), len(a), len(b))
    made.triples["stance_pairs"] = (common([t[:2] for t in tuples_a], [t[:2] for t in tuples_b]), len(a), len(b))
    made.shares["stances_reversed"] = (_reversed(tuples_a, tuples_b), len(b))
    for act in {t[2] for t in (*tuples_a, *tuples_b)}:
        own, other = [t for t in tuples_a if t[2] == act], [t for t in tuples_b if t[2] == act]
        made.triples[f"stances/{act}"] = (common(own, other), len(own), len(other))
    for x, y in alignment.stances.pairs:
        made.codes["stance_act"].append((x["act"], y["act"]))
        made.codes["explicitness"].append((x["explicitness"], y["explicitness"]))
        made.codes["negated"].append((x["negated"], y["negated"]))
    _chains(made, alignment)


def _reversed(a: list[tuple[str | None, ...]], b: list[tuple[str | None, ...]]) -> int:
    """Tuples of ``b`` that are not in ``a``, and would be with holder and target exchanged."""
    wrong, missed = Counter(b) - Counter(a), Counter(a) - Counter(b)
    return common([(t[1], t[0], t[2]) for t in wrong.elements()], missed.elements())


def _chains(made: Counts, alignment: Alignment) -> None:
    chains = [(x["attribution"], alignment.chain_in_a(y)) for x, y in (*alignment.requests.pairs, *alignment.stances.pairs)]
    told = [(x, y) for x, y in chains if x or y]
    made.shares["attribution_exact"] = (sum(x == y for x, y in chains), len(chains))
    made.shares["attribution_exact_told"] = (sum(x == y for x, y in told), len(told))
