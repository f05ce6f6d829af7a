"""The shape that a JSON Schema gives to values, in the few words that columns can be held against.

Only the keywords named here are understood. A schema that uses another one has no shape, so that nothing is ever accepted
by a rule that was not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..schema.labels import Schema
from ..schema.validate import bundle

Json = dict[str, Any]
_SAID = frozenset({"$schema", "$id", "$defs", "title", "description"})
_MEANT = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "uniqueItems"}),
    "string": frozenset({"pattern", "minLength", "oneOf"}),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset(),
    "boolean": frozenset(),
}


class UnknownShapeError(ValueError):
    """A schema that says something that shapes cannot say."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be. ``least`` is the minimum of a number, the length of a string, the size of an array; ``most`` a maximum."""

    kind: str
    nullable: bool = False
    fields: tuple[tuple[str, Shape], ...] = ()
    required: frozenset[str] = frozenset()
    item: Shape | None = None
    unique: bool = False
    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    labels: tuple[str, ...] | None = None

    def __getitem__(self, name: str) -> Shape:
        return dict(self.fields)[name]


@lru_cache(maxsize=16)
def shape_of(schema: Schema, kind: str) -> Shape:
    """The shape of a document kind.

    Raises:
        UnknownShapeError: its schema uses keywords that are not understood.
    """
    root = bundle(schema, kind)
    return _shape(root, root)


def _shape(root: Json, body: Json, *, nullable: bool = False) -> Shape:
    body, nullable = _resolved(root, body, nullable)
    types = body.get("type")
    types = types if isinstance(types, list) else [types]
    nullable = nullable or "null" in types
    kinds = [kind for kind in types if kind != "null"]
    if len(kinds) != 1 or kinds[0] not in _MEANT:
        raise UnknownShapeError(f"type {types}")
    _hold_keywords(body, _MEANT[kinds[0]] | {"type"})
    return _MAKERS[kinds[0]](root, body, nullable)


def _resolved(root: Json, body: Json, nullable: bool) -> tuple[Json, bool]:
    """What a schema refers to, and whether null is allowed beside it."""
    while "$ref" in body or "anyOf" in body:
        if "anyOf" in body:
            _hold_keywords(body, frozenset({"anyOf"}))
            others = [option for option in body["anyOf"] if option != {"type": "null"}]
            if len(others) != 1:
                raise UnknownShapeError("anyOf")
            body, nullable = others[0], nullable or len(body["anyOf"]) > 1
        else:
            _hold_keywords(body, frozenset({"$ref"}))
            body = _referred(root, body["$ref"])
    return body, nullable


def _referred(root: Json, reference: str) -> Json:
    address, _, fragment = reference.partition("#")
    found: Json = root["$defs"][address]
    for step in fragment.strip("/").split("/") if fragment else ():
        found = found[step]
    return found


def _hold_keywords(body: Json, known: frozenset[str]) -> None:
    strange = [key for key in body if key not in known and key not in _SAID and not key.startswith("x-")]
    if strange:
        raise UnknownShapeError(f"keyword {strange[0]}")


def _object(root: Json, body: Json, nullable: bool) -> Shape:
    if body.get("additionalProperties") is not False:
        raise UnknownShapeError("an object that may have other keys")
    fields = tuple((name, _shape(root, inner)) for name, inner in body["properties"].items())
    required = frozenset(body.get("required", ()))
    if any(inner.nullable for name, inner in fields if name not in required) or not required <= dict(fields).keys():
        raise UnknownShapeError("a key that may be left out, or be null")
    return Shape("object", nullable, fields=fields, required=required)


def _array(root: Json, body: Json, nullable: bool) -> Shape:
    item = _shape(root, body["items"])
    unique = bool(body.get("uniqueItems"))
    if item.nullable or (unique and item.kind != "string"):
        raise UnknownShapeError("items")
    return Shape("array", nullable, item=item, unique=unique, least=body.get("minItems"))


def _string(_: Json, body: Json, nullable: bool) -> Shape:
    labels = tuple(_constants(body["oneOf"])) if "oneOf" in body else None
    if labels is not None and len(set(labels)) < len(labels):
        raise UnknownShapeError("oneOf with a constant twice")
    if body.get("minLength", 0) > 1:
        raise UnknownShapeError("minLength")
    return Shape("string", nullable, pattern=body.get("pattern"), least=body.get("minLength"), labels=labels)


def _constants(options: list[Json]) -> Iterator[str]:
    for option in options:
        _hold_keywords(option, frozenset({"const"}))
        if not isinstance(option["const"], str):
            raise UnknownShapeError("const")
        yield option["const"]


def _scalar(_: Json, body: Json, nullable: bool) -> Shape:
    kinds = body["type"] if isinstance(body["type"], list) else [body["type"]]
    kind = next(kind for kind in kinds if kind != "null")
    return Shape(kind, nullable, least=body.get("minimum"), most=body.get("maximum"))


_MAKERS = {"object": _object, "array": _array, "string": _string, "integer": _scalar, "number": _scalar, "boolean": _scalar}
