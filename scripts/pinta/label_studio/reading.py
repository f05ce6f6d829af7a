"""From regions and arrows to a document, with what people do wrong as problems that name the region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..schema.labels import Schema
from ..spans import Span, sentence_of
from .layout import Json, Role, layout, nullable, properties
from .regions import MENTION, Drawn, Problem, Region, read_results

Layers = dict[str, list[Json]]
_ENTITY = re.compile(r"e[1-9][0-9]{0,3}")
_SATELLITES = ("item", "quantity", "specification", "date", "evidence")


def layers_of(results: list[Json], text: str, schema: Schema) -> tuple[Layers, list[Problem]]:
    """The five layers of a document from results of Label Studio, and what is wrong with them.

    Quotes are cut from ``text``. Where there is a problem the layers are not to be used.
    """
    drawn = read_results(results, text, schema)
    if drawn.problems:
        return {}, drawn.problems
    reading = _Reading(drawn, schema)
    return reading.layers(), drawn.problems


class _Reading:
    def __init__(self, drawn: Drawn, schema: Schema) -> None:
        self.drawn, self.schema, self.layout = drawn, schema, layout(schema)
        self.regions = sorted(drawn.regions.values(), key=lambda region: region.span)
        self.links: dict[str, list[tuple[str, Region]]] = {}
        for arrow in drawn.arrows:
            self.links.setdefault(arrow.source, []).append((arrow.label, drawn.regions[arrow.target]))
        used = [use[-1] for region in self.regions if region.kind == "item" for use in region.uses]
        self.free_item = 1 + max((_number(id_) for id_ in used), default=0)
        self.ids: dict[str, str] = {}

    def layers(self) -> Layers:
        for kind in (MENTION, "request", "claim", "stance"):
            self._name(kind)
        self._no_loose_ends()
        return {
            "mentions": [self._mention(region) for region in self._of(MENTION)],
            "entities": self._entities(),
            **{f"{kind}s": [self._unit(kind, region) for region in self._of(kind)] for kind in ("claim", "stance", "request")},
        }

    def _of(self, kind: str) -> list[Region]:
        """The regions of a kind, in the order of the document that they came from; new ones where the text has them."""
        found = [region for region in self.regions if region.kind == kind]
        return _ordered((int(region.uses[0][1]) if region.uses else None, region) for region in found)

    def _name(self, kind: str) -> None:
        found = self._of(kind)
        known = {region.given_id: region.uses[0][0] for region in found if region.uses}
        free = 1 + max((_number(id_) for id_ in known.values()), default=0)
        for region in found:
            self.ids[region.given_id] = known.get(region.given_id) or f"{kind[0]}{free}"
            free += region.given_id not in known

    def _no_loose_ends(self) -> None:
        reached = {region.given_id for links in self.links.values() for _, region in links}
        for region in self.regions:
            if region.kind in _SATELLITES and region.given_id not in reached:
                owners = [kind for kind, roles in self.layout.roles.items() if any(region.kind in role.targets for role in roles)]
                mend = f"Draw an arrow to it from its {' or '.join(owners)}, or delete it."
                self.drawn.fault("E-REGION-LOOSE", f"No arrow leads to {region.shown(self.drawn.text)}.", mend, region)

    def _span(self, region: Region) -> Json:
        start, end = region.span
        return {"start": start, "end": end, "quote": self.drawn.text[start:end]}

    def _fields(self, region: Region) -> Json:
        """The values of a region's own fields; a missing one that must be there is a problem."""
        made: Json = {}
        for own in self.layout.fields.get(region.kind, ()):
            made[own.key] = region.fields.get(own.key, False if own.sort == "flag" else None)
            if own.required and made[own.key] is None:
                said = f"{region.shown(self.drawn.text)} has no {own.key}."
                self.drawn.fault("E-FIELD-MISSING", said, "Select it and fill in the field on the right.", region)
        return made

    def _in_order(self, kind: str, values: Json) -> Json:
        return {key: values[key] for key in properties(self.schema, kind)}

    def _mention(self, region: Region) -> Json:
        values = {**self._fields(region), **self._span(region), "id": self.ids[region.given_id], "type": region.type}
        if values["entity"] and not _ENTITY.fullmatch(values["entity"]):
            said = f"{region.shown(self.drawn.text)} belongs to entity {values['entity']!r}."
            self.drawn.fault("E-FIELD-VALUE", said, "Name entities e1, e2, …", region)
        return self._in_order("mention", values)

    def _entities(self) -> list[Json]:
        groups: dict[str, list[Region]] = {}
        for region in self._of(MENTION):
            groups.setdefault(str(region.fields.get("entity")), []).append(region)
        places = {
            id_: min((int(use[3]) for region in group for use in region.uses if use[2] == id_), default=None)
            for id_, group in groups.items()
        }
        entities = [(places[id_], self._entity(id_, group)) for id_, group in groups.items()]
        known = sorted((place, n) for n, (place, _) in enumerate(entities) if place is not None)
        new = sorted((_number(entity["id"]), n) for n, (place, entity) in enumerate(entities) if place is None)
        return [entities[n][1] for _, n in (*known, *new)]

    def _entity(self, id_: str, group: list[Region]) -> Json:
        def place(region: Region) -> int | None:
            return next((int(use[4]) for use in region.uses if use[2] == id_), None)

        mentions = [self.ids[region.given_id] for region in _ordered((place(region), region) for region in sorted(group, key=_start))]
        values: Json = {"id": id_, "mentions": mentions, "type": self._agreed(id_, "type", {r.type for r in group}, group[0])}
        for key, slot in properties(self.schema, "entity").items():
            if key not in values:
                given = {region.fields[key] for region in group if key in region.fields}
                values[key] = self._agreed(id_, key, given, group[0])
                if values[key] is None and not nullable(slot):
                    self.drawn.fault("E-FIELD-MISSING", f"The entity {id_} has no {key}.", "Fill it in on one of its mentions.", group[0])
        return self._in_order("entity", values)

    def _agreed(self, id_: str, key: str, given: set[Any], at: Region) -> Any:
        if len(given) > 1:
            said = f"The mentions of {id_} differ in {key}: {', '.join(sorted(map(str, given)))}."
            self.drawn.fault("E-ENTITY-CONFLICT", said, "Give them one, or split the entity in two.", at)
        return next(iter(sorted(given)), None)

    def _unit(self, kind: str, region: Region) -> Json:
        """A claim, stance or request."""
        id_ = self.ids[region.given_id]
        values = {**self._fields(region), **self._slots(kind, region, id_), "id": id_}
        if kind == "claim":
            values |= self._span(region)
        else:
            implied = kind == "stance" and values["explicitness"] != "explicit"
            values["cue"] = None if implied else self._span(region)
            values["evidence"] = self._evidence(region, id_, implied=implied)
        return self._in_order(kind, values)

    def _evidence(self, region: Region, id_: str, *, implied: bool) -> list[Json]:
        found = [self._span(target) for target in self._reached(region, "evidence", id_)]
        if implied:
            return [self._span(region), *found]
        start, end = sentence_of(self.drawn.text, region.span.start)
        return found or [{"start": start, "end": end, "quote": self.drawn.text[start:end]}]

    def _slots(self, kind: str, region: Region, id_: str) -> Json:
        """What a region's arrows fill."""
        made: Json = {}
        slots = properties(self.schema, kind)
        for role in self.layout.roles.get(kind, ()):
            if role.key == "attribution":
                made[role.key] = self._chain(region, made.get(role.key, []), role)
            elif role.key != "evidence":
                found = self._filled(role, region, id_)
                made[role.key] = found if slots[role.key].get("type") == "array" else found[0] if found else None
        return made

    def _filled(self, role: Role, region: Region, id_: str) -> list[Any]:
        targets = self._reached(region, role.label, id_)
        if len(targets) > 1 and not role.many:
            words = ", ".join(target.shown(self.drawn.text) for target in targets)
            said = f"{region.shown(self.drawn.text)} has {len(targets)} arrows {role.label!r}: to {words}."
            self.drawn.fault("E-ARROW-TWO", said, _ONE.get(role.label, "Leave one."), region)
        if role.required and not targets:
            said = f"{region.shown(self.drawn.text)} has no arrow {role.label!r}."
            self.drawn.fault("E-ARROW-MISSING", said, "Select it, press Alt+R, click what it points at, and label the arrow.", region)
        return [self._filler(target, id_) for target in targets]

    def _reached(self, region: Region, label: str, owner: str) -> list[Region]:
        """Where arrows of a label lead, in the order of the owner's document; new ones where the text has them."""
        found = [target for name, target in self.links.get(region.given_id, ()) if name == label]
        return _ordered((_position(target, owner), target) for target in sorted(found, key=_start))

    def _filler(self, target: Region, owner: str) -> Any:
        if target.kind == MENTION:
            return target.fields.get("entity")
        if target.kind not in _SATELLITES:
            return self.ids[target.given_id]
        values = {**self._fields(target), **self._span(target)}
        if target.kind == "item":
            values["id"] = next((use[2] for use in target.uses if use[0] == owner), None) or self._new_item()
            name = next((use[2] for use in target.uses), values["id"])
            values |= self._slots("item", target, name)
        return self._in_order(target.kind, values)

    def _new_item(self) -> str:
        self.free_item += 1
        return f"i{self.free_item - 1}"

    def _chain(self, region: Region, before: list[Any], role: Role) -> list[Any]:
        """The chain of attribution as far as one link: each link has one source, and the one before it is there."""
        targets = [target for name, target in self.links.get(region.given_id, ()) if name == role.label]
        if targets and (len(targets) > 1 or len(before) != int(role.label.rpartition("_")[2]) - 1):
            said = f"The sources of {region.shown(self.drawn.text)} are not numbered through at {role.label}."
            self.drawn.fault("E-ARROW-CHAIN", said, "Number them 1, 2, … from the one nearest to the reader, one arrow each.", region)
        return [*before, *(target.fields.get("entity") for target in targets)]


_ONE = {"supplier": "Make it one request a supplier.", "requester": "Make it one request a requester."}


def _start(region: Region) -> Span:
    return region.span


def _number(id_: str) -> int:
    digits = re.sub(r"\D", "", id_)
    return int(digits) if digits else 0


def _position(target: Region, owner: str) -> int | None:
    if target.kind not in _SATELLITES:
        return None
    return next((int(use[1]) for use in target.uses if use[0] == owner), None)


def _ordered(placed: Iterable[tuple[int | None, Region]]) -> list[Region]:
    """Regions with a position by it; each of the others before the first that begins after it."""
    entries = list(placed)
    known = [region for _, region in sorted(((p, r) for p, r in entries if p is not None), key=lambda entry: entry[0])]
    for region in sorted((r for p, r in entries if p is None), key=_start):
        known.insert(_place(known, region), region)
    return known


def _place(known: Sequence[Region], region: Region) -> int:
    return next((n for n, other in enumerate(known) if other.span > region.span), len(known))
