"""How good annotations are: one alignment, and agreement, adjudication and scores that share it."""

from __future__ import annotations

import importlib.util

from ..diagnostics import PintaError


def require(extra: str, *modules: str) -> None:
    """Refuse to go on without the packages of an extra.

    Raises:
        PintaError: one is missing; it says what to install.
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise PintaError(f"This needs {', '.join(missing)}: install pinta-corpus[{extra}].")
