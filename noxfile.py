"""Every job that a person or CI runs: `nox -l` lists them, `nox -s NAME` runs one.

Each session installs what it needs, pinned by constraints.txt, into an environment of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "uv|venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "check", "tests"]

HERE = Path(__file__).parent
PINS = ("-c", str(HERE / "constraints.txt"))
OUT = HERE / "dist" / "pinta"


def install(session: nox.Session, *extras: str, tools: tuple[str, ...] = ()) -> None:
    """Install the project with some extras, and tools beside it, at the pinned versions."""
    what = f".[{','.join(extras)}]" if extras else "."
    session.install(*PINS, "-e", what, *tools)


@nox.session
def build(session: nox.Session) -> None:
    """Check the corpus, build the dataset into dist/pinta, load every config and split."""
    install(session, "scale")
    session.run("pinta", "build", "--out", str(OUT))
    session.run("python", "examples/load_every_config.py", str(OUT))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite (add pytest arguments behind --)."""
    install(session, "all", tools=("pytest", "hypothesis", "nervaluate"))
    session.run("pytest", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Check the corpus and that derived tables are fresh."""
    install(session, "scale")
    session.run("pinta", "check", *session.posargs)
    session.run("pinta", "labels", "--check", "annotations/GUIDELINES.md")
    session.run("pinta", "labels", "--language", "id", "--check", "annotations/GUIDELINES.id.md")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff (lint and format) and strict types."""
    install(session, tools=("ruff", "mypy", "types-jsonschema"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def hub(session: nox.Session) -> None:
    """Publish to a stand-in for the Hub on loopback, load through olah by tag, read croissant.json and CITATION.cff."""
    install(session, "croissant", tools=("pytest", "hypothesis"))
    beside = Path(session.virtualenv.location) / "beside"  # their own environment: cffconvert wants an older jsonschema
    if not beside.exists():
        session.run("python", "-m", "venv", str(beside))
        session.run(str(beside / "bin" / "python"), "-m", "pip", "install", "-q", "olah==0.5.4", "cffconvert==2.0.0", external=True)
    session.run("pytest", "tests/hub", *session.posargs, env={"PINTA_HUB_TOOLS": str(beside / "bin")})


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the test suite and fail below 95 % of lines."""
    install(session, "all", tools=("pytest", "hypothesis", "nervaluate", "coverage[toml]"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", success_codes=[0, 1])
    session.run("coverage", "report")


@nox.session
def clean(session: nox.Session) -> None:
    """Remove what builds leave behind."""
    for name in ("dist", ".pinta", "htmlcov"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    session.log("removed dist, .pinta, htmlcov")
