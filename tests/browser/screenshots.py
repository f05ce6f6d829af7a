"""Take the pictures of the report that the documentation shows: screenshots.py REPORT.html FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from chromium import PROGRAM, QUIET

PICTURES = {
    "report.png": ("#overview", 1280, 1160, "light"),
    "report-reader.png": ("#2025-venezuela/01/r1", 1360, 900, "light"),
    "report-dark.png": ("#2025-venezuela/01", 1360, 900, "dark"),
}


def main(report: Path, folder: Path) -> None:
    """Write every picture into a folder."""
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=PROGRAM, args=QUIET)
        for name, (address, width, height, scheme) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"{report.resolve().as_uri()}{address}")
            page.wait_for_timeout(500)
            page.screenshot(path=folder / name)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
