"""Make up office texts with questions, for what is hard in real papers and missing from labelled sets."""

from __future__ import annotations

from random import Random

from training.reader.office import figures, papers, people
from training.reader.office.scene import Scene, rows, unmarked
from training.reader.rows import Row

KINDS = (*figures.KINDS, *people.KINDS, *papers.KINDS)
JOINED = 0.35
"""Share of the texts that are joined with a second one; chosen by hand."""
ROWS = 3


def made(number: int, random: Random) -> list[list[Row]]:
    """Return `number` groups, each of answered and unanswered questions about one text."""
    return [_group(random) for _ in range(number)]


def _group(random: Random) -> list[Row]:
    scene = random.choice(KINDS)(random)
    if random.random() < JOINED:
        other = random.choice(KINDS)(random)
        texts = [scene.text.strip(), unmarked(other.text)[0].strip()]
        scene = Scene("\n".join(random.sample(texts, 2)), scene.questions, scene.title)
    found = rows(scene, random)
    answered = [row for row in found if row.answered]
    others = [row for row in found if not row.answered]
    return [random.choice(answered), *random.sample(others, min(1, len(others))), *random.sample(found, 1)][:ROWS]
