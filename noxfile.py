"""Every job that a person or CI runs: `nox -l` lists them, `nox -s NAME` runs one.

Each session installs what it needs, pinned by constraints.txt, into an environment of its own.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import nox
from nox.command import CommandFailed

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


def with_chromium(session: nox.Session) -> dict[str, str]:
    """What tells the tests where a real browser is; Debian's own is installed where there is none."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None and shutil.which("apt-get"):
        sudo = ["sudo"] if shutil.which("sudo") else []
        session.run(*sudo, "apt-get", "update", "-qq", external=True)
        session.run(*sudo, "apt-get", "install", "-y", "-qq", "chromium", external=True)
        browser = shutil.which("chromium")
    if browser is None:
        session.error("Install Chromium: the tests drive a real browser.")
    return {"PINTA_CHROMIUM": str(browser)}


def with_label_studio(session: nox.Session) -> dict[str, str]:
    """What tells the tests where the real server is, once it is installed into an environment of its own."""
    session.run("pinta", "label-studio", "install")
    return {"PINTA_LABEL_STUDIO": str(HERE / ".pinta" / "label-studio" / "environment" / "bin" / "label-studio")}


def with_hub_tools(session: nox.Session) -> dict[str, str]:
    """What tells the tests where olah and cffconvert are: beside the session, as cffconvert wants an older jsonschema."""
    beside = HERE / ".nox" / "hub-tools"
    if not beside.exists():
        session.run("python", "-m", "venv", str(beside))
        session.run(str(beside / "bin" / "python"), "-m", "pip", "install", "-q", "olah==0.5.4", "cffconvert==2.0.0", external=True)
    return {"PINTA_HUB_TOOLS": str(beside / "bin")}


def with_torch(session: nox.Session) -> None:
    """PyTorch, by pip: its small build for CPUs where that index can be reached, or else what the registry has.

    Where there is neither, the tests that want it are skipped and say so.
    """
    index = ("--extra-index-url", "https://download.pytorch.org/whl/cpu", "--retries", "0", "--timeout", "10")
    try:
        session.install("pip")
        session.run("python", "-m", "pip", "install", "-q", *PINS, *index, "torch==2.13.0", "transformers==5.23.0")
    except CommandFailed:
        session.warn("PyTorch could not be installed; its examples are skipped")


@nox.session
def build(session: nox.Session) -> None:
    """Check the corpus, build the dataset into dist/pinta, load every config and split."""
    install(session, "scale")
    session.run("pinta", "build", "--out", str(OUT))
    session.run("python", "examples/load_every_config.py", str(OUT))


@nox.session
def baselines(session: nox.Session) -> None:
    """Train the light baselines, score them on the test split, write baselines.json and build again with their figures."""
    install(session, "scale", "baselines", "quality", "suggest")
    session.run("pinta", "build", "--out", str(OUT))
    session.run("python", "examples/baselines/run_all.py", str(OUT), str(OUT.parent / "predictions"), "baselines.json")
    session.run("pinta", "build", "--out", str(OUT))


@nox.session
def examples(session: nox.Session) -> None:
    """Run every example on the real dataset: recipes, baselines, and an encoder of random weights; those of PyTorch where it can be had."""
    install(session, "scale", "recipes", "baselines", "quality", "suggest", tools=("pytest", "hypothesis", "spacy==3.8.18"))
    with_torch(session)
    session.run("pinta", "build", "--out", str(OUT))
    session.run("pytest", "-rs", "tests/test_examples.py", *session.posargs, env={"PINTA_BUILD": str(OUT)})


@nox.session
def report(session: nox.Session) -> None:
    """Build the dataset and the page that shows it, dist/report.html."""
    install(session, "scale", "report")
    session.run("pinta", "build", "--out", str(OUT))
    session.run("pinta", "report", str(OUT), "--out", str(OUT.parent / "report.html"))


@nox.session
def browser(session: nox.Session) -> None:
    """Try that page in headless Chromium; `-- docs` takes the pictures of the documentation too."""
    install(session, "scale", "report", tools=("pytest", "hypothesis", "playwright"))
    session.run("pytest", "tests/browser", env=with_chromium(session))
    if session.posargs:
        pictures = ("tests/browser/screenshots.py", str(OUT.parent / "report.html"), *session.posargs)
        session.run("python", *pictures, env={"PYTHONPATH": str(HERE / "tests")})


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite (add pytest arguments behind --)."""
    install(session, "all", tools=("pytest", "hypothesis", "nervaluate", "metametric==0.2.1"))
    session.run("pytest", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Check the corpus, and that derived tables and the figures of agreement are fresh."""
    install(session, "scale", "quality")
    session.run("pinta", "check", *session.posargs)
    session.run("pinta", "labels", "--check", "annotations/GUIDELINES.md")
    session.run("pinta", "labels", "--language", "id", "--check", "annotations/GUIDELINES.id.md")
    session.run("pinta", "agree", "--check")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff (lint and format) and strict types."""
    install(session, "all", tools=("ruff", "mypy", "types-jsonschema"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def hub(session: nox.Session) -> None:
    """Publish to a stand-in for the Hub on loopback, load through olah by tag, read croissant.json and CITATION.cff."""
    install(session, "croissant", tools=("pytest", "hypothesis"))
    session.run("pytest", "tests/hub", *session.posargs, env=with_hub_tools(session))


@nox.session
def bench(session: nox.Session) -> None:
    """Benchmarks, small sizes; behind -- the sizes and parts of benchmarks/pipeline.py. Results go to benchmarks/results."""
    install(session, "scale", "report")
    session.run("python", "benchmarks/pipeline.py", *(session.posargs or ["--quick"]))


@nox.session
def coverage(session: nox.Session) -> None:
    """Run every test, also those on a real Label Studio, a real browser and the loopback Hub; fail below 95 % of lines."""
    install(session, "all", "croissant", tools=("pytest", "hypothesis", "nervaluate", "playwright", "coverage[toml]"))
    env = with_chromium(session) | with_label_studio(session) | with_hub_tools(session)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs, env=env)
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def annotate(session: nox.Session) -> None:
    """Start Label Studio, push what is to be annotated (articles behind --), print the address, wait for Ctrl-C."""
    install(session, "label-studio", "quality", "suggest")
    session.run("pinta", "label-studio", "install")
    session.run("pinta", "label-studio", "start")
    try:
        session.run("pinta", "suggest", "--out", str(HERE / "dist" / "suggestions"), *session.posargs)
        session.run("pinta", "label-studio", "push", "--suggestions", str(HERE / "dist" / "suggestions"), *session.posargs)
        session.log("Open the address above. Ctrl-C stops the server; run this again to go on, `pinta label-studio pull` to fetch.")
        threading.Event().wait()
    except KeyboardInterrupt:
        session.log("stopping")
    finally:
        session.run("pinta", "label-studio", "stop")


@nox.session
def label_studio(session: nox.Session) -> None:
    """Test against a real Label Studio and a real headless Chromium; screenshots go to dist/screenshots."""
    install(session, "all", tools=("pytest", "hypothesis", "playwright"))
    session.run("pytest", "tests/server", *session.posargs, env=with_chromium(session) | with_label_studio(session))


@nox.session
@nox.parametrize("version", ["3.6.0", "4.0.0", "5.2.0"])
def compat(session: nox.Session, version: str) -> None:
    """Load every config of dist/pinta with older and newer versions of `datasets` (run `build` first)."""
    session.install(f"datasets=={version}", *(["huggingface-hub<1"] if version < "5" else []))
    session.run("python", "examples/load_every_config.py", str(OUT), env={"HF_HOME": session.create_tmp()})


@nox.session
def clean(session: nox.Session) -> None:
    """Remove what builds leave behind."""
    for name in ("dist", ".pinta", "htmlcov"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    session.log("removed dist, .pinta, htmlcov")
