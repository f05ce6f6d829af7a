"""How much the articles sound alike: distinct n-grams, repeated phrases, repeated openings.

    python benchmarks/phrasing.py [--format json|text]

*Distinct-n* is the share of different n-grams among all n-grams of words (Li et al. 2016, "A diversity-promoting objective
function for neural conversation models"); it falls with the size of a corpus, so it is given over samples of 10,000 words
too. A *repeated phrase* is a run of seven words in articles of two different events.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from pinta import find_corpus

WORD = re.compile(r"\w+")
SAMPLE, SEED, PHRASE = 10_000, 7, 7


def ngrams(words: list[str], size: int) -> list[tuple[str, ...]]:
    """All runs of ``size`` words."""
    return [tuple(words[n : n + size]) for n in range(len(words) - size + 1)]


def distinct(articles: list[list[str]], size: int) -> float:
    """Share of different n-grams; none runs over the end of an article."""
    found = [gram for words in articles for gram in ngrams(words, size)]
    return len(set(found)) / len(found)


def sample(articles: list[list[str]]) -> list[list[str]]:
    """Whole articles in random order (fixed seed) until there are 10,000 words."""
    order = random.Random(SEED).sample(articles, len(articles))
    kept, count = [], 0
    for words in order:
        if count >= SAMPLE:
            break
        kept.append(words)
        count += len(words)
    return kept


def measure(root: Path | None = None) -> dict[str, object]:
    """All figures for the texts of a corpus."""
    corpus = find_corpus(root)
    texts = {a: corpus.text_path(a).read_text("utf-8") for a in corpus.articles() if corpus.text_path(a).exists()}
    words = {article: WORD.findall(text.lower()) for article, text in texts.items()}
    events: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for article, own in words.items():
        for gram in ngrams(own, PHRASE):
            events[gram].add(article.partition("/")[0])
    openings = Counter(" ".join(own[:3]) for own in words.values())
    every = list(words.values())
    return {
        "articles": len(words),
        "words": sum(map(len, every)),
        "different_words": len({word for own in every for word in own}),
        "distinct": {size: round(distinct(every, size), 4) for size in (1, 2, 3, 4)},
        "distinct_in_10000_words": {size: round(distinct(sample(every), size), 4) for size in (1, 2, 3, 4)},
        "phrases_in_two_events": sorted(" ".join(gram) for gram, seen in events.items() if len(seen) > 1),
        "openings_used_twice": sorted(opening for opening, count in openings.items() if count > 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    found = measure()
    if parser.parse_args().format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
