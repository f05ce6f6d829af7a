"""The real browser of the tests: where it is, and flags that keep it from talking to anybody but us."""

from __future__ import annotations

import os
import shutil

PROGRAM = (
    os.environ.get("PINTA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
)
"""Empty where there is none."""

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
