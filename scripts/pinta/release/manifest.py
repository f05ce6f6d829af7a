"""The manifest: what a published folder holds, byte for byte and row for row."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import __version__
from ..diagnostics import PintaError
from ..jsontext import compact
from ..schema.features import CONFIGS, columns, yaml_features
from ..schema.labels import Schema

NAME = "manifest.json"
_TOOLS = ("pyarrow",)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def describe_files(folder: Path, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Bytes and hash of every file of a folder but the manifest; ``known`` ones, wherever they lie, are not read again."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name != NAME}
    return {name: known[name] if name in known else _described(paths[name]) for name in sorted(paths.keys() | known.keys())}


def _described(path: Path) -> dict[str, Any]:
    return {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def tools() -> dict[str, str]:
    """Versions of the libraries that the bytes depend on."""
    return {"pinta": __version__, **{name: importlib.metadata.version(name) for name in _TOOLS}}


def column_hashes(schema: Schema) -> dict[str, str]:
    """A hash over the columns of every config, with their types and classes."""
    return {config: digest([json.dumps(yaml_features(columns(schema, config)))]) for config in CONFIGS}


def digest(parts: Iterable[str]) -> str:
    """One SHA-256 over an ordered list of texts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode("utf-8") + b"\n")
    return total.hexdigest()


def gold_digest(annotation: Any) -> str:
    """SHA-256 of an annotation by its values and the order of its keys: how the file is indented does not count."""
    return hashlib.sha256(compact(annotation)).hexdigest()


def sealed(body: dict[str, Any]) -> dict[str, Any]:
    """A manifest with the hash of all the rest of it as its last entry, so that it cannot change unseen either."""
    rest = {key: value for key, value in body.items() if key != "sealed"}
    return {**rest, "sealed": digest([as_text(rest)])}


def as_text(body: dict[str, Any]) -> str:
    """A manifest or a record as its file holds it; there is one way only."""
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published folder.

    Raises:
        PintaError: there is none, it cannot be read, or a byte of it is not as it was written.
    """
    path = folder / NAME
    try:
        raw = path.read_bytes()
        found: dict[str, Any] = json.loads(raw)
        if as_text(sealed(found)).encode("utf-8") != raw:
            raise ValueError("its bytes are not those that `pinta build` wrote")
    except (FileNotFoundError, NotADirectoryError):
        raise PintaError(f"{folder} has no {NAME}; it was not made by `pinta build`.") from None
    except (ValueError, AttributeError) as error:
        raise PintaError(f"{path} cannot be trusted: {error}. Fetch it again, or build it again.") from None
    return found


def with_articles(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A manifest with ``articles``, also where they stand in a file of their own."""
    if "articles" in manifest:
        return manifest
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / manifest["articles_file"]).to_pylist()
    return {**manifest, "articles": {row["id"]: {key: row[key] for key in ("text", "gold", "split")} for row in rows}}
