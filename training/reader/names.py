"""Names in questions and passages: runs of capitalised words, and what kind of name each is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from training.reader.swap_words import BEGINNINGS, FAMILY, NOT_NAMES, PLACES

WORD = re.compile(r"[^\W_][\w]*(?:[-.'’][\w]+)*")

Kinds = dict[str, list[str]]
"""Names by their kind."""


@dataclass(frozen=True)
class Name:
    """A run of capitalised words: where it stands, its text and the small word before it."""

    start: int
    end: int
    text: str
    noun: str


def names(text: str) -> list[Name]:
    """Runs of capitalised words; a first word that only begins the sentence is none."""
    runs: list[list[re.Match[str]]] = []
    before: re.Match[str] | None = None
    for word in WORD.finditer(text):
        if not word.group()[0].isupper() or word.group() in NOT_NAMES:
            before = None
            continue
        if before is not None and text[before.end() : word.start()] == " ":
            runs[-1].append(word)
        else:
            runs.append([word])
        before = word
    return [
        Name(run[0].start(), run[-1].end(), text[run[0].start() : run[-1].end()], _noun(text, run[0].start()))
        for run in runs
        if len(run) > 1
        or not (_begins(text, run[0].start()) or run[0].group() in BEGINNINGS or len(run[0].group()) < 2)
    ]


def _begins(text: str, start: int) -> bool:
    return not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:;–-“\"'"


def _noun(text: str, start: int) -> str:
    before = text[:start].split()
    word = before[-1].lower() if before else ""
    return word if word.isalpha() else ""


def kind_of(name: Name) -> str:
    """What a name is told by: a person's family name, else the small word before it, else its number of words."""
    words = name.text.split()
    if words[0] in FAMILY and len(words) > 1 and name.noun not in PLACES:
        return "person"
    return name.noun or str(len(words))


def pool_of(contexts: Iterable[str]) -> Kinds:
    """Names by kind, from many passages."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for context in contexts:
        for name in names(context):
            kinds[kind_of(name)][name.text] = None
    return {kind: list(found) for kind, found in kinds.items() if len(found) > 4}
