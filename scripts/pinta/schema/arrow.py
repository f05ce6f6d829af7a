"""The Arrow type of a JSON Schema, so that Parquet columns are derived and never written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .labels import Schema
from .validate import bundle

if TYPE_CHECKING:
    import pyarrow as pa

_SCALARS = {"string": "string", "integer": "int32", "number": "float64", "boolean": "bool_"}


def arrow_type(schema: Schema, kind: str, *path: str) -> pa.DataType:
    """Arrow type of a document kind, or of a property in it: ``arrow_type(schema, "annotation", "mentions")``.

    Objects become structs in the order of their properties, arrays lists, labels strings, integers int32.
    """
    root = bundle(schema, kind)
    body: dict[str, Any] = root
    for step in path:
        body = _resolve(root, body)["properties"][step]
    return _type(root, body)


def arrow_schema(schema: Schema, kind: str) -> pa.Schema:
    """The columns of a table whose rows are documents of a kind."""
    import pyarrow as pa

    return pa.schema(list(arrow_type(schema, kind)))


def _resolve(root: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in body:
        body = next(option for option in body["anyOf"] if option.get("type") != "null")
        return _resolve(root, body)
    if "$ref" not in body:
        return body
    address, _, fragment = body["$ref"].partition("#")
    found = root["$defs"][address]
    for step in fragment.strip("/").split("/") if fragment else ():
        found = found[step]
    return _resolve(root, found)


def _type(root: dict[str, Any], body: dict[str, Any]) -> pa.DataType:
    import pyarrow as pa

    body = _resolve(root, body)
    types = body["type"] if isinstance(body["type"], list) else [body["type"]]
    name = next(t for t in types if t != "null")
    if name == "object":
        return pa.struct([pa.field(key, _type(root, value)) for key, value in body["properties"].items()])
    if name == "array":
        return pa.list_(_type(root, body["items"]))
    return getattr(pa, _SCALARS[name])()
