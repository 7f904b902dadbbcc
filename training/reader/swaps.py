"""Change questions so that a passage only seems to answer them.

Each change takes an answered question and yields others; the kinds are those of unanswerable questions by people:
another name, part of a name, another figure, another role, an opposite, a negation, two names exchanged, agent and
patient exchanged, a condition that the passage does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from random import Random

from qa.text.canonical import fold
from qa.text.sentences import sentences
from training.reader.names import GIVEN, JOINTS, KIN, NO_PATIENT, OPPOSITES, ROLES, Kinds, Name, kind_of, names

YEAR = re.compile(r"(?<![\d.,/])(?:1[0-9]|20)\d\d(?![\d]|[.,/]\d)")
NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d+)*(?![\w/-]|[.,]\d)")
BEFORE_NOT = re.compile(r"(?<=\s)(được|bị|có|thuộc|phải|nằm|tham gia|diễn ra|xảy ra)(?=\s)")
ENGLISH_NOT = re.compile(r"\b(was|were|is|are|did|does|do|can|could|would|had|has)\b(?! not)", re.IGNORECASE)
AGENT = re.compile(
    r"^(ai|người nào) (đã |từng )?([^\W\d_]+(?: [^\W\d_]+)?) ((?:[A-ZĐÀ-Ỹ]\w*)(?: [A-ZĐÀ-Ỹ]\w*)*)\W*$", re.I
)
SINCE = ("vào năm {}", "trước năm {}", "từ năm {}")


@dataclass(frozen=True)
class Answered:
    """An answered question, with what its changes need to know."""

    question: str
    context: str
    start: int
    end: int

    @cached_property
    def sentence(self) -> str:
        """The sentence of the answer, folded."""
        spans = sentences(self.context)
        around = [self.context[a:b] for a, b in spans if a < self.end and b > self.start]
        return f" {fold(' '.join(around)).lower()} "

    @cached_property
    def folded(self) -> str:
        """The whole passage, folded and in lower case."""
        return f" {fold(self.context).lower()} "

    @cached_property
    def names(self) -> list[Name]:
        """The question's names that the passage has too."""
        return [name for name in names(self.question) if fold(name.text).lower() in self.folded]

    @cached_property
    def in_english(self) -> bool:
        """Whether it has ASCII letters only."""
        return self.question.isascii()

    def lacks(self, text: str) -> bool:
        """Return whether neither passage nor question has a text, regardless of diacritics and case."""
        plain = fold(text).lower()
        return plain not in self.folded and plain not in fold(self.question).lower()

    def with_text(self, start: int, end: int, text: str) -> str:
        """Return the question with other text from start to end."""
        return self.question[:start] + text + self.question[end:]


def other_names(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Exchange a name of the question for one elsewhere in the passage, or for one of its kind from another passage."""
    for name in random.sample(asked.names, len(asked.names)):
        near = [
            other.text
            for other in names(asked.context)
            if abs(len(other.text.split()) - len(name.text.split())) < 2
            and fold(other.text).lower() not in asked.sentence
            and (kind_of(other) == kind_of(name) or random.random() < 0.1)
            and fold(other.text).lower() not in fold(asked.question).lower()
        ]
        far = [other for other in random.sample(pool.get(kind_of(name), [""]), 1) if other and asked.lacks(other)]
        choices = near if near and (random.random() < 0.5 or not far) else far
        if choices:
            yield asked.with_text(name.start, name.end, random.choice(choices))


def part_names(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Yield the question with one word of a longer name changed."""
    for name in random.sample(asked.names, len(asked.names)):
        words = name.text.split()
        if len(words) < 2 or name.text == "Việt Nam":
            continue
        place = len(words) - 1 if random.random() < 0.75 else random.randrange(len(words))
        others = [other.split()[-1] for other in random.sample(pool.get(kind_of(name), [""]), 1) if other]
        if asked.in_english and not others:
            continue
        words[place] = random.choice([*GIVEN, *others * len(GIVEN)]) if not asked.in_english else others[0]
        if asked.lacks(" ".join(words)) and words[place] != name.text.split()[place] and asked.lacks(words[place]):
            yield asked.with_text(name.start, name.end, " ".join(words))


def figures(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Exchange a year or a number of the question for a nearby one, or for one from elsewhere in the passage."""
    del pool
    found = [figure for figure in YEAR.finditer(asked.question) if figure.group() in asked.context]
    for year in random.sample(found, len(found)):
        others = [other for other in YEAR.findall(asked.context) if other not in asked.sentence + asked.question]
        close = str(int(year.group()) + random.choice((-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10)))
        choices = [*others, *([close] * 2 if asked.lacks(close) else [])]
        if choices:
            yield asked.with_text(*year.span(), random.choice(choices))
    for number in NUMBER.finditer(asked.question):
        if number.group() not in asked.context or not number.group().isdigit():
            continue
        other = str(max(1, int(number.group()) + random.choice((-5, -3, -2, -1, 1, 2, 3, 4, 10))))
        if not re.search(rf"(?<!\d){other}(?!\d)", asked.context + asked.question):
            yield asked.with_text(*number.span(), other)


def roles(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Exchange a role, kinship or measure of the question for another that the passage does not have."""
    del pool
    for group in ROLES:
        held = [role for role in group if _role_place(role, asked.question)]
        if not held:
            continue
        role = max(held, key=len)
        others = [other for other in group if asked.lacks(other) and role not in other.split()]
        if (place := _role_place(role, asked.question)) and others:
            yield asked.with_text(*place, _cased(random.choice(others), asked.question[place[0]]))


def opposites(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Exchange a word of the question for its opposite, if the passage does not have that."""
    del pool, random
    for pair in OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if (place := _place(word, asked.question)) and f" {fold(other)} " not in asked.folded:
                yield asked.with_text(*place, _cased(other, asked.question[place[0]]))
                break


def negations(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Yield the question with a "not" before its verb."""
    del pool
    if re.search(r"\b(?:không|chưa|chẳng|not|n't|bao nhiêu|mấy|how many)\b", asked.question, re.IGNORECASE):
        return
    yield from (_english_negations if asked.in_english else _vietnamese_negations)(asked, random)


def _english_negations(asked: Answered, random: Random) -> Iterator[str]:
    for verb in ENGLISH_NOT.finditer(asked.question):
        if following := re.match(r"\s+(?:the\s+)?[\w]+", asked.question[verb.end() :]):
            end = verb.end() if random.random() < 0.5 else verb.end() + following.end()
            yield asked.with_text(end, end, " not")


def _vietnamese_negations(asked: Answered, random: Random) -> Iterator[str]:
    if had := _place("đã", asked.question):
        yield asked.with_text(had[1], had[1], random.choice((" không", " không hề")))
    elif verb := BEFORE_NOT.search(asked.question):
        yield asked.with_text(verb.start(), verb.start(), random.choice(("không ", "chưa ", "không ")))
    elif equals := re.search(r"(?<=\s)là(?=\s(?!ai|gì|bao|đâu|khi))", asked.question):
        yield asked.with_text(*equals.span(), "không phải là")


def exchanges(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Yield the question with two of its names exchanged."""
    del pool
    pairs = list(pairwise(asked.names))
    for one, other in random.sample(pairs, len(pairs)):
        between = asked.question[one.end : other.start]
        if JOINTS & {*between.split(), between.strip()} or len(between.split()) < 1:
            continue
        yield asked.with_text(one.start, other.end, other.text + between + one.text)


def patients(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Yield the question with agent and patient exchanged: "ai sát hại X" then asks whom X killed."""
    del pool, random
    found = AGENT.match(asked.question.strip())
    if found and not NO_PATIENT & set(found.group(3).lower().split()) and found.group(4)[0].isupper():
        yield f"{found.group(4)} {found.group(2) or ''}{found.group(3)} ai?"


def conditions(asked: Answered, pool: Kinds, random: Random) -> Iterator[str]:
    """Yield the question with a year that the passage does not have, in Vietnamese only."""
    del pool
    if asked.in_english or re.search(r"\d|khi nào|năm nào|ngày nào|bao giờ|lúc nào", asked.question, re.IGNORECASE):
        return
    year = str(random.randint(1900, 2024))
    held = [int(found) for found in YEAR.findall(asked.context)]
    if held:
        year = str(random.choice(held) + random.choice((-12, -7, -4, -2, -1, 1, 2, 4, 7, 12)))
    if asked.lacks(year):
        added = random.choice(SINCE).format(year)
        yield f"{asked.question.rstrip(' ?.')} {added}{'?' if asked.question.rstrip().endswith('?') else ''}"


def _place(text: str, within: str) -> tuple[int, int] | None:
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", within, re.IGNORECASE)
    return found.span() if found else None


def _role_place(role: str, question: str) -> tuple[int, int] | None:
    """Return the places of a role; a word of kinship only before a name, since it is also part of other words."""
    place = _place(role, question)
    return place if place and (role not in KIN or question[place[1] :].startswith((" của", " of"))) else None


def _cased(text: str, like: str) -> str:
    return text[0].upper() + text[1:] if like.isupper() else text


Change = Callable[[Answered, Kinds, Random], Iterator[str]]
CHANGES: dict[str, tuple[Change, float]] = {
    "name": (other_names, 4.0),
    "part of a name": (part_names, 2.0),
    "figure": (figures, 3.0),
    "role": (roles, 2.0),
    "opposite": (opposites, 2.0),
    "negation": (negations, 0.7),
    "exchange": (exchanges, 2.0),
    "patient": (patients, 3.0),
    "condition": (conditions, 0.5),
}
"""Each kind of change with its weight against the others; chosen by hand."""


def changed(asked: Answered, pool: Kinds, random: Random) -> list[tuple[str, str]]:
    """Return (kind, changed question) of every possible kind, those of more weight mostly first."""
    order = sorted(CHANGES, key=lambda kind: random.random() ** (1 / CHANGES[kind][1]), reverse=True)
    made = []
    for kind in order:
        question = next(CHANGES[kind][0](asked, pool, random), None)
        if question and fold(question).lower() != fold(asked.question).lower():
            made.append((kind, question))
    return made
