"""Change questions so that they only seem answered, and mix the rows that training sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from training.reader import names, office, swaps
from training.reader.rows import ENGLISH, Group, Row, is_english, is_prose, is_vietnamese, key, window

MEASURED_SHARE = {"condition": 0.15, "negation": 0.2}
"""The largest shares of these kinds among measured questions; chosen by hand."""

Pair = tuple[Row, list[tuple[str, Row]]]


def askable(rows: Iterable[Row], language: str) -> list[Row]:
    """Return answered questions written by people, each once, in Vietnamese ("vi") or English ("en")."""
    of_language = is_vietnamese if language == "vi" else is_english
    kept: dict[tuple[str, str], Row] = {}
    for row in rows:
        if not (row.answered and row.taught and is_prose(row.context) and of_language(row.context)):
            continue
        mixed = language == "vi" and ENGLISH.search(row.question)
        if mixed or not of_language(row.question) or len(row.answer) > 120:
            continue
        place = (key(row.question), row.context)
        if place not in kept or _marks(row) > _marks(kept[place]):
            kept[place] = row
    return list(kept.values())


def _marks(row: Row) -> tuple[int, int]:
    return sum(letter.isupper() for letter in row.question), row.question.count("?")


def pairs(rows: list[Row], random: Random, most: int = 2) -> Iterator[Pair]:
    """Yield each question with at most `most` changed ones of different kinds, if it can be changed."""
    pool = names.pool_of(dict.fromkeys(row.context for row in rows))
    answered = {(key(row.question), row.context) for row in rows}
    for row in rows:
        shown = window(row)
        asked = swaps.Answered(shown.question, shown.context, shown.start, shown.end)
        made = [
            (kind, shown._replace(question=question, start=-1, end=-1, relevant=0))
            for kind, question in swaps.changed(asked, pool, random)
            if (key(question), row.context) not in answered
        ]
        if made:
            yield shown, made[:most]


def measured(rows: list[Row], number: int) -> list[Row]:
    """Return `number` changed questions and as many answered ones, spread over passages and kinds.

    At most four changed questions come from one passage, and the kinds that fit any question are kept few.
    """
    random = Random(8)
    found = list(pairs(rows, random, most=9))
    random.shuffle(found)
    of_context: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()
    chosen: list[Row] = []
    for answered, made in found:
        free = [item for item in made if of_kind[item[0]] < MEASURED_SHARE.get(item[0], 1.0) * number]
        if len(chosen) == 2 * number or of_context[answered.context] == 4 or not free:
            continue
        kind, changed = min(free, key=lambda item: of_kind[item[0]] / swaps.CHANGES[item[0]][1])
        of_context[answered.context] += 1
        of_kind[kind] += 1
        chosen += [answered, changed]
    return chosen


ANYWHERE = frozenset({"condition", "negation"})
"""Kinds of change that fit nearly any question, and would crowd out the rest."""
KEPT_ANYWHERE = 0.3
"""The share of these that is kept; chosen by hand."""
SEEDS = (101, 102, 103)
ENGLISH_GROUPS, ENGLISH_SEED, MADE_SEED = 14000, 111, 121

Parts = Mapping[str, Sequence[Group]]


def contrasts(rows: Iterable[Row], language: str, random: Random) -> list[Group]:
    """Return answered questions in random order, each beside one or two changed ones."""
    groups = []
    for answered, made in pairs(askable(rows, language), random):
        kept = [row for kind, row in made if kind not in ANYWHERE or random.random() < KEPT_ANYWHERE]
        if kept:
            groups.append([answered, *kept])
    return random.sample(groups, len(groups))


def changed(rows: Sequence[Row], texts: int) -> list[Group]:
    """Return questions that only seem answered, and `texts` made-up office texts.

    Held-out rows must already be left out. Vietnamese questions are changed three times; the first time they are
    grouped with what they were made from.
    """
    first, *again = (contrasts(rows, "vi", Random(seed)) for seed in SEEDS)
    alone = [group[1:] for groups in again for group in groups]
    english = contrasts(rows, "en", Random(ENGLISH_SEED))[:ENGLISH_GROUPS]
    return [*first, *alone, *english, *office.made(texts, Random(MADE_SEED))]


FIRST_TIMES = {"vietnamese": 1.5, "across": 1.0, "latin": 1.0, "other": 1.0, "changed": 0.5, "found": 0.5}
LATER_TIMES = {"vietnamese": 2.0, "across": 2.0, "latin": 0.7, "other": 0.25, "changed": 0.8, "found": 1.0}
WRITTEN_TIMES = {
    "written": 1.0,
    "vietnamese": 0.02,
    "across": 0.03,
    "latin": 0.003,
    "other": 0.0,
    "changed": 0.012,
    "found": 0.03,
}
"""How often each group of a part is in an epoch of the first, the second and the last mixture; chosen by hand.

In the last, two rows of three are of the questions that were written for the reader.
"""


def drawn(parts: Parts, times: Mapping[str, float], random: Random) -> Iterator[Row]:
    """Yield rows without end: epoch by epoch, shuffled by group; parts that `times` lacks are left out."""
    while True:
        epoch: list[Group] = []
        for name, groups in parts.items():
            whole, part = divmod(times.get(name, 0.0), 1)
            epoch += [*groups] * int(whole) + random.sample(groups, int(len(groups) * part))
        random.shuffle(epoch)
        yield from (row for group in epoch for row in group)
