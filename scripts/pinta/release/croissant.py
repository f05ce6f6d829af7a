"""Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html): the dataset for tools that do not know it.

Derived from the columns, the descriptions in the schema, the card and the citation. One record set a config and split;
files carry their SHA-256, which readers check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..schema.described import describe as described
from ..schema.features import classes_of, columns
from .card import CardData, Part

if TYPE_CHECKING:
    import pyarrow as pa

Json = dict[str, Any]
NAME = "croissant.json"
_PARQUET = "application/x-parquet"
_CR = [
    "arrayShape",
    "citeAs",
    "column",
    "containedIn",
    "equivalentProperty",
    "extract",
    "field",
    "fileProperty",
    "fileObject",
    "fileSet",
    "format",
    "includes",
    "isArray",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
]
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _CR},
}
_TYPES = {"string": "sc:Text", "int32": "sc:Integer", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean"}


def describe(data: CardData, card: str, citation: str | None) -> Json:
    """The Croissant description of a published folder.

    Args:
        card: the text of DATASET_CARD.md.
        citation: the text of CITATION.cff, where there is one.
    """
    return {
        "@context": dict(sorted(_CONTEXT.items())),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        **_about(card, citation, data.version),
        "distribution": [entry for part in data.parts for entry in _distribution(part)],
        "recordSet": [_record_set(data, part) for part in data.parts],
    }


def _about(card: str, citation: str | None, version: str) -> Json:
    import yaml

    _, front, body = card.split("---\n", 2)
    metadata, cited = yaml.safe_load(front), yaml.safe_load(citation or "") or {}
    paragraphs = [" ".join(block.split()) for block in body.split("\n\n") if block.strip() and not block.lstrip().startswith(("#", "<!--"))]
    about = {
        "name": metadata.get("pretty_name"),
        "description": next(iter(paragraphs), None),
        "version": version,
        "license": f"https://spdx.org/licenses/{cited['license']}.html" if cited else metadata.get("license"),
        "url": cited.get("repository-code"),
        "datePublished": str(cited["date-released"]) if cited else None,
        "creator": [_author(author) for author in cited.get("authors", ())] or None,
        "keywords": metadata.get("tags"),
        "inLanguage": metadata.get("language"),
        "citeAs": _cite(cited, version) if cited else None,
        "isLiveDataset": False,
    }
    return {key: value for key, value in about.items() if value is not None}


def _author(author: Json) -> Json:
    kind = "sc:Organization" if "name" in author else "sc:Person"
    return {"@type": kind, "name": _name(author)}


def _name(author: Json) -> str:
    return str(author.get("name") or f"{author['given-names']} {author['family-names']}")


def _cite(cited: Json, version: str) -> str:
    year = str(cited["date-released"])[:4]
    return f"{', '.join(map(_name, cited['authors']))} ({year}). {cited['title']}, version {version}. {cited['repository-code']}"


def _distribution(part: Part) -> Iterator[Json]:
    for file in part.files:
        yield {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": file.name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _PARQUET,
            "sha256": file.sha256,
        }
    if len(part.files) > 1:
        name = f"{part.config}/{part.split}-files"
        pattern = f"data/{part.config}/{part.split}-*.parquet"
        yield {"@type": "cr:FileSet", "@id": name, "name": name, "encodingFormat": _PARQUET, "includes": pattern}


def _record_set(data: CardData, part: Part) -> Json:
    name = f"{part.config}/{part.split}"
    source = {"fileObject": {"@id": part.files[0].name}}
    if len(part.files) > 1:
        source = {"fileSet": {"@id": f"{name}-files"}}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"Config {part.config}, split {part.split}: {part.rows} rows.",
        "field": [_Column(data, part.config, field, name, source).as_json() for field in columns(data.schema, part.config)],
    }


class _Column:
    """One column as a field; what is nested in it as sub-fields, reached by JSON paths."""

    def __init__(self, data: CardData, config: str, field: pa.Field, record_set: str, source: Json) -> None:
        self.schema, self.config, self.field, self.id, self.source = data.schema, config, field, record_set, source

    def as_json(self) -> Json:
        """The field."""
        told = described(self.schema, self.config, self.field.name)
        classes = classes_of(self.field)
        if classes:
            told = f"{told} {', '.join(f'{n} = {name}' for n, name in enumerate(classes))}."
        return self._field([self.field.name], self.field.type, told, "$")

    def _field(self, path: list[str], kind: pa.DataType, told: str, at: str) -> Json:
        import pyarrow as pa

        listed = pa.types.is_list(kind)
        inner = kind.value_type if listed else kind
        extract: Json = {"extract": {"column": path[0]}, **({"transform": {"jsonPath": at}} if len(path) > 1 else {})}
        made = {
            "@type": "cr:Field",
            "@id": "/".join([self.id, *path]),
            "name": "/".join(path),
            "description": told,
            **({"repeated": True} if listed else {}),
            "source": {**self.source, **extract},
        }
        if not pa.types.is_struct(inner):
            return {**made, "dataType": _TYPES[str(inner)]}
        below = f"{at}[*]" if listed else at
        return {**made, "subField": [self._below([*path, field.name], field, below) for field in inner]}

    def _below(self, path: list[str], field: pa.Field, at: str) -> Json:
        return self._field(path, field.type, described(self.schema, self.config, *path), f"{at}.{field.name}")
