"""Two passes and answers make one annotation.

What agrees is taken over. Where the passes differ a question is asked: while drafting the questions are written down,
while applying they are answered from a worksheet; the way through is the same, so that no decision can go astray.
"""

from __future__ import annotations

from ...schema.labels import Schema
from ..align import Alignment
from .entities import Claims, Entities, Mentions
from .requests import Requests
from .stances import Stances
from .workspace import Asks, Workspace


def merge(alignment: Alignment, text: str | None, schema: Schema, asks: Asks) -> Workspace:
    """Merge two documents of one text, asking where they differ."""
    work = Workspace(alignment, text, schema, asks)
    for part in (Mentions, Entities, Claims, Requests, Stances):
        part(work).run()
    return work
