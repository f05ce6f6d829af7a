"""Verify: does a published folder hold exactly what its manifest, or the record of a release, says?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .manifest import NAME, file_sha256, read_manifest

VERSION = re.compile(r"\d+\.\d+\.\d+")


def verify(folder: Path, manifest_sha256: str | None = None) -> list[str]:
    """What is wrong with a published folder: one sentence a file; empty where every byte is right.

    Args:
        manifest_sha256: the hash that the manifest itself must have, from the record of a release.

    Raises:
        PintaError: there is no manifest to verify against, or it was changed itself.
    """
    manifest = read_manifest(folder)
    wrong = []
    if manifest_sha256 and file_sha256(folder / NAME) != manifest_sha256:
        wrong.append(f"{NAME}: it is not the manifest of the release")
    for name, said in manifest["files"].items():
        wrong.extend(_file(folder / name, name, said))
    known = {NAME, *manifest["files"]}
    here = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return wrong + [f"{name}: not in the manifest" for name in here if name not in known]


def _file(path: Path, name: str, said: dict[str, Any]) -> list[str]:
    if not path.is_file():
        return [f"{name}: missing"]
    if path.stat().st_size != said["bytes"]:
        return [f"{name}: {path.stat().st_size} bytes, the manifest says {said['bytes']}"]
    return [] if file_sha256(path) == said["sha256"] else [f"{name}: its bytes are not those of the manifest"]
