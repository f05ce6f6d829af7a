"""Check the corpus and write the folder that is published: Parquet, card and manifest.

The folder at --out stays whole until the new one takes its place. Load it with
    datasets.load_dataset("dist/pinta", "requests", split="train")
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..corpus.layout import find_corpus


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("dist/pinta"), metavar="DIR", help="where to put it (default: dist/pinta)")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="json: print the manifest")


def run(args: argparse.Namespace) -> int:
    import json

    from tqdm import tqdm

    from ..diagnostics import abridged
    from ..release.build import UNRELEASED, build

    corpus = find_corpus(args.root)
    with tqdm(desc="documents", unit="", disable=None, leave=False) as bar:
        built = build(corpus, args.out.resolve(), progress=bar.update)
    if args.format == "json":
        print(json.dumps(built.manifest, ensure_ascii=False, indent=1))
        return 0
    if built.warnings:
        print(abridged(built.warnings))
    width = max(map(len, built.manifest["content"]), default=0)
    print("\n".join(f"{name:{width}}  {part['rows']:>7} rows" for name, part in built.manifest["content"].items()))
    unreleased = " (unreleased: its rows are not those of the release in corpus/VERSION)" if built.manifest["version"] == UNRELEASED else ""
    print(f"{args.out}: version {built.manifest['version']}{unreleased}")
    return 0
