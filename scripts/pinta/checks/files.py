"""Faults of files, found in reading and validation; declared here so that they can be explained."""

from __future__ import annotations

from .registry import declare

declare(
    "E-FILE-UTF8",
    """The file is not valid UTF-8.
All files of the corpus are UTF-8. The place named is the first byte that is not.
Bad: a file saved as Windows-1252, in which é is the byte E9
Good: the same file saved as UTF-8""",
)
declare(
    "E-FILE-BOM",
    """The file begins with a byte order mark.
The mark is invisible, shifts every offset by one and changes the hash.
Bad: EF BB BF 7B …
Good: 7B …""",
)
declare(
    "E-JSON-SYNTAX",
    """The file is not JSON.
Comments and commas after the last value are not JSON.
Bad: {"id": "e1",}
Good: {"id": "e1"}""",
)
declare(
    "E-JSON-DUPLICATE-KEY",
    """A key stands twice in one object.
Readers keep the last one and drop the first without a word, so that something would be lost.
Bad: {"act": "support", "act": "oppose"}
Good: {"act": "oppose"}""",
)
declare(
    "E-JSON-NAN",
    """NaN or Infinity stands where a number should.
They are not JSON, and other readers refuse the file.
Bad: {"value": NaN}
Good: {"value": null}""",
)
declare(
    "E-JSON-DEPTH",
    """Values are nested absurdly deep.
No document of the corpus is nested more than a few levels; this is a stray bracket or an attack.
Bad: [[[[…]]]]
Good: [1]""",
)
declare(
    "E-SCHEMA",
    """The document breaks its JSON Schema.
The pointer leads to the value; the mend says what the schema wants there. The schemas stand in schema/.
Bad: {"start": "12"}
Good: {"start": 12}""",
)
declare(
    "E-SCHEMA-LABEL",
    """A label is not in its label set.
Labels stand in schema/labels/, one file a set. To add one, add it there; everything else follows.
Bad: {"kind": "supplly"}
Good: {"kind": "supply"}""",
)
declare(
    "E-EVENT-SPLIT",
    """The event has no split.
The split belongs to the event, so that near-copies of one story cannot leak between train and test.
Bad: {"id": "2025-venezuela", …}
Good: {"id": "2025-venezuela", "split": "train", …}""",
    of="event",
)
declare(
    "E-ANNOTATION-ORPHAN",
    """An annotation has no article.
Its path must be the path of an article: annotations/gold/EVENT/NN.json belongs to corpus/EVENT/NN.json.
Bad: annotations/gold/2025-venezuela/07.json, and no corpus/2025-venezuela/07.json
Good: both files""",
    of="corpus",
)
declare(
    "E-ARTICLE-NO-EVENT",
    """An article lies in a folder without event.json.
Every article belongs to an event, which holds its references and its split.
Bad: corpus/2025-venezuela/01.json alone
Good: corpus/2025-venezuela/event.json beside it""",
    of="corpus",
)
declare(
    "E-EVENT-TWO-SPLITS",
    """One event stands in two splits.
Two event files with one id and different splits would put one story into train and test.
Bad: corpus/a/event.json and corpus/b/event.json, both with id a, one train and one test
Good: one event.json an event""",
    of="corpus",
)
declare(
    "E-NEAR-DUPLICATE-SPLITS",
    """Two texts in different splits are near-duplicates.
Near means a Jaccard similarity of word 5-grams of 0.5 or more. What a model saw in training must not come back in the test.
Bad: the same agency story in a train event and in a test event
Good: both articles in one event""",
    of="corpus",
)
declare(
    "W-NEAR-DUPLICATE",
    """Two texts in different events of one split are near-duplicates.
They probably tell one event and belong into one folder.
Bad: the same agency story in two events
Good: both articles in one event""",
    of="corpus",
)
declare(
    "W-NO-GOLD",
    """An article has no gold annotation.
It is left out of the published dataset until it has one.
Bad: corpus/2025-venezuela/01.json, and no annotations/gold/2025-venezuela/01.json
Good: both files""",
    of="corpus",
)
declare(
    "E-RECORD",
    """A line of a store is not a record.
A record is one JSON object with id, event, article, text, gold and passes; what there is not is null, or [] for passes.
Bad: {"id": "2025-venezuela/01", "text": "…"}
Good: {"id": "2025-venezuela/01", "event": {…}, "article": {…}, "text": "…", "gold": {…}, "passes": []}""",
    of="store",
)
declare(
    "E-RECORD-ORDER",
    """The records of a store are not in the order of their ids, or an id stands twice.
The order makes duplicates easy to find, and a new version share bytes with the old one. `pinta pack` writes it.
Bad: 2025-venezuela/02 before 2025-venezuela/01
Good: 2025-venezuela/01 before 2025-venezuela/02""",
    of="store",
)
declare(
    "E-RECORD-EVENT",
    """Two records of one event hold different events.
The event stands in each record of its articles, and is the same in each.
Bad: 2025-venezuela/01 and /02 with two titles of the event
Good: the same event in both""",
    of="store",
)
declare(
    "E-SHARD",
    """A shard of a store could not be worked on.
Its file is missing or broken, or the process that worked on it died again and again. The other shards are done.
Bad: a shard whose bytes are not those that store.json names
Good: the shard as `pinta pack` wrote it""",
    of="store",
)
declare(
    "E-QUOTE-MISSING",
    """A quotation of a draft does not stand in the text.
Quotations are exact, letter by letter; a mention's place does not count where a longer mention holds it.
Bad: "mentions": ["Venezuala"]
Good: "mentions": ["Venezuela"]""",
    of="draft",
)
declare(
    "E-QUOTE-AMBIGUOUS",
    """A quotation of a draft stands in several places.
Nothing is guessed: say which one, by its number in the text or by its sentence.
Bad: "cue": "meminta" where the text has it twice
Good: "meminta|2", or "meminta|@3" as cue""",
    of="draft",
)
declare(
    "E-QUOTE-OPTION",
    """The number behind | or @ of a quotation leads nowhere.
Occurrences and sentences are counted from 1; `pinta sentences` shows the numbers.
Bad: "rudal|4" where the text has it three times
Good: "rudal|3", the last one""",
    of="draft",
)
