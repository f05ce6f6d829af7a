"""What a check remembers: a file that can always be thrown away.

It holds for one corpus, one version of the checks and of what they use, and one schema; what was written under another,
or is damaged, counts as nothing. Two checks at once each write a whole file, and the later one stays.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..corpus.layout import Corpus
from ..schema.labels import digest_of

_PACKAGE = Path(__file__).resolve().parent.parent
_LIBRARIES = ("jsonschema-", "jsonschema_rs-", "referencing-", "regex-", "rensa-")
_FORMAT = 1
_DIGEST = 16


class Cache:
    """The memory of the checks of one corpus.

    Attributes:
        values: anything that JSON can hold, empty at first.
        rows: bytes, empty at first.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._path = corpus.root / ".pinta" / "check.cache"
        self._schema = digest_of(corpus.schema_folder)
        self._key = _fingerprint(self._schema)
        self.values: dict[str, Any] = {}
        self.rows = b""
        with suppress(OSError, ValueError):
            self._read(self._path.read_bytes())

    def _read(self, raw: bytes) -> None:
        key, sums, rest = raw[:_DIGEST], raw[_DIGEST : 2 * _DIGEST], raw[2 * _DIGEST :]
        if key == self._key and sums == _hash(rest):
            head, _, rows = rest.partition(b"\n")
            self.values, self.rows = json.loads(head), rows

    def save(self, used: str | None) -> None:
        """Write what is remembered; a folder that cannot be written to only means that nothing is.

        Args:
            used: digest of the schema that was used, None where none was. Nothing is written where it is not the one of the
                folder: someone has changed it since it was read.
        """
        if used not in (None, self._schema):
            return
        rest = json.dumps(self.values, separators=(",", ":")).encode("ascii") + b"\n" + self.rows
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            ignored = self._path.parent / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", "utf-8")
            _replace(self._path, self._key + _hash(rest) + rest)


def _replace(path: Path, data: bytes) -> None:
    """As `files.write_whole`, without waiting for the disk: what a crash leaves half written does not pass its sum."""
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()


def _fingerprint(schema: str) -> bytes:
    """Everything that findings depend on beside the documents: the schema, this package, libraries, Python."""
    about = (_FORMAT, schema, sys.version, sys.byteorder, platform.machine(), _installed())
    total = blake2b(repr(about).encode("utf-8", "surrogateescape"), digest_size=_DIGEST)
    for path in _sources():
        with open(path, "rb") as file:  # noqa: PTH123  a hundred files before anything else is done
            total.update(path.removeprefix(str(_PACKAGE)).encode("utf-8", "surrogateescape") + _hash(file.read()))
    return total.digest()


def _sources() -> list[str]:
    walk = ((at, names) for at, _, names in os.walk(_PACKAGE))
    return sorted(f"{at}/{name}" for at, names in walk for name in names if name.endswith(".py"))


def _installed() -> list[str]:
    """Names and versions of the libraries, as their folders beside the installed packages tell them.

    `importlib.metadata` reads the same, and takes longer to load than a check of what has not changed.
    """
    found = []
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError):
            found += sorted(name for name in os.listdir(folder or ".") if name.startswith(_LIBRARIES) and name.endswith("-info"))
    return found
