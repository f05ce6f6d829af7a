"""Regions and arrows, and the list of results in which Label Studio keeps them.

Offsets on either side are Unicode code points. ``value.text`` of a result is for the screen only: the server keeps what the
browser makes of it, which is not the slice, so it is written and never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..schema.labels import Schema
from ..spans import Span
from .layout import Field, Json, Layout, labels_of, layout

TEXT = "text"
"""Name of the text control, and of its key in the data of a task."""
MENTION, UNIT = "mention", "unit"
"""Names of the two label controls: one holds the entity types, the other the kinds of regions."""
_MADE_HERE = re.compile(r"pinta_([a-z]+)((?:_[a-z0-9]+(?:-[a-z0-9]+)*)+)")
_TYPES = {"choice": "choices", "flag": "choices", "number": "number", "text": "textarea"}
_VALUES = {"choice": "choices", "flag": "choices", "number": "number", "text": "text"}
_FORWARD = {"right": (0, 1), "left": (1, 0)}

Use = tuple[str, ...]
"""How a document uses a region: ids and positions. It travels in the region's id, which people's work leaves as it is."""


class Problem(NamedTuple):
    """What is wrong with what somebody drew: id, what, how to mend it, and the code point where it is."""

    id: str
    message: str
    mend: str
    at: int = 0


class Arrow(NamedTuple):
    """An arrow, from the region it leaves to the one it reaches, with one of its labels."""

    source: str
    target: str
    label: str


@dataclass(slots=True)
class Region:
    """A stretch of text that is drawn: its kind, the entity type where it is a mention, and its fields by key."""

    kind: str
    span: Span
    type: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    given_id: str = ""

    @property
    def id(self) -> str:
        """The id that it has, or the one that its uses make."""
        return self.given_id or "_".join(["pinta", self.kind, *("-".join(use) for use in self.uses)])

    def shown(self, text: str) -> str:
        """The region as a message names it."""
        words = text[self.span.start : self.span.end]
        return f"{self.type or self.kind} {words if len(words) <= 40 else words[:39] + '…'!r}"


def uses_in(id_: str, kind: str) -> list[Use]:
    """The uses that an id made here tells of; none for the id of a region that a person drew."""
    match = _MADE_HERE.fullmatch(id_)
    return [tuple(use.split("-")) for use in match[2].split("_")[1:]] if match and match[1] == kind else []


def as_results(regions: Iterable[Region], arrows: Iterable[Arrow], text: str, schema: Schema) -> list[Json]:
    """The results of Label Studio for regions and arrows. An ordered pair of regions gets one relation with all its labels."""
    drawn = layout(schema)
    found = [result for region in regions for result in _results(region, text, drawn)]
    pairs: dict[tuple[str, str], list[str]] = {}
    for arrow in arrows:
        pairs.setdefault((arrow.source, arrow.target), []).append(arrow.label)
    relations = (
        {"from_id": source, "to_id": target, "type": "relation", "direction": "right", "labels": labels}
        for (source, target), labels in pairs.items()
    )
    return [*found, *relations]


def _results(region: Region, text: str, drawn: Layout) -> Iterator[Json]:
    span = {"start": region.span.start, "end": region.span.end, "text": text[region.span.start : region.span.end]}
    control, label = (MENTION, region.type) if region.kind == MENTION else (UNIT, region.kind)
    common = {"id": region.id, "to_name": TEXT, "origin": "prediction"}
    yield {**common, "from_name": control, "type": "labels", "value": {**span, "labels": [label]}}
    for own in drawn.fields.get(region.kind, ()):
        value = region.fields.get(own.key)
        if value is not None and value is not False:
            inner = value if own.sort == "number" else [own.key if own.sort == "flag" else value]
            yield {**common, "from_name": own.control, "type": _TYPES[own.sort], "value": {**span, _VALUES[own.sort]: inner}}


@dataclass
class Drawn:
    """What somebody drew on one text: regions by id, arrows, and what is wrong with either."""

    text: str
    regions: dict[str, Region] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def fault(self, id_: str, message: str, mend: str, at: Region | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(id_, message, mend, at.span.start if at else 0))


def read_results(results: list[Json], text: str, schema: Schema) -> Drawn:
    """Regions and arrows of a list of results, with everything in it that cannot be read as a problem."""
    drawn, known = Drawn(text), layout(schema)
    relations = [result for result in results if result.get("type") == "relation"]
    others = [result for result in results if result.get("type") != "relation"]
    for result in others:
        if result.get("from_name") in (MENTION, UNIT):
            _read_region(drawn, result, schema, known)
    for result in others:
        if result.get("from_name") not in (MENTION, UNIT):
            _read_field(drawn, result, schema, known)
    for result in relations:
        _read_arrows(drawn, result, known)
    return drawn


def _read_region(drawn: Drawn, result: Json, schema: Schema, known: Layout) -> None:
    value, id_, mention = result.get("value") or {}, str(result.get("id")), result["from_name"] == MENTION
    start, end, labels = value.get("start"), value.get("end"), value.get("labels") or []
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(drawn.text)):
        drawn.fault(
            "E-REGION-OFFSETS", f"A region runs from {start} to {end}; the text has {len(drawn.text)} characters.", "Draw it again."
        )
        return
    region = Region(MENTION if mention else "", Span(start, end), given_id=id_)
    names = labels_of(schema, "entity_type") if mention else known.kind_ids
    if len(labels) != 1 or labels[0] not in names:
        said = f"The region {drawn.text[start:end]!r} has the labels {', '.join(map(str, labels)) or '(none)'}."
        drawn.fault("E-REGION-LABEL", said, f"Give it one of: {', '.join(sorted(names))}.", region)
        return
    if id_ in drawn.regions:
        drawn.fault(
            "E-REGION-LABEL", f"{region.shown(drawn.text)} is labelled twice.", "Delete it and draw it once for each label.", region
        )
        return
    region.type, region.kind = (labels[0], MENTION) if mention else ("", labels[0])
    region.uses = uses_in(id_, region.kind)
    drawn.regions[id_] = region


def _read_field(drawn: Drawn, result: Json, schema: Schema, known: Layout) -> None:
    region, own = drawn.regions.get(str(result.get("id"))), known.controls.get(str(result.get("from_name")))
    if own is None:
        said = f"There is a value of a control that the layout does not have: {result.get('from_name')!r}."
        drawn.fault("E-CONTROL-UNKNOWN", said, "The layout was changed on the server; push again, and move the value.", region)
    elif region is None:
        said = f"A value of {own.control} belongs to a region that lost its label."
        drawn.fault("E-REGION-LABEL", said, "Delete the region and draw it again.")
    elif region.kind != own.kind:
        said = f"{region.shown(drawn.text)} has a value of {own.control}."
        drawn.fault("E-FIELD-VALUE", said, "Delete the region and draw it again: its label was changed.", region)
    else:
        given = (result.get("value") or {}).get(_VALUES[own.sort])
        value = _value(drawn, region, own, given, schema)
        if value is not None:
            region.fields[own.key] = value


def _value(drawn: Drawn, region: Region, own: Field, given: Any, schema: Schema) -> Any:
    """The value of a field; None where it is empty or wrong."""
    if own.sort == "number":
        if given is None or (isinstance(given, (int, float)) and not isinstance(given, bool)):
            return given
        drawn.fault("E-FIELD-VALUE", f"{own.control} of {region.shown(drawn.text)} is {given!r}.", "Type a number.", region)
        return None
    values = [given] if isinstance(given, str) else list(given or [])
    values = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    if len(values) > 1:
        said = f"{own.control} of {region.shown(drawn.text)} has {len(values)} values: {', '.join(values)}."
        drawn.fault("E-FIELD-VALUE", said, "Leave one.", region)
        return None
    if own.sort == "choice" and values and values[0] not in labels_of(schema, own.labels):
        said = f"{own.control} of {region.shown(drawn.text)} is {values[0]!r}, which is not a label of {own.labels}."
        drawn.fault("E-FIELD-VALUE", said, "Choose again.", region)
        return None
    return bool(values) if own.sort == "flag" else values[0] if values else None


def _read_arrows(drawn: Drawn, result: Json, known: Layout) -> None:
    ends = [drawn.regions.get(str(result.get(key))) for key in ("from_id", "to_id")]
    order = _FORWARD.get(str(result.get("direction", "right")))
    if ends[0] is None or ends[1] is None:
        drawn.fault("E-ARROW-END", "An arrow ends at a region that is not there, or that cannot be read.", "Delete the arrow.")
        return
    if order is None:
        said = f"The arrow between {ends[0].shown(drawn.text)} and {ends[1].shown(drawn.text)} points both ways."
        drawn.fault("E-ARROW-REVERSED", said, "Click it until it points one way.", ends[0])
        return
    source, target = (region for region in (ends[order[0]], ends[order[1]]) if region)
    labels = result.get("labels") or []
    if not labels:
        said = f"The arrow from {source.shown(drawn.text)} to {target.shown(drawn.text)} has no label."
        drawn.fault("E-ARROW-UNLABELLED", said, f"Give it one of: {', '.join(_fitting(source, target, known)) or '(none fits)'}.", source)
    for label in labels:
        if _fits(source, target, label, known):
            drawn.arrows.append(Arrow(source.given_id, target.given_id, label))
        else:
            _misfit(drawn, source, target, str(label), known)


def _fits(source: Region, target: Region, label: str, known: Layout) -> bool:
    role = known.arrows.get((source.kind, label))
    return role is not None and target.kind in role.targets


def _fitting(source: Region, target: Region, known: Layout) -> list[str]:
    return [role.label for role in known.roles.get(source.kind, ()) if target.kind in role.targets]


def _misfit(drawn: Drawn, source: Region, target: Region, label: str, known: Layout) -> None:
    ends = f"from {source.shown(drawn.text)} to {target.shown(drawn.text)}"
    if _fits(target, source, label, known):
        drawn.fault(
            "E-ARROW-REVERSED", f"The arrow {label!r} {ends} is the wrong way round.", "Click its direction, or draw it anew.", target
        )
    else:
        mend = f"Between these two: {', '.join(_fitting(source, target, known)) or 'no arrow'}."
        drawn.fault("E-ARROW-KIND", f"There is no arrow {label!r} {ends}.", mend, source)
