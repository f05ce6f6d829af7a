"""The manifest: what a published folder holds, byte for byte and row for row."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import __version__

NAME = "manifest.json"
_TOOLS = ("pyarrow",)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def describe_files(folder: Path, rows: dict[str, int]) -> dict[str, Any]:
    """Bytes and hash of every file of a folder but the manifest, and rows where they are known."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    described = {}
    for path in files:
        name = path.relative_to(folder).as_posix()
        described[name] = {"sha256": file_sha256(path), "bytes": path.stat().st_size, **({"rows": rows[name]} if name in rows else {})}
    return described


def tools() -> dict[str, str]:
    """Versions of the libraries that the bytes depend on."""
    return {"pinta": __version__, **{name: importlib.metadata.version(name) for name in _TOOLS}}


def digest(parts: Iterable[str]) -> str:
    """One SHA-256 over an ordered list of texts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode("utf-8") + b"\n")
    return total.hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a published folder."""
    found: dict[str, Any] = json.loads((folder / NAME).read_bytes())
    return found
