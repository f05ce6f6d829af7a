"""A Label Studio server of one's own: in its own environment, on 127.0.0.1, with telemetry off.

Everything lies in ``.pinta/label-studio`` of the corpus folder: the environment, the data, the log, and ``connection.json``
(mode 600) with address, process id, user, password and token. The server's pins contradict those of this package, so that
the two cannot share an environment.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..diagnostics import PintaError

VERSION = "1.23.2"
"""The server that everything here was measured with."""
POSTGRES = "PINTA_LABEL_STUDIO_POSTGRES"
"""Environment variable: ``postgresql://user:password@host:port/database`` for a team; SQLite where it is not set."""
PROGRAM = "PINTA_LABEL_STUDIO_PROGRAM"
"""Environment variable: path of an installed ``label-studio`` to use instead of the environment made here."""
_QUIET = {"LATEST_VERSION_CHECK": "false", "COLLECT_ANALYTICS": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a server. Its text leaves out what is secret."""

    url: str
    token: str
    email: str = ""
    password: str = ""
    pid: int = 0

    def __repr__(self) -> str:
        return f"Connection({self.url})"


def folder_of(root: Path) -> Path:
    """Where a corpus folder keeps its server."""
    return root / ".pinta" / "label-studio"


def install(root: Path) -> Path:
    """Install the pinned server into its own environment; returns its program. Does nothing where it is there already.

    Raises:
        PintaError: the installer failed.
    """
    environment = folder_of(root) / "environment"
    program = environment / "bin" / "label-studio"
    marker = environment / f"label-studio-{VERSION}"
    if marker.exists():
        return program
    pins = root / "constraints-label-studio.txt"
    wanted = [f"label-studio=={VERSION}", *(["-c", str(pins)] if pins.exists() else [])]
    uv, python = shutil.which("uv"), str(environment / "bin" / "python")
    if uv:
        steps = [[uv, "venv", "-q", "--clear", "-p", sys.executable, str(environment)], [uv, "pip", "install", "-q", "-p", python, *wanted]]
    else:
        steps = [[sys.executable, "-m", "venv", "--clear", str(environment)], [python, "-m", "pip", "install", "-q", *wanted]]
    for step in steps:
        if subprocess.run(step, check=False).returncode:  # noqa: S603 no shell, no input from outside
            raise PintaError(f"Label Studio could not be installed: {' '.join(step)} failed.")
    marker.touch()
    return program


def read_connection(root: Path) -> Connection | None:
    """The connection that was kept, whether or not its server runs."""
    path = folder_of(root) / "connection.json"
    return Connection(**json.loads(path.read_bytes())) if path.exists() else None


def running(root: Path) -> Connection | None:
    """The server of a corpus folder, if it runs."""
    kept = read_connection(root)
    return kept if kept and kept.pid and _is_ours(kept.pid) else None


def start(root: Path, port: int | None = None) -> Connection:
    """Start the server, or find it running; returns when it answers. The first start takes half a minute.

    Raises:
        PintaError: it is not installed, the port is taken, or it does not come up.
    """
    there = running(root)
    if there:
        return there
    folder = folder_of(root)
    program = _program(folder)
    port = _free_port(port)
    kept = read_connection(root)
    new = Connection("", secrets.token_hex(20), "annotator@localhost.localdomain", secrets.token_urlsafe(12))
    known = kept or new
    folder.mkdir(parents=True, exist_ok=True)
    _keep(root, known)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 no shell; the program is the one installed here
            [program, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)],
            env=_environment(folder, known),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    made = Connection(f"http://127.0.0.1:{port}", known.token, known.email, known.password, process.pid)
    _keep(root, made)
    try:
        _await(made, process, folder / "server.log")
    except BaseException:
        process.terminate()
        raise
    return made


def stop(root: Path) -> bool:
    """Stop the server; whether there was one. What annotators submitted stays in its data."""
    there = running(root)
    if there is None:
        return False
    os.killpg(there.pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    while _is_ours(there.pid):
        if time.monotonic() > deadline:
            os.killpg(there.pid, signal.SIGKILL)
        time.sleep(0.1)
    return True


def _program(folder: Path) -> str:
    own = folder / "environment" / "bin" / "label-studio"
    found = os.environ.get(PROGRAM) or (str(own) if own.exists() else None)
    if found is None:
        raise PintaError("Label Studio is not installed here: `pinta label-studio install`, or `nox -s annotate` for everything at once.")
    return found


def _free_port(wanted: int | None) -> int:
    """A free port; the server itself would move to another one without saying so."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except OSError:
            raise PintaError(f"Port {wanted} is taken; leave out --port for a free one.") from None
        return int(probe.getsockname()[1])


def _environment(folder: Path, known: Connection) -> dict[str, str]:
    """User and token are made at the very first start only, and old-style tokens allowed then or never."""
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},  # it has an environment of its own
        **_QUIET,
        **database(os.environ),
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "LABEL_STUDIO_USERNAME": known.email,
        "LABEL_STUDIO_PASSWORD": known.password,
        "LABEL_STUDIO_USER_TOKEN": known.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    }


def database(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of the server's database.

    Raises:
        PintaError: the address of the database cannot be read.
    """
    address = environment.get(POSTGRES)
    if not address:
        return {"DJANGO_DB": "sqlite"}
    parts = urlsplit(address)
    if not (parts.scheme.startswith("postgres") and parts.hostname and parts.path.strip("/")):
        raise PintaError(f"{POSTGRES} is not of the form postgresql://user:password@host:port/database.")
    return {
        "DJANGO_DB": "default",
        "POSTGRE_HOST": parts.hostname,
        "POSTGRE_PORT": str(parts.port or 5432),
        "POSTGRE_USER": unquote(parts.username or ""),
        "POSTGRE_PASSWORD": unquote(parts.password or ""),
        "POSTGRE_NAME": parts.path.strip("/"),
    }


def _keep(root: Path, known: Connection) -> None:
    """Write the connection so that at no moment anybody else can read it."""
    path = folder_of(root) / "connection.json"
    work = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(asdict(known), out)
    work.replace(path)


def _is_ours(pid: int) -> bool:
    """Whether a process is alive and is a Label Studio: process ids are used again."""
    shown = subprocess.run(["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
    return "label-studio" in shown and not shown.startswith("Z")


def _await(made: Connection, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(made):
        if process.poll() is not None:
            raise PintaError(f"Label Studio did not start; {log} ends with:\n{_tail(log)}")
        if time.monotonic() > deadline:
            raise PintaError(f"Label Studio does not answer at {made.url} after {_PATIENCE:.0f} s; see {log}.")
        time.sleep(0.3)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-5:])


def _answers(made: Connection) -> bool:
    """Whether the server is up and knows our token: another server on the port would not."""
    headers = {"Authorization": f"Token {made.token}"}
    request = urllib.request.Request(f"{made.url}/api/current-user/whoami", headers=headers)  # noqa: S310 http, by ourselves
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
