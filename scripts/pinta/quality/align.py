"""One alignment of two annotation documents of a text, shared by agreement, adjudication and scores.

Units are the dictionaries of the documents themselves. Every matching is one-to-one and optimal (Kuhn-Munkres, by
`scipy.optimize.linear_sum_assignment`) over a similarity that is symmetric, so that swapping the documents swaps the
sides and changes nothing else. Nothing here looks at a text: offsets, labels and ids are enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

from ..spans import Span, overlaps

Json = dict[str, Any]
Pair = tuple[Json, Json]
Similarity = Callable[[Json, Json], float]

PARTY, CUE, EVIDENCE, ITEMS, SLOT = 3.0, 1.5, 1.0, 2.0, 0.25
"""What a shared party, cue, evidence, list of items, and any other slot are worth when requests are aligned."""

ENOUGH = PARTY + SLOT
"""Requests that share less than one party and something more are not the same request told differently."""

_NEAR = 1e-7
"""Worth of lying near each other: decides between units that are equally alike, and never anything else."""

_TIE = 1e-11

_DETAIL = 1e-3
"""Worth of each detail that two items share: decides between items of one kind and category on one span."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Units of two documents that belong together, in the order of the first, and those left over on either side."""

    pairs: tuple[Pair, ...]
    only_a: tuple[Json, ...]
    only_b: tuple[Json, ...]

    def swapped(self) -> Matching:
        """The same matching seen from the other document."""
        return Matching(tuple((b, a) for a, b in self.pairs), self.only_b, self.only_a)


def span_of(unit: Json) -> Span:
    """The span of a unit that has one, in code points."""
    return Span(unit["start"], unit["end"])


def same_span(a: Json, b: Json) -> bool:
    """Whether two units stand on exactly the same code points."""
    return span_of(a) == span_of(b)


def touch(a: Json | None, b: Json | None) -> bool:
    """Whether two units share a code point; never, where one of them is missing."""
    return bool(a and b) and overlaps(span_of(a), span_of(b))  # type: ignore[arg-type]


def shared_part(a: Json, b: Json) -> float:
    """Code points that two units share, as a part of those that either has (Jaccard index)."""
    common = max(0, min(a["end"], b["end"]) - max(a["start"], b["start"]))
    return common / (max(a["end"], b["end"]) - min(a["start"], b["start"])) if common else 0.0


def coverage(a: Sequence[Json], b: Sequence[Json]) -> float:
    """Code points that two lists of spans share, as a part of both (Dice index); 0 where both are empty."""
    own, other = (set().union(*(range(span["start"], span["end"]) for span in spans)) for spans in (a, b))
    return 2 * len(own & other) / (len(own) + len(other)) if own or other else 0.0


def assign(a: Sequence[Json], b: Sequence[Json], similarity: Similarity, least: float = 0.0) -> Matching:
    """Match two lists of units one-to-one so that the sum of similarities is greatest.

    Units whose similarity is not above ``least`` are never matched. Among matchings that are equally good one is chosen that
    depends on the matched units alone: not on the side that is named first, nor on what else there is.
    """
    lots_a, lots_b = [_lot(unit) for unit in a], [_lot(unit) for unit in b]
    table = [
        [value + _draw(lots_a[i] ^ lots_b[j]) if (value := similarity(x, y)) > least else 0.0 for j, y in enumerate(b)]
        for i, x in enumerate(a)
    ]
    chosen = _best(table) if a and b else []
    pairs = tuple((a[i], b[j]) for i, j in chosen)
    used_a, used_b = {i for i, _ in chosen}, {j for _, j in chosen}
    left_a = tuple(unit for i, unit in enumerate(a) if i not in used_a)
    return Matching(pairs, left_a, tuple(unit for j, unit in enumerate(b) if j not in used_b))


def _lot(unit: Json) -> int:
    return crc32(repr(unit).encode("utf-8", "surrogatepass"))


def _draw(lot: int) -> float:
    """What decides where nothing else does: less than any likeness, and no sum of some equals a sum of others."""
    return _TIE * crc32(lot.to_bytes(4, "big")) / 2**32


def _best(table: list[list[float]]) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(table, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if table[i][j] > 0]


def match_equal(a: Iterable[Json], b: Sequence[Json], key: Callable[[Json], Hashable]) -> Matching:
    """Match units with equal keys, one-to-one, in order."""
    waiting: dict[Hashable, list[int]] = {}
    for j in range(len(b) - 1, -1, -1):
        waiting.setdefault(key(b[j]), []).append(j)
    pairs, left, used = [], [], set()
    for unit in a:
        places = waiting.get(key(unit))
        if places:
            used.add(places[-1])
            pairs.append((unit, b[places.pop()]))
        else:
            left.append(unit)
    return Matching(tuple(pairs), tuple(left), tuple(unit for j, unit in enumerate(b) if j not in used))


def match_spans(a: Sequence[Json], b: Sequence[Json], label: Callable[[Json], Hashable] = lambda _: None) -> Matching:
    """Match units whose spans overlap and whose labels are equal: equal spans first, then the greatest overlap."""
    exact = match_equal(a, b, lambda unit: (unit["start"], unit["end"], label(unit)))
    rest = assign(exact.only_a, exact.only_b, lambda x, y: shared_part(x, y) if label(x) == label(y) else 0.0)
    order = {id(unit): n for n, unit in enumerate(a)}
    pairs = sorted((*exact.pairs, *rest.pairs), key=lambda pair: order[id(pair[0])])
    return Matching(tuple(pairs), rest.only_a, rest.only_b)


def common(a: Iterable[Hashable], b: Iterable[Hashable]) -> int:
    """How many values two lists share, each as often as both have it."""
    return sum((Counter(a) & Counter(b)).values())


def _near(a: Json, b: Json) -> float:
    distance: int = abs(a["start"] - b["start"])
    return _NEAR / (1 + distance)


@dataclass(frozen=True)
class Alignment:
    """Two documents of one text, ``a`` and ``b`` (gold and prediction, or two passes), and what belongs together.

    Matchings are made when they are asked for, and once.
    """

    a: Json
    b: Json

    @cached_property
    def mentions(self) -> Matching:
        """Mentions with the same span and type."""
        return match_equal(self.a["mentions"], self.b["mentions"], lambda m: (m["start"], m["end"], m["type"]))

    @cached_property
    def mentions_overlap(self) -> Matching:
        """Mentions of the same type whose spans overlap."""
        return match_spans(self.a["mentions"], self.b["mentions"], lambda m: m["type"])

    @cached_property
    def mention_spans(self) -> Matching:
        """Mentions whose spans overlap, whatever their types."""
        return match_spans(self.a["mentions"], self.b["mentions"])

    @cached_property
    def entities(self) -> Matching:
        """Entities that share mentions, by the Dice index of their mentions; where that is equal, equal types decide, then the
        earlier shared mention: never the order or number of the units, which a spurious one changes."""
        partner = {x["id"]: (y["id"], x["start"] + y["start"]) for x, y in self.mention_spans.pairs}

        def similarity(x: Json, y: Json) -> float:
            theirs = set(y["mentions"])
            shared: list[int] = [partner[m][1] for m in x["mentions"] if m in partner and partner[m][0] in theirs]
            if not shared:
                return 0.0
            dice: float = 2 * len(shared) / (len(x["mentions"]) + len(y["mentions"]))
            return dice + (0.01 if x["type"] == y["type"] else 0.0) + _NEAR / (1 + min(shared))

        return assign(self.a["entities"], self.b["entities"], similarity)

    @cached_property
    def claims(self) -> Matching:
        """Claims whose spans overlap."""
        return match_spans(self.a["claims"], self.b["claims"])

    @cached_property
    def _entity_names(self) -> dict[str, str]:
        return {y["id"]: x["id"] for x, y in self.entities.pairs}

    @cached_property
    def _names(self) -> dict[str, str]:
        pairs = (*self.claims.pairs, *self.requests.pairs)
        return {**self._entity_names, **{y["id"]: x["id"] for x, y in pairs}}

    def in_a(self, id_: str | None) -> str | None:
        """The id in ``a`` of an entity, claim or request of ``b``; a name of its own where it has no partner."""
        return None if id_ is None else self._names.get(id_, f"b:{id_}")

    def entity_in_a(self, id_: str | None) -> str | None:
        """The same for entities alone: enough for requests, which are aligned by it."""
        return None if id_ is None else self._entity_names.get(id_, f"b:{id_}")

    @cached_property
    def requests(self) -> Matching:
        """Requests, by the similarity of their slots; requester and supplier weigh most."""
        return assign(self.a["requests"], self.b["requests"], self._request_similarity, ENOUGH)

    def _request_similarity(self, x: Json, y: Json) -> float:
        parties = (x["requester"] == self.entity_in_a(y["requester"])) + (suppliers(x) == self.suppliers_in_a(y))
        found = match_spans(x["items"], y["items"])
        items = 2 * len(found.pairs) / (len(x["items"]) + len(y["items"])) if found.pairs else 0.0
        slots = sum(x[name] == y[name] for name in ("channel", "purpose", "realis", "status"))
        slots += x["messenger"] == self.entity_in_a(y["messenger"])
        slots += 2 * bool(x["date"] and y["date"] and x["date"]["edtf"] == y["date"]["edtf"])
        cue, evidence = touch(x["cue"], y["cue"]), coverage(x["evidence"], y["evidence"])
        total: float = PARTY * parties + CUE * cue + EVIDENCE * evidence + ITEMS * items + SLOT * slots + _near(x["cue"], y["cue"])
        return total

    def suppliers_in_a(self, request: Json) -> frozenset[str | None]:
        """The suppliers of a request of ``b``, as ids in ``a``."""
        return frozenset(self.entity_in_a(id_) for id_ in request["suppliers"])

    def chain_in_a(self, unit: Json) -> list[str | None]:
        """The chain of attribution of a unit of ``b``, as ids in ``a``."""
        return [self.entity_in_a(id_) for id_ in unit["attribution"]]

    def items_of(self, x: Json, y: Json) -> Matching:
        """Items of two aligned requests: by span; away from each other, by words, or by kind and category."""
        return assign(x["items"], y["items"], _item_similarity)

    @cached_property
    def items(self) -> Matching:
        """Items of aligned requests; those of requests without a partner are left over."""
        found = [self.items_of(x, y) for x, y in self.requests.pairs]
        lone_a = [item for request in self.requests.only_a for item in request["items"]]
        lone_b = [item for request in self.requests.only_b for item in request["items"]]
        pairs = tuple(pair for matching in found for pair in matching.pairs)
        only_a = (*(unit for matching in found for unit in matching.only_a), *lone_a)
        return Matching(pairs, only_a, (*(unit for matching in found for unit in matching.only_b), *lone_b))

    @cached_property
    def stances(self) -> Matching:
        """Stances with the same holder and target, by cue and evidence; equal acts decide where those are equal."""
        return assign(self.a["stances"], self.b["stances"], self._stance_similarity)

    def _stance_similarity(self, x: Json, y: Json) -> float:
        if (x["holder"], x["target"]) != (self.in_a(y["holder"]), self.in_a(y["target"])):
            return 0.0
        near = _near(x["evidence"][0], y["evidence"][0])
        total: float = 1 + 2 * touch(x["cue"], y["cue"]) + coverage(x["evidence"], y["evidence"]) + 0.5 * (x["act"] == y["act"]) + near
        return total

    @cached_property
    def stances_elsewhere(self) -> Matching:
        """Of the stances left over, those on the same cue, or of the same act on the same evidence: one of the parties differs."""

        def similarity(x: Json, y: Json) -> float:
            words = 2 * touch(x["cue"], y["cue"]) + coverage(x["evidence"], y["evidence"]) * (x["act"] == y["act"])
            parties = (x["holder"] == self.in_a(y["holder"])) + (x["target"] == self.in_a(y["target"]))
            return words + parties * 0.5 + _near(x["evidence"][0], y["evidence"][0]) if words else 0.0

        return assign(self.stances.only_a, self.stances.only_b, similarity, 0.5)

    def tuple_a(self, stance: Json) -> tuple[str | None, ...]:
        """Holder, target and act of a stance of ``a``."""
        return stance["holder"], stance["target"], stance["act"]

    def tuple_b(self, stance: Json) -> tuple[str | None, ...]:
        """Holder, target and act of a stance of ``b``, as ids in ``a``."""
        return self.in_a(stance["holder"]), self.in_a(stance["target"]), stance["act"]


def suppliers(request: Json) -> frozenset[str | None]:
    """The suppliers of a request."""
    return frozenset(request["suppliers"])


def _item_similarity(x: Json, y: Json) -> float:
    alike: float = 0.5 * (x["kind"] == y["kind"]) + 0.5 * (x["category"] == y["category"])
    if same_span(x, y):
        return 4 + alike + _DETAIL * _shared_details(x, y)
    if touch(x, y):
        return 2 + shared_part(x, y) + alike + _DETAIL * _shared_details(x, y)
    words = bool(x["quote"]) and str(x["quote"]).casefold() == str(y["quote"]).casefold()
    return alike + words * 0.75 + _near(x, y) if words or alike == 1 else 0.0


def _shared_details(x: Json, y: Json) -> int:
    """What is told of two items alike: designation, quantity, and every specification."""
    specs = ([(s["attribute"], s["start"], s["end"], s["value"]) for s in item["specifications"]] for item in (x, y))
    quantity = bool(x["quantity"] and y["quantity"] and x["quantity"]["value"] == y["quantity"]["value"])
    return common(*specs) + quantity + int(x["designation"] == y["designation"])


def all_items(annotation: Json) -> list[Json]:
    """The items of all requests of a document."""
    return [item for request in annotation["requests"] for item in request["items"]]
