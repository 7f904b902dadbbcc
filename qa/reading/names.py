"""What a text names: names with the word before each, things by their kind, posts, and ordinals.

Knows nothing of questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.reading.vocabulary import GRAMMAR, NAME, ORGANISATIONS, PLACES, POSTS, PRONOUNS, SURNAMES, UPPER
from qa.reading.words import are_spelled_alike, values_of, words_of
from qa.text import fold, syllables

_LETTERS = rf"[^\W\d_{UPPER}]+"
_OF_A_KIND = re.compile(
    rf"(?=\b(?i:(?P<head>{ORGANISATIONS}|{PLACES}))(?P<kind>(?: {_LETTERS}){{1,4}}) (?P<name>{NAME.pattern}))"
)
_AFTER_A_SIGN = re.compile(r"[:;.]\s+\Z")
_DEPUTY = re.compile(rf"(?P<deputy>\bpho )?\b(?P<post>{POSTS})\b")
_RANKED = re.compile(r"\b(?P<head>hạng|giải) (?P<number>nhất|nhì|ba|tư)\b", re.IGNORECASE)
_RANKS = {"nhất": "1", "nhì": "2", "ba": "3", "tư": "4"}
_LEVEL = re.compile(
    r"\bcấp (?P<level>quốc tế|quốc gia|nhà nước|trung ương|bộ|ngành|khu vực|tỉnh|thành phố|huyện|quận|cơ sở|xã|phường"
    r"|trường)\b",
    re.IGNORECASE,
)
_QUARTER = "-Q"
_CLAUSE_ENDS = re.compile(r"[,;:(–—]|\s-\s")
_TITLE_WORDS = 6
"""No more words stand before the name of a sentence's subject: "Chủ tịch Ủy ban nhân dân xã"."""
_BETWEEN = frozenset(["thu", "so"])
_ADDRESSES = frozenset(["dieu", "khoan"])
_LONGEST_HEAD = 24

_SAYS_NOTHING = frozenset(map(fold, GRAMMAR))

Words = tuple[str, ...]
Named = tuple[Words, Words, Words]


def led_names(text: str) -> Iterator[tuple[str, Words]]:
    """Yield the names of a text with the folded word before each that says what it names.

    At the start of the text that word has a capital.
    """
    for match in NAME.finditer(text):
        name = words_of(match[0]).folded
        before = () if _AFTER_A_SIGN.search(text, 0, match.start()) else words_of(text[: match.start()]).folded
        lead, name = (before[-1], name) if before else (name[0], name[1:])
        if len(name) > 1 and lead not in _SAYS_NOTHING:
            yield lead, name


def is_spelled_in(run: Words, name: Words) -> bool:
    """Return whether a run of capitals has a name in it, in about its spelling."""
    return any(are_spelled_alike(run[at : at + len(name)], name) for at in range(len(run) - len(name) + 1))


def kinds(text: str) -> set[Named]:
    """Return the names of a text with the common noun nearest before each and its kind: câu lạc bộ, bóng đá, Sóc
    Nâu.
    """
    nearest = {match.start("name"): match for match in _OF_A_KIND.finditer(text)}
    kept = [match for match in nearest.values() if not GRAMMAR & set(match["kind"].split())]
    head, kind, name = ([words_of(match[part]).folded for match in kept] for part in ("head", "kind", "name"))
    return set(zip(head, kind, name, strict=True))


def posts(text: str) -> set[tuple[bool, str]]:
    """Return the posts of a text, each with whether it is a deputy's."""
    folded = " ".join(words_of(text).folded)
    return {(bool(match["deputy"]), match["post"]) for match in _DEPUTY.finditer(folded)}


def ordered(text: str) -> set[tuple[str, str]]:
    """Return what has a number or a level, folded, each with that: quy, 3 for "quý III năm 2023".

    Articles and clauses have addresses of their own.
    """
    found = {(fold(one["head"]), _RANKS[one["number"].lower()]) for one in _RANKED.finditer(text)}
    found |= {("cap", fold(one["level"])) for one in _LEVEL.finditer(text)}
    for value in values_of(text):
        if value.kind == "date" and _QUARTER in value.key[1]:
            found.add(("quy", value.key[1].partition(_QUARTER)[2]))
        before = words_of(text[max(0, value.start - _LONGEST_HEAD) : value.start]).folded
        heads = [word for word in before if word not in _BETWEEN]
        if value.kind == "ordinal" and heads and heads[-1] not in _ADDRESSES:
            found.add((heads[-1], value.key[1]))
    return found


def subject_of(sentence: str) -> Words:
    """Return the name of the person that a sentence begins with, folded; empty where it begins otherwise."""
    for match in NAME.finditer(sentence):
        words, before = words_of(match[0]), sentence[: match.start()]
        name = words.folded[int(words.forms[0] in PRONOUNS) :]
        if len(words_of(before).forms) > _TITLE_WORDS or _CLAUSE_ENDS.search(before):
            break
        if is_of_a_person(name):
            return name
    return ()


def is_of_a_person(name: Words) -> bool:
    """Return whether a name begins with a surname."""
    return len(name) > 1 and name[0] in SURNAMES


def has_a_pronoun(sentence: str) -> bool:
    """Return whether a word stands for a person who is named elsewhere: "bà", but not "bà Tý"."""
    words = syllables(sentence)
    return any(
        word.form in PRONOUNS and not (after and sentence[after.start].isupper())
        for word, after in zip(words, [*words[1:], None], strict=True)
    )
