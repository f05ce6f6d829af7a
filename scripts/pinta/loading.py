"""Loading a version of the dataset, and only that version.

`datasets` ignores ``revision`` without a word when it is offline and for a folder on disk: what comes may be another
version. Every published config carries its version; `load` compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .diagnostics import PintaError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

    Loaded: TypeAlias = Dataset | DatasetDict | IterableDataset | IterableDatasetDict


class VersionError(PintaError):
    """What was loaded is not the version that was asked for."""


def load(path: str | Path, config: str = "articles", *, version: str, split: str | None = None, **options: Any) -> Loaded:
    """Load one config of one version.

    Args:
        path: a Hub repository (``ORG/NAME``) or a published folder.
        version: such as ``1.0.0``; on the Hub it is the tag ``v1.0.0``.
        split: one split; all of them without.
        options: for `datasets.load_dataset`, such as ``streaming=True`` or ``columns=[…]``.

    Raises:
        VersionError: another version came, from a cache or because the folder holds another one.
    """
    from datasets import load_dataset

    folder = Path(path).is_dir()
    where = str(Path(path).resolve()) if folder else str(path)
    revision = {} if folder else {"revision": f"v{version}"}
    found: Loaded = load_dataset(where, config, split=split, **revision, **options)
    for part in found.values() if isinstance(found, dict) else [found]:
        came = str(part.info.version) if part.info.version else "none"
        if came != version:
            hint = "The folder holds another version." if folder else "It comes from a cache: go online, or empty the cache."
            raise VersionError(f"{path} ({config}) is version {came}, not {version}. {hint}")
    return found
