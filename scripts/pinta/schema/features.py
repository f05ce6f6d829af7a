"""Columns of the published configs, once: Arrow schema, `datasets` features and card YAML are three views of them.

A column is an Arrow field. Where its values are class ids, the field's metadata names the classes, so that the Parquet
metadata and the YAML of the card can only agree (in `datasets`, the YAML wins over Parquet without a word).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .arrow import arrow_schema, arrow_type
from .labels import Schema

if TYPE_CHECKING:
    import pyarrow as pa

LAYER_TAGS = ("item", "quantity", "specification", "request_cue", "stance_cue")


def bio(classes: Iterable[str]) -> list[str]:
    """BIO tags of some classes, ``O`` first."""
    return ["O", *(f"{edge}-{name}" for name in classes for edge in "BI")]


def class_field(name: str, classes: Iterable[str], *, listed: bool = False, about: str = "") -> pa.Field:
    """A column of class ids (int64, as `datasets` stores a ClassLabel), or of lists of them."""
    import pyarrow as pa

    kind = pa.list_(pa.int64()) if listed else pa.int64()
    return pa.field(name, kind, metadata={b"classes": json.dumps(list(classes)).encode(), b"description": about.encode()})


def classes_of(field: pa.Field) -> list[str] | None:
    """The classes of a column, or None."""
    raw = (field.metadata or {}).get(b"classes")
    return json.loads(raw) if raw else None


def _strings(*names: str) -> list[pa.Field]:
    import pyarrow as pa

    return [pa.field(name, pa.string()) for name in names]


def _numbers(*names: str) -> list[pa.Field]:
    import pyarrow as pa

    return [pa.field(name, pa.int32()) for name in names]


def _lists(*names: str) -> list[pa.Field]:
    import pyarrow as pa

    return [pa.field(name, pa.list_(pa.string())) for name in names]


def _article(schema: Schema) -> list[pa.Field]:
    head = [*_strings("id", "event", "event_title", "event_date", "title", "language")]
    genre = class_field("genre", schema["genre"].ids)
    return [*head, genre, *_strings("origin", "licence", "published", "reference_date")]


def _annotation(schema: Schema) -> list[pa.Field]:
    return [field for field in arrow_schema(schema, "annotation") if field.name not in ("article", "text_sha256", "anchors")]


def _articles(schema: Schema) -> list[pa.Field]:
    return [*_article(schema), *_strings("text", "text_sha256"), *_numbers("characters"), *_annotation(schema)]


def _standoff(schema: Schema) -> list[pa.Field]:
    import pyarrow as pa

    source = pa.field("source", arrow_type(schema, "article", "source"))
    anchors = pa.field("anchors", arrow_type(schema, "annotation", "anchors"))
    return [*_article(schema), source, *_strings("text_sha256"), *_numbers("characters"), *_annotation(schema), anchors]


def _passes(schema: Schema) -> list[pa.Field]:
    return [*_strings("id", "article", "event", "text_sha256"), *_annotation(schema)]


def _entities(schema: Schema) -> list[pa.Field]:
    import pyarrow as pa

    offsets = [pa.field(name, pa.list_(pa.int32())) for name in ("starts", "ends")]
    tags = class_field("tags", bio(schema["entity_type"].ids), listed=True)
    units = class_field("unit_tags", bio(LAYER_TAGS), listed=True)
    return [*_strings("id", "event"), *_lists("tokens"), *offsets, tags, units]


def _party(prefix: str, schema: Schema) -> list[pa.Field]:
    return [
        *_strings(f"{prefix}_id", f"{prefix}_name"),
        class_field(f"{prefix}_type", schema["entity_type"].ids),
        *_strings(f"{prefix}_iso3", f"{prefix}_wikidata"),
    ]


def _stances(schema: Schema) -> list[pa.Field]:
    import pyarrow as pa

    target = [*_strings("target_id"), class_field("target_kind", ["entity", "request", "claim"]), *_strings("target_name", "target_iso3")]
    labels = [
        class_field("act", schema["stance_act"].ids),
        class_field("polarity", schema["polarity"].ids),
        class_field("explicitness", schema["explicitness"].ids),
    ]
    cue = [*_strings("cue"), *_numbers("cue_start", "cue_end")]
    rest = [*_lists("evidence", "attribution"), *_strings("context"), *_lists("plover", "cameo")]
    return [
        *_strings("id", "article", "event"),
        *_party("holder", schema),
        *_strings("voiced_by"),
        *target,
        *labels,
        pa.field("negated", pa.bool_()),
        *cue,
        *rest,
    ]


def _requests(schema: Schema) -> list[pa.Field]:
    import pyarrow as pa

    labels = [
        class_field(name, schema[source].ids)
        for name, source in (("channel", "request_channel"), ("purpose", "purpose"), ("realis", "realis"), ("status", "request_status"))
    ]
    request = [*_strings("messenger"), *labels, *_strings("date", "date_text", "cue"), *_lists("attribution", "evidence")]
    item = [
        *_strings("item_id", "item"),
        *_numbers("start", "end"),
        class_field("kind", schema["item_kind"].ids),
        class_field("category", schema["item_category"].ids),
        *_strings("designation"),
    ]
    values = [
        pa.field("quantity", pa.float64()),
        pa.field("quantity_max", pa.float64()),
        class_field("comparator", schema["comparator"].ids),
        class_field("unit", schema["unit"].ids),
        *_strings("quantity_text"),
    ]
    specs = pa.field(
        "specifications",
        arrow_type(schema, "annotation", "requests").value_type.field("items").type.value_type.field("specifications").type,
    )
    codes = _lists("plover", "cameo", "response_plover", "response_cameo", "unroca", "sipri", "ml")
    return [
        *_strings("id", "article", "event", "request_id"),
        *_party("requester", schema),
        *_party("supplier", schema),
        *request,
        *item,
        *values,
        specs,
        *codes,
    ]


CONFIGS: dict[str, Callable[[Schema], list[pa.Field]]] = {
    "articles": _articles,
    "entities": _entities,
    "stances": _stances,
    "requests": _requests,
    "passes": _passes,
    "standoff": _standoff,
}
"""Published configs in order; the first is the default one."""


@lru_cache(maxsize=64)
def columns(schema: Schema, config: str) -> pa.Schema:
    """The Arrow schema of a config, with the features of `datasets` in its metadata."""
    import pyarrow as pa

    bare = pa.schema(CONFIGS[config](schema))
    info = {"info": {"features": {field.name: _feature(field) for field in bare}}}
    return bare.with_metadata({b"huggingface": json.dumps(info).encode()})


def _feature(field: pa.Field) -> Any:
    """A feature in the form that `datasets` has read since 2.x: lists in brackets, ``Sequence`` for lists of scalars."""
    import pyarrow as pa

    classes = classes_of(field)
    if classes is not None:
        label = {"names": classes, "_type": "ClassLabel"}
        return {"feature": label, "_type": "Sequence"} if pa.types.is_list(field.type) else label
    return _type_feature(field.type)


def _type_feature(kind: pa.DataType) -> Any:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return {field.name: _type_feature(field.type) for field in kind}
    if pa.types.is_list(kind):
        inner = _type_feature(kind.value_type)
        return [inner] if pa.types.is_struct(kind.value_type) else {"feature": inner, "_type": "Sequence"}
    return {"dtype": _dtype(kind), "_type": "Value"}


def _dtype(kind: pa.DataType) -> str:
    return {"double": "float64"}.get(str(kind), str(kind))


def yaml_features(schema: pa.Schema) -> list[dict[str, Any]]:
    """The ``features`` of a config as the card's YAML writes them."""
    return [_yaml_field(field) for field in schema]


def _yaml_field(field: pa.Field) -> dict[str, Any]:
    import pyarrow as pa

    classes = classes_of(field)
    if classes is None:
        return {"name": field.name, **_yaml_type(field.type)}
    label = {"class_label": {"names": {str(n): name for n, name in enumerate(classes)}}}
    return {"name": field.name, **({"sequence": label} if pa.types.is_list(field.type) else {"dtype": label})}


def _yaml_type(kind: pa.DataType) -> dict[str, Any]:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return {"struct": [{"name": field.name, **_yaml_type(field.type)} for field in kind]}
    if not pa.types.is_list(kind):
        return {"dtype": _dtype(kind)}
    if pa.types.is_struct(kind.value_type):
        return {"list": _yaml_type(kind.value_type)["struct"]}
    return {"sequence": _dtype(kind.value_type)}
