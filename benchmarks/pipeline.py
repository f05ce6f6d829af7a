"""How fast the check and the build are beside what else could do the work, in one run on one machine.

    python benchmarks/pipeline.py                    all parts, 200,000 documents; about an hour
    python benchmarks/pipeline.py --quick            all parts, small; about two minutes
    python benchmarks/pipeline.py --only edit start  some parts: build, workers, memory, load, edit, start

Results go to benchmarks/results/NAME.json with the machine and versions; `plot.py` draws them. Every figure is the wall
time of a whole command unless it says otherwise, and stands with that command. What the peers are: `peers.py`. Those that
are too slow to wait for do --peers documents, and are scaled linearly.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import HERE, FailedError, best, machine, pinta, run, script

Json = dict[str, Any]
TABLES = "articles,stances,requests"
QUICK = {"count": 1_000, "peers": 50, "memory": [200, 1_000], "folder": 500}


class Bench:
    """One run: its sizes, and a folder to work in."""

    def __init__(self, args: argparse.Namespace, work: Path) -> None:
        self.args, self.work = args, work

    def store(self, count: int, format_: str = "jsonl") -> Path:
        """A store of so many generated documents, made once."""
        where = self.work / f"store-{count}-{format_}"
        if not where.exists():
            workers = 1 if count < 5_000 else 2
            self.tell(f"generating {count:,} documents")
            run(script("generate.py", "--count", count, "--store", where, "--format", format_, "--workers", workers))
        return where

    def build(self, store: Path, *more: str, out: str = "built") -> Json:
        """A build of a store from nothing: seconds, memory, and its command."""
        where = self.work / out
        for left in (where, self.work / f".{out}.work"):
            shutil.rmtree(left, ignore_errors=True)
        return self.figure(pinta("build", "--store", store, "--out", where, *more))

    def figure(self, command: list[str]) -> Json:
        """The figures of one command."""
        self.tell(" ".join(command[1:]))
        made = run(command)
        return {"seconds": round(made.seconds, 3), "cpu": round(made.cpu, 3), "peak_bytes": made.peak, "command": self.shown(command)}

    def shown(self, command: list[str]) -> str:
        """A command as a reader types it; WORK is the folder of --work."""
        text = " ".join(command).replace(sys.executable, "python").replace(str(self.work), "WORK")
        return text.replace(f"{HERE.parent}/", "").replace("python -m pinta", "pinta")

    def peer(self, *arguments: str | Path) -> Json:
        """What a peer says of itself, its imports not counted, with memory and command."""
        command = script("peers.py", *arguments)
        self.tell(" ".join(map(str, arguments)))
        made = run(command)
        said = {key: round(value, 3) for key, value in made.said.items()}
        return {**said, "peak_bytes": made.peak, "command": self.shown(command)}

    def tell(self, text: str) -> None:
        print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def per_second(figure: Json, count: int) -> Json:
    """A figure with documents per second on the clock, and per second of a processor."""
    rates = {name: round(count / figure[of], 1) for name, of in (("per_second", "seconds"), ("per_cpu_second", "cpu"))}
    return {**figure, "documents": count, **rates}


def build(bench: Bench) -> Json:
    """The build of a store beside the peers, in documents per second."""
    count, few = bench.args.count, bench.args.peers
    store, small = bench.store(count), bench.store(few)
    bench.build(small)  # whatever is loaded for the first time is loaded here
    found: Json = {}
    for name, n, more in (
        ("no tokens", 1, ["--without", "entities", "--no-near-duplicates"]),
        ("no tokens", 2, ["--without", "entities", "--no-near-duplicates"]),
        ("tokens", 2, ["--no-near-duplicates"]),
        ("tokens and near-duplicates", 2, []),
    ):
        found[f"pinta, {name}, {n} workers"] = per_second(bench.build(store, "--workers", str(n), *more), count)
    for n in (1, 2):
        made = bench.peer("limit", store, bench.work / "built", bench.work / "limit", "--workers", str(n))
        found[f"limit, {n} processes"] = per_second(made, count)
    for name, more in (("jsonschema + from_generator", ["--validate"]), ("from_generator", [])):
        for tables in (TABLES, "articles"):
            out = bench.work / f"peer-{len(found)}"
            found[f"{name}, {tables}"] = per_second(bench.peer("generator", small, out, "--configs", tables, *more), few)
            shutil.rmtree(out, ignore_errors=True)
    return {"figures": found, "ratios": _ratios(found)}


def _ratios(found: Json) -> Json:
    """Documents a second, ours by a peer's."""
    ratios = {}
    for name, figure in found.items():
        if name.startswith("pinta"):
            peers = {peer: other for peer, other in found.items() if not peer.startswith("pinta")}
            for rate in ("per_second", "per_cpu_second"):
                ratios[f"{name}, {rate}"] = {peer: round(figure[rate] / other[rate], 2) for peer, other in peers.items()}
    return ratios


def workers(bench: Bench) -> Json:
    """All tables of a quarter of the documents by one process, two, and two workers of a Dask cluster; the same, byte for byte."""
    count = max(bench.args.count // 4, 1_000)  # enough for ten shards
    store = bench.store(count)

    def built(by: str, *how: str) -> Json:
        return per_second(bench.build(store, "--no-near-duplicates", *how, out=by), count)

    found = {f"{n} processes": built(f"by-{n}", "--workers", str(n)) for n in (1, 2)}
    with _cluster() as address:
        found["2 Dask workers"] = built("by-dask", "--cluster", address)
    manifests = {name: json.loads((bench.work / name / "manifest.json").read_bytes())["files"] for name in ("by-1", "by-2", "by-dask")}
    ratio = found["1 processes"]["seconds"] / found["2 processes"]["seconds"]
    dask = found["1 processes"]["seconds"] / found["2 Dask workers"]["seconds"]
    same = manifests["by-1"] == manifests["by-2"] == manifests["by-dask"]
    for name in manifests:
        shutil.rmtree(bench.work / name)
    return {"figures": found, "two by one": round(ratio, 2), "Dask by one": round(dask, 2), "same files": same}


@contextmanager
def _cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=40) as cluster:  # type: ignore[no-untyped-call]
        yield cluster.scheduler_address


def memory(bench: Bench) -> Json:
    """Peak memory of a build at several sizes; the largest stores are packed, to spare the disk."""
    found: Json = {}
    for count in bench.args.memory:
        store = bench.store(count, "zst" if count > 200_000 else "jsonl")
        for n in (1, 2):
            found[f"{count} documents, {n} workers"] = per_second(bench.build(store, "--workers", str(n), out="sized"), count)
        shutil.rmtree(bench.work / "sized")
    return {"figures": found}


def load(bench: Bench) -> Json:
    """`load_dataset` of a build, and of its Parquet files alone: with an empty cache, and again."""
    store = bench.store(bench.args.count)
    if not (bench.work / "built").exists():
        bench.build(store, "--workers", "2")
    found: Json = {}
    for config in ("articles", "requests"):
        for name, where, more in (("pinta", bench.work / "built", []), ("bare", bench.work / "built" / "data", ["--bare"])):
            cache = bench.work / "cache"
            shutil.rmtree(cache, ignore_errors=True)
            for state in ("cold", "warm"):
                bench.tell(f"load {config} {name} {state}")
                command = script("peers.py", "load", where, config, *more)
                made = run(command, env={"HF_HOME": str(cache), "HF_HUB_OFFLINE": "1"})
                found[f"{config}, {name}, {state}"] = {**made.said, "peak_bytes": made.peak, "command": bench.shown(command)}
    return {"figures": found}


def edit(bench: Bench) -> Json:
    """`pinta check` of a folder: all of it, once more, and after one edit of an annotation or a text."""
    count, root = bench.args.folder, bench.work / "folder"
    if not root.exists():
        run(script("generate.py", "--count", count, "--folder", root))
        time.sleep(3)  # what was written in the last two seconds is not trusted
    command = pinta("--root", root, "check", "--strict", "--format", "json")
    found = {"without cache": _check(bench, [*command, "--no-cache"])}
    found |= {name: _check(bench, command) for name in ("first", "nothing changed")}
    texts = sorted(root.glob("corpus/*/*.txt"))
    for what, path in (("text", texts[len(texts) // 2]), ("annotation", sorted(root.glob("annotations/gold/*/*.json"))[count // 3])):
        times = []
        for _ in range(5):
            path.write_bytes(path.read_bytes() + b"\n")
            times.append(_check(bench, command))
            time.sleep(2.5)
        found[f"after an edit of one {what}"] = sorted(times, key=lambda figure: figure["seconds"])[2]
    return {"documents": count, "figures": found}


def _check(bench: Bench, command: list[str]) -> Json:
    """A check, which may end with findings."""
    shell = ["sh", "-c", '"$@" >/dev/null 2>&1; test $? -le 1', "sh", *command]
    bench.tell(" ".join(command[1:]))
    made = run(shell)
    return {"seconds": round(made.seconds, 3), "cpu": round(made.cpu, 3), "peak_bytes": made.peak, "command": bench.shown(command)}


def start(bench: Bench) -> Json:
    """Processor time until each command has said its help; the best of five."""
    commands = sorted(path.stem.replace("_", "-") for path in (HERE.parent / "scripts/pinta/commands").glob("[a-z]*.py"))
    found = {}
    for name in commands:
        bench.tell(f"pinta {name} --help")
        found[name] = round(best(pinta(name, "--help"), 5).cpu, 3)
    plain = round(best([sys.executable, "-c", "pass"], 5).cpu, 3)
    return {"cpu_seconds": found, "python alone": plain, "median": statistics.median(found.values())}


PARTS: dict[str, Callable[[Bench], Json]] = {
    "start": start,
    "edit": edit,
    "build": build,
    "workers": workers,
    "load": load,
    "memory": memory,
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--count", type=int, default=200_000, help="documents of the store (default: 200000)")
    parser.add_argument("--peers", type=int, default=1_000, help="documents for the slow peers (default: 1000)")
    parser.add_argument("--memory", type=int, nargs="+", default=[2_000, 20_000, 200_000, 1_000_000], help="sizes at which memory is taken")
    parser.add_argument("--folder", type=int, default=10_000, help="documents of the folder that is edited (default: 10000)")
    parser.add_argument("--name", help="of the results (default: full, or quick)")
    parser.add_argument("--work", type=Path, help="where stores are made and kept (default: a folder that is removed)")
    args = parser.parse_args()
    if args.quick:
        for key, value in QUICK.items():
            setattr(args, key, value)
    args.name = args.name or ("quick" if args.quick else "full")
    return args


def main() -> int:
    args, failed = arguments(), 0
    typed = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    made = {"command": f"python benchmarks/{typed}".replace(str(args.work), "WORK"), "machine": machine()}
    path = HERE / "results" / f"{args.name}.json"
    if path.exists():
        made = {**json.loads(path.read_bytes()), **made}
    with tempfile.TemporaryDirectory(prefix="pinta-bench-") as temporary:
        work = args.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        bench = Bench(args, work.resolve())
        for name in args.only:
            try:
                made[name] = PARTS[name](bench)
            except FailedError as error:
                print(error, file=sys.stderr)
                failed = 1
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    run(script("plot.py", path))
    print(json.dumps({name: made[name] for name in args.only if name in made}, indent=1))
    return failed


if __name__ == "__main__":
    sys.exit(main())
