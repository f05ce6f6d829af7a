"""What an annotator draws and fills in: the kinds of regions, their fields and the arrows between them, read from the schema.

A slot of ``schema/annotation.json`` becomes a field of its region by its type: a label set a choice, a truth value a tick,
a number a number, a string a line of text. A slot that holds an id becomes an arrow. Whoever adds a slot to the schema gets
its field; only its words for the screen stand here, in `words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ..schema.labels import Schema
from ..schema.validate import LABELS
from .words import KINDS, Words

Json = dict[str, Any]
CHAIN = 6
"""Longest chain of attribution that can be drawn: one arrow label for each link."""
_COMMON = "urn:pinta:common#/$defs/"
_OWN = frozenset({"id", "start", "end", "quote", "cue", "evidence", "mentions", "type"})
_PATHS = {
    "mention": ("mentions",),
    "entity": ("entities",),
    "request": ("requests",),
    "item": ("requests", "items"),
    "quantity": ("requests", "items", "quantity"),
    "specification": ("requests", "items", "specifications"),
    "date": ("requests", "date"),
    "claim": ("claims",),
    "stance": ("stances",),
}
"""Where each kind of unit stands in a document. Evidence is a bare span and has no path of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of region.

    ``kind`` is the region that shows it, ``key`` the slot that it fills, ``control`` the name of the Label Studio control.
    ``sort`` is ``choice`` (of the label set ``labels``), ``flag``, ``number`` or ``text``.
    """

    kind: str
    key: str
    sort: str
    required: bool
    labels: str = ""

    @property
    def control(self) -> str:
        return f"{self.kind}_{self.key}"


@dataclass(frozen=True, slots=True)
class Role:
    """An arrow: its label, the kind that it leaves, the kinds that it may reach, the slot that it fills.

    ``many`` says whether several may leave one region; ``required`` whether one must.
    """

    label: str
    source: str
    targets: frozenset[str]
    key: str
    many: bool = False
    required: bool = False


@dataclass(frozen=True)
class Layout:
    """Everything that can be drawn: ``kinds`` in the order of the screen, ``fields`` by kind, ``roles`` by source."""

    kinds: tuple[Words, ...]
    fields: Mapping[str, tuple[Field, ...]]
    roles: Mapping[str, tuple[Role, ...]]

    @cached_property
    def kind_ids(self) -> frozenset[str]:
        """Ids of the kinds of regions besides mentions."""
        return frozenset(kind.id for kind in self.kinds)

    @cached_property
    def controls(self) -> Mapping[str, Field]:
        """Fields by the control that fills them."""
        return {field.control: field for fields in self.fields.values() for field in fields}

    @cached_property
    def arrows(self) -> Mapping[tuple[str, str], Role]:
        """Arrows by the kind of region that they leave and their label."""
        return {(kind, role.label): role for kind, roles in self.roles.items() for role in roles}

    @property
    def role_labels(self) -> list[str]:
        """Labels of all arrows, each once, in the order of the screen."""
        return list(dict.fromkeys(role.label for roles in self.roles.values() for role in roles))


@lru_cache(maxsize=8)
def layout(schema: Schema) -> Layout:
    """The layout that a schema leads to."""
    fields: dict[str, tuple[Field, ...]] = {}
    roles: dict[str, tuple[Role, ...]] = {}
    for kind in _PATHS:
        slots = {key: slot for key, slot in properties(schema, kind).items() if key not in _OWN}
        made = [_field(kind, key, slot, schema) for key, slot in slots.items()]
        fields[kind] = tuple(field for field in made if field)
        roles[kind] = tuple(role for key, slot in slots.items() for role in _roles(kind, key, slot))
    evidence = {"request": Role("evidence", "request", frozenset({"evidence"}), "evidence", many=True)}
    evidence["stance"] = Role("evidence", "stance", frozenset({"evidence"}), "evidence", many=True)
    roles |= {kind: (*roles[kind], role) for kind, role in evidence.items()}
    fields["mention"] = (Field("mention", "entity", "text", True), *fields["mention"], *_of_entity(fields.pop("entity")))
    return Layout(KINDS, fields, roles)


def _of_entity(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields of an entity, shown on its mentions: any one of them may hold a value, so none must."""
    return tuple(Field("mention", field.key, field.sort, False, field.labels) for field in fields)


@lru_cache(maxsize=128)
def properties(schema: Schema, kind: str) -> Mapping[str, Json]:
    """The slots of a kind of unit, by name, each as JSON Schema."""
    found: Json = schema.files["annotation"]
    for step in _PATHS[kind]:
        found = _unwrapped(found["properties"][step])
        found = _unwrapped(found.get("items", found))
    slots: Mapping[str, Json] = found["properties"]
    return slots


@lru_cache(maxsize=256)
def labels_of(schema: Schema, name: str) -> frozenset[str]:
    """Ids of the labels of a set, to look things up in."""
    return frozenset(schema[name].ids)


def _unwrapped(slot: Json) -> Json:
    """The schema of a value where it is not null."""
    return next((inner for inner in slot.get("anyOf", ()) if inner.get("type") != "null"), slot)


def nullable(slot: Json) -> bool:
    """Whether a slot may be null."""
    return {"type": "null"} in slot.get("anyOf", ()) or "null" in slot.get("type", ())


def _field(kind: str, key: str, slot: Json, schema: Schema) -> Field | None:
    inner = _unwrapped(slot)
    reference, types = str(inner.get("$ref", "")), inner.get("type", ())
    if reference.startswith(LABELS):
        return Field(kind, key, "choice", not nullable(slot), reference.removeprefix(LABELS))
    if types == "boolean":
        return Field(kind, key, "flag", False)
    if "number" in types:
        return Field(kind, key, "number", not nullable(slot))
    shared = schema.files["common"]["$defs"].get(reference.removeprefix(_COMMON), {})
    if "string" in (*_listed(types), shared.get("type")) and not _refers(reference):
        return Field(kind, key, "text", not nullable(slot))
    return None


def _listed(types: Any) -> tuple[str, ...]:
    return (types,) if isinstance(types, str) else tuple(types)


def _refers(reference: str) -> frozenset[str]:
    """The kinds of regions that an id of a type leads to. An entity is reached through any of its mentions."""
    name = reference.removeprefix(_COMMON)
    reach = {"entity_id": {"mention"}, "target_id": {"mention", "request", "claim"}}
    return frozenset(reach.get(name, ()))


def _roles(kind: str, key: str, slot: Json) -> tuple[Role, ...]:
    inner = _unwrapped(slot)
    listed = inner.get("type") == "array"
    element = inner["items"] if listed else inner
    if key == "attribution":
        targets = _refers(str(element["$ref"]))
        return tuple(Role(f"{key}_{n}", kind, targets, key) for n in range(1, CHAIN + 1))
    if element.get("x-span"):
        unit = next(name for name, path in _PATHS.items() if path[-1] == key and name != kind)
        return (Role(unit, kind, frozenset({unit}), key, many=listed, required=bool(inner.get("minItems"))),)
    targets = _refers(str(element.get("$ref", "")))
    label = key.removesuffix("s") if listed else key
    return (Role(label, kind, targets, key, required=not listed and not nullable(slot)),) if targets else ()
