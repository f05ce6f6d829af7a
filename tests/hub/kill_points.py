"""Kill release, build and publish with SIGKILL at random moments, look at what is there, run them again, look once more.

    python tests/hub/kill_points.py [--kills 120] [--seed 1] [--out docs/kill-points.md]

The corpus is the tiny one of the tests; the Hub is the stand-in beside this file. Writes a table of every kill point and
ends with exit status 1 if anything was ever half done.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "scripts")]
os.environ |= {
    "PYTHONPATH": os.pathsep.join(sys.path),
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HOME": tempfile.mkdtemp(prefix="kill-points-"),
}

from standin import TOKEN, StandIn  # noqa: E402

from killed import finished, running  # noqa: E402  the environment comes first
from pinta.corpus.layout import Corpus  # noqa: E402
from pinta.diagnostics import PintaError  # noqa: E402
from pinta.markdown import table  # noqa: E402
from pinta.release.build import build  # noqa: E402
from pinta.release.publish import publish_files, publish_hub  # noqa: E402
from pinta.release.record import records, release  # noqa: E402
from pinta.release.verify import verify  # noqa: E402
from tiny import TinyCorpus, make_tiny  # noqa: E402

os.environ["HF_TOKEN"] = TOKEN
REPO = "acme/tiny"
SHARES = {"build": 0.25, "release": 0.3, "publish to a Hub": 0.3, "publish to a folder": 0.15}


@dataclass
class Scene:
    """A folder with a corpus, a built or released folder, and where it is published; and how to look at it."""

    work: Path
    start: Path
    hub: StandIn

    def reset(self) -> None:
        """As it was before the command."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.start, self.work)
        self.hub.folder = self.work / "hub"


def do_build(work: Path, _: str) -> None:
    build(Corpus(work / "tiny"), work / "dist", version="1.0.1")


def do_release(work: Path, _: str) -> None:
    release(Corpus(work / "tiny"), "1.0.1", work / "dist")


def do_publish_hub(work: Path, url: str) -> None:
    publish_hub(work / "released", REPO, record(work), endpoint=url, say=lambda _: None)


def do_publish_files(work: Path, _: str) -> None:
    publish_files(work / "released", str(work / "public"), record(work), say=lambda _: None)


def record(work: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((work / "released.json").read_bytes())
    return found


def look_build(scene: Scene) -> str:
    """The built folder is whole, and of the one version or of the other."""
    require(verify(scene.work / "dist") == [], "the folder is not whole")
    return "new" if '"version": "1.0.1"' in (scene.work / "dist/manifest.json").read_text("utf-8") else "old"


def look_release(scene: Scene) -> str:
    """The same, and every record is whole and true, and the first one is as it was."""
    state, known = look_build(scene), records(Corpus(scene.work / "tiny"))
    name = "tiny/releases/1.0.0.json"
    require((scene.work / name).read_bytes() == (scene.start / name).read_bytes(), "the record of 1.0.0 changed")
    if (1, 0, 1) in known:
        require(state == "new" and verify(scene.work / "dist", known[1, 0, 1]["manifest_sha256"]) == [], "a record without its release")
    version = (scene.work / "tiny/corpus/VERSION").read_text("utf-8")
    require(version == ("1.0.1\n" if (1, 0, 1) in known and version != "1.0.0\n" else "1.0.0\n"), "a version without its record")
    return "recorded" if (1, 0, 1) in known else state


def look_hub(scene: Scene) -> str:
    """The old tag stands, main is whole and old or new, and the new tag stands on the new commit or nowhere."""
    git = scene.hub.git(REPO)
    tags = {ref["name"]: ref["targetCommit"] for ref in git.refs("tags")}
    before = next(ref["targetCommit"] for ref in type(git)(scene.start / "hub/datasets" / REPO).refs("tags"))
    head, names = git.resolve("main"), {row["path"]: row["oid"] for row in git.tree("main")}
    require(tags.pop("v1.0.0") == before, "the old tag moved")
    require(set(tags.values()) <= {head}, "the new tag stands elsewhere")
    folder = scene.work / ("released" if head != before else "first")
    right = {path.relative_to(folder).as_posix(): git.text("hash-object", str(path)) for path in folder.rglob("*") if path.is_file()}
    require(right == {name: oid for name, oid in names.items() if name != ".gitattributes"}, "main is not whole")
    return "tagged" if tags else "new" if head != before else "old"


def look_files(scene: Scene) -> str:
    """The old version stands; the new one has a manifest only if it is whole."""
    require(verify(scene.work / "public/v1.0.0") == [], "the old version changed")
    new = scene.work / "public/v1.0.1"
    if not (new / "manifest.json").exists():
        return "no manifest yet" if new.exists() else "old"
    require(verify(new, record(scene.work)["manifest_sha256"]) == [], "a manifest without its files")
    return "new"


class HalfDoneError(Exception):
    """What must never be seen."""


def require(right: bool, message: str) -> None:
    if not right:
        raise HalfDoneError(message)


Work = Callable[[Path, str], None]
WHAT: dict[str, tuple[Work, Callable[[Scene], str]]] = {
    "build": (do_build, look_build),
    "release": (do_release, look_release),
    "publish to a Hub": (do_publish_hub, look_hub),
    "publish to a folder": (do_publish_files, look_files),
}


def prepare(start: Path) -> None:
    """Version 1.0.0 built, released and published; and 1.0.1 released beside it, for the publishers."""
    tiny = make_tiny(start / "tiny")
    tiny.write("CHANGELOG.md", "## 1.0.1\n- 2031-anu/01: a name\n\n## 1.0.0\n- first\n")
    release(tiny.corpus, "1.0.0", start / "dist")
    first = tiny.read("releases/1.0.0.json")
    hub = StandIn(start / "hub")
    publish_hub(start / "dist", REPO, first, endpoint=hub.url, say=lambda _: None)
    hub.shutdown()
    publish_files(start / "dist", str(start / "public"), first, say=lambda _: None)
    shutil.copytree(start / "dist", start / "first")
    tiny.edit("annotations/gold/2031-anu/01.json", lambda body: body["entities"][1].update(name="Kerajaan Bena"))
    shutil.copytree(start / "tiny", start / "next")
    release(TinyCorpus(start / "next").corpus, "1.0.1", start / "released")
    shutil.copy(start / "next/releases/1.0.1.json", start / "released.json")
    shutil.rmtree(start / "next")


def one_kill(scene: Scene, name: str, moment: float) -> tuple[str, str] | None:
    """What was there after a kill, and after the command was run again: states, or what was half done.

    None where the command had ended before: that is no kill.
    """
    work, look = WHAT[name]
    scene.reset()
    with running(work, scene.work, scene.hub.url) as process:
        process.join(moment)
        alive = process.is_alive()
    if not alive:
        return None
    time.sleep(0.3)  # the Hub may still be at what it was asked
    try:
        state = look(scene)
    except (HalfDoneError, PintaError) as error:
        return f"HALF DONE: {error}", ""
    work(scene.work, scene.hub.url)
    try:
        return state, look(scene)
    except (HalfDoneError, PintaError) as error:
        return state, f"HALF DONE: {error}"


def kills(scene: Scene, name: str, count: int, chance: random.Random) -> Iterator[tuple[str, int, str, str]]:
    """So many kills: a third at any moment, the others around the one where the old becomes the new, wherever that is today."""
    longest = around = duration(scene, name)
    for n in range(count):
        found = None
        while found is None:
            moment = chance.uniform(0, longest) if n % 3 == 0 else around * chance.uniform(0.9, 1.1)
            found = one_kill(scene, name, moment)
            if found is None:
                longest, around = max(longest * 0.97, 0.05), around * 0.95
            elif n % 3:
                around *= 1.06 if found[0] in ("old", "no manifest yet") else 0.95
        yield name, round(1000 * moment), *found


def duration(scene: Scene, name: str) -> float:
    """Seconds that the command takes when nobody kills it, in a process such as those that are killed."""
    last = 0.0
    for _ in range(2):  # the first one warms caches up
        scene.reset()
        begun = time.monotonic()
        finished(WHAT[name][0], scene.work, scene.hub.url)
        last = time.monotonic() - begun
    return last


def page(rows: list[tuple[str, int, str, str]], seed: int) -> str:
    """The table for people."""
    counts = Counter((name, state) for name, _, state, _ in rows)
    again = Counter((name, last) for name, _, _, last in rows)
    summary = [[name, sum(n for (other, _), n in counts.items() if other == name), told(counts, name), told(again, name)] for name in WHAT]
    wrong = sum("HALF DONE" in state + last for _, _, state, last in rows)
    return f"""# Kill points

`kill -9` of `pinta build`, `pinta release` and `pinta publish` at {len(rows)} random moments, most of them about when the old becomes
the new, always while the command was still at work, on the tiny corpus of the tests and a loopback stand-in for the Hub; found half done: **{wrong}**. After each kill the folder, the records, the tags and the files of the
commits were verified byte for byte, then the command was run again and all was verified once more. Made with
`python tests/hub/kill_points.py --kills {len(rows)} --seed {seed}`.

States: *old* and *new*: the version before and after, whole; *recorded*: the release is recorded too; *tagged*: the commit has its
tag; *no manifest yet*: files without the manifest that would make them a version, which readers do not take for one.

{table(["command", "kills", "found after the kill", "after running it again"], summary)}

## Every kill point

{table(["command", "killed after ms", "found", "after running it again"], rows)}
"""


def told(counts: Counter[tuple[str, str]], name: str) -> str:
    return ", ".join(f"{state} {n}" for (other, state), n in sorted(counts.items()) if other == name)


def main() -> int:
    """Kill, look, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE.parent.parent / "docs/kill-points.md")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        prepare(Path(scratch) / "start")
        scene = Scene(Path(scratch) / "work", Path(scratch) / "start", StandIn(Path(scratch) / "work/hub"))
        for name, share in SHARES.items():
            for row in kills(scene, name, round(args.kills * share), chance):
                rows.append(row)
                sys.stdout.write("  ".join(map(str, row)) + "\n")
                sys.stdout.flush()
    shutil.rmtree(os.environ["HF_HOME"], ignore_errors=True)
    args.out.write_text(page(rows, args.seed), "utf-8")
    return int(any("HALF DONE" in state + last for _, _, state, last in rows))


if __name__ == "__main__":
    sys.exit(main())
