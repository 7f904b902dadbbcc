"""Which rows a run learns from, how many of each kind, and questions changed so that they only look answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from qa.text.sentences import sentences
from training.reader import names, swaps
from training.reader.rows import ENGLISH, Row, is_english, is_prose, is_vietnamese, key

WINDOW = 800
"""Characters of a passage around the answer that a pair shows."""

MEASURED_SHARE = {"condition": 0.15, "negation": 0.2}

Pair = tuple[Row, list[tuple[str, Row]]]


def window(row: Row, characters: int = WINDOW) -> Row:
    """Return a row with whole sentences around its answer, about as many characters as asked for."""
    if len(row.context) <= characters:
        return row
    spans = sentences(row.context)
    first = next((n for n, span in enumerate(spans) if span[1] > row.start), 0)
    last = next((n for n, span in enumerate(spans) if span[1] >= row.end), len(spans) - 1)
    while last - first + 1 < len(spans):
        wider = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (last + 1 < len(spans))
        fits = [(a, b) for a, b in wider if spans[b][1] - spans[a][0] <= characters]
        if not fits:
            break
        first, last = min(fits, key=lambda pair: abs(pair[0] - first) * (row.start % 2))
    begin, end = min(spans[first][0], row.start), max(spans[last][1], row.end)
    return row._replace(context=row.context[begin:end], start=row.start - begin, end=row.end - begin)


def askable(rows: Iterable[Row], language: str) -> list[Row]:
    """Return human-made answered questions, one of each spelling, in Vietnamese ("vi") or English ("en")."""
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
    """Return as many changed questions as asked for and as many answered ones, spread over passages and kinds.

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


Group = list[Row]
ANYWHERE = frozenset({"condition", "negation"})
"""Kinds of change that fit nearly any question, so they would crowd out the rest."""
KEPT_ANYWHERE = 0.3
LONGEST = 1100
"""Characters of the longest passage that is learned from; time is short, and long ones cost most."""


@dataclass(frozen=True)
class Mixture:
    """How many groups of each kind at most: changed questions, human-made negatives, replayed questions."""

    changed_vietnamese: int = 6200
    changed_english: int = 3900
    negatives_vietnamese: int = 1800
    negatives_other: int = 3400
    replayed_vietnamese: int = 4300
    replayed_english: int = 17300
    replayed_across: int = 5000
    replayed_other: int = 6100


def contrasts(rows: Iterable[Row], language: str, number: int, random: Random) -> list[Group]:
    """Return answered questions, each beside one or two changed ones."""
    groups = []
    for answered, made in pairs(askable(rows, language), random):
        kept = [row for kind, row in made if kind not in ANYWHERE or random.random() < KEPT_ANYWHERE]
        if kept:
            groups.append([answered, *kept])
    return random.sample(groups, min(number, len(groups)))


def mixed(rows: Sequence[Row], sizes: Mixture, random: Random) -> list[Group]:
    """Return groups of rows to learn from; held-out passages must be left out before."""
    shown = (window(row) if row.answered else row for row in rows if row.taught)
    taught = [row for row in shown if is_prose(row.context) and len(row.context) <= LONGEST]
    answered = {key(row.question) for row in taught if row.answered}
    asked: dict[str, Group] = defaultdict(list)
    unanswered: list[Group] = []
    for row in taught:
        if key(row.question) in answered:
            asked[key(row.question)].append(row)
        else:
            unanswered.append([row])
    replayed: dict[str, list[Group]] = defaultdict(list)
    for group in asked.values():
        found = [row for row in group if row.answered]
        others = [row for row in group if not row.answered]
        replayed[_language(group[0])].append(random.sample(found, 1) + random.sample(others, min(1, len(others))))
    negatives = {
        vietnamese: [group for group in unanswered if is_vietnamese(group[0].context) == vietnamese]
        for vietnamese in (True, False)
    }
    parts = [
        contrasts(taught, "vi", sizes.changed_vietnamese, random),
        contrasts(taught, "en", sizes.changed_english, random),
        _some(negatives[True], sizes.negatives_vietnamese, random),
        _some([g for g in negatives[False] if g[0].question.isascii()], sizes.negatives_other, random),
        _some(replayed["vietnamese"], sizes.replayed_vietnamese, random),
        _some(replayed["english"], sizes.replayed_english, random),
        _some(replayed["across"], sizes.replayed_across, random),
        _some(replayed["other"], sizes.replayed_other, random),
    ]
    return [group for part in parts for group in part]


def _language(row: Row) -> str:
    vietnamese = is_vietnamese(row.context)
    if is_english(row.question):
        return "across" if vietnamese else "english"
    return "vietnamese" if vietnamese else "other"


def _some(groups: list[Group], number: int, random: Random) -> list[Group]:
    return random.sample(groups, min(number, len(groups)))
