"""Which rows a run learns from, and how many of each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from training.reader import looks_answered
from training.reader.rows import Row, is_english, is_prose, is_vietnamese, key

Group = list[Row]
ANYWHERE = frozenset({"condition", "negation"})
"""Kinds of change that fit nearly any question, so they would crowd out the rest."""
KEPT_ANYWHERE = 0.3
LONGEST = 1100
"""Characters of the longest passage that is learned from; time is short, and long ones cost most."""


@dataclass(frozen=True)
class Mixture:
    """How many groups of each kind at most: changed questions, human-made negatives, replayed questions."""

    changed_vietnamese: int = 6000
    changed_english: int = 800
    negatives_vietnamese: int = 900
    negatives_other: int = 700
    replayed_vietnamese: int = 1300
    replayed_english: int = 500
    replayed_across: int = 250
    replayed_other: int = 250


def contrasts(rows: Iterable[Row], language: str, number: int, random: Random) -> list[Group]:
    """Answered questions, each beside one or two changed ones."""
    groups = []
    for answered, made in looks_answered.pairs(looks_answered.askable(rows, language), random):
        kept = [row for kind, row in made if kind not in ANYWHERE or random.random() < KEPT_ANYWHERE]
        if kept:
            groups.append([answered, *kept])
    return random.sample(groups, min(number, len(groups)))


def mixed(rows: Sequence[Row], sizes: Mixture, random: Random) -> list[Group]:
    """Groups of rows to learn from; held-out passages must be left out before."""
    shown = (looks_answered.window(row) if row.answered else row for row in rows if row.taught)
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
