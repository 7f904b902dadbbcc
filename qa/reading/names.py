"""Names in a text: people, places and organisations with the word before each, things by kind, posts, and ordinals.

Knows nothing of questions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from qa.reading.vocabulary import ADDRESSED, GRAMMAR, NAME, ORGANISATIONS, PLACES, POSTS, PRONOUNS, SURNAMES, UPPER
from qa.reading.words import are_spelled_alike, values_of, words_of
from qa.text import fold, syllable_table, syllables

_LETTERS = rf"[^\W\d_{UPPER}]+"
_OF_A_KIND = re.compile(
    rf"(?=\b(?i:(?P<head>{ORGANISATIONS}|{PLACES}))(?P<kind>(?: {_LETTERS}){{1,4}}) (?P<name>{NAME.pattern}))"
)
_SOCIETY = re.compile(
    rf"(?=\b(?P<head>(?i:hội))(?P<kind> [{UPPER}]{_LETTERS}(?: {_LETTERS}){{1,4}}) (?P<name>{NAME.pattern}))"
)
"""A society, whose kind begins with a capital: "Hội Nông dân xã Cát Sơn"."""
_AFTER_A_SIGN = re.compile(r"[:;.]\s+\Z")
_DEPUTY = re.compile(rf"(?P<deputy>\bpho )?\b(?P<post>{POSTS})\b")
_RANKED = re.compile(r"\b(?P<head>hạng|giải):? (?P<number>nhất|nhì|ba|tư)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:huân|huy) chương (?P<head>(?:[^\W\d_]+ ){1,3}?hạng) (?P<number>nhất|nhì|ba|tư)\b", re.IGNORECASE
)
"""An order with its class: "Huân chương Độc lập hạng Ba"."""
_RANKS = {"nhất": "1", "nhì": "2", "ba": "3", "tư": "4"}
_LEVEL = re.compile(
    r"\bcấp (?P<level>quốc tế|quốc gia|nhà nước|trung ương|bộ|ngành|khu vực|tỉnh|thành phố|huyện|quận|cơ sở|xã|phường"
    r"|trường)\b",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    r"\b(?P<head>bên|nhóm|lô|khu|tòa|dãy|cổng|khối|đội|tổ|loại|hạng|phương án|mẫu|vitamin|viêm gan|ca|kho|phòng|tuyến"
    r"|hàng|bảng) (?P<letter>[a-zđ])(?![\w.-])",
    re.IGNORECASE,
)
"""One of several that only a letter tells apart: "Bên A" of a contract."""
_QUARTER = "-Q"
_TITLES = PRONOUNS | {"chí", "sĩ", "sư", "tịch", "thư", "đốc", "trưởng", "viên", "tướng"}
"""The word before the name of a person: "đồng chí", "chủ tịch"."""
_OFFICES = frozenset(one for one in ORGANISATIONS.split("|") if one.isalpha())
"""The first word of the name of an office, which may follow a post: "Hiệu trưởng Trường Lê Lợi"."""
_MEN, _WOMEN = frozenset(["ông", "anh", "chú"]), frozenset(["bà", "chị", "cô"])
OF_THE_OTHER_SEX = ((_MEN, _WOMEN), (_WOMEN, _MEN))
"""Words before a name, and the pronouns that do not refer to a person named that way."""
_LEAD = re.compile(r"(\w+) \Z")
_WHERE = re.compile(rf"\b(?:ở|tại|trên) (?:\w+ ){{0,2}}?({NAME.pattern})")
_LONGEST_PLACE = 2
_BETWEEN = frozenset(["thu", "so"])
_ADDRESSES = frozenset(["dieu", "khoan"])
_LONGEST_HEAD = 24

Words = tuple[str, ...]
Named = tuple[Words, Words, Words]


def led_names(text: str) -> Iterator[tuple[str, Words]]:
    """Yield each folded name of a text with the word before it, with diacritics: "trưởng" is not "trường".

    At the start of the text that word is capitalised. An office behind a post is left out, as its holder may be there.
    """
    for match in NAME.finditer(text):
        words = words_of(match[0])
        before = () if _AFTER_A_SIGN.search(text, 0, match.start()) else words_of(text[: match.start()]).forms
        lead, name = (before[-1], words.folded) if before else (words.forms[0], words.folded[1:])
        is_office = lead in _TITLES and words.forms[0] in _OFFICES
        if len(name) > 1 and lead not in GRAMMAR and not is_office:
            yield lead, name


def missing_names(names: Sequence[Words], texts: Sequence[str], asked: Words) -> list[Words]:
    """Return the names in a question that occur in none of the texts, but for small differences in spelling.

    They are among its folded words, `asked`.
    """
    around = f" {' '.join(word for text in texts for word in words_of(text).folded)} "
    missing = [name for name in names if f" {' '.join(name)} " not in around]
    # The first word of a question is capitalised whether or not it belongs to the name.
    runs = {words_of(match[0]).folded for text in texts for match in NAME.finditer(text)} if missing else set()
    missing = [name for name in missing if name != asked[: len(name)] or name[1:] not in runs]
    missing = [name for name in missing if not any(is_spelled_in(run, name) or _is_turned(run, name) for run in runs)]
    return [name for name in missing if not _are_two(name, runs)]


def _are_two(name: Words, runs: Collection[Words]) -> bool:
    """Return whether two names follow each other, as keywords do: "tỷ số Trẻ Phú Lâm Bưu điện Hải Tần"."""
    return any(name[:at] in runs and name[at:] in runs for at in range(2, len(name)))


def _is_turned(run: Words, name: Words) -> bool:
    """Return whether a run of capitals has all of a foreign name, its first name before or behind the others."""
    return len(name) > 1 and set(name) <= set(run) and not is_vietnamese(name)


def is_vietnamese(name: Words) -> bool:
    """Return whether a name consists of Vietnamese syllables; the spelling of foreign names varies."""
    return all(syllable_table().count(word) for word in name)


def called_names(texts: Sequence[str]) -> set[str]:
    """Return the given names by which the texts refer to people: "ông Hưng"."""
    return {words_of(name).folded[-1] for text in texts for name in ADDRESSED.findall(text)}


def places_of(text: str) -> set[Words]:
    """Return the place names in a text."""
    return {words_of(match[1]).folded for match in _WHERE.finditer(text)}


def is_spelled_in(run: Words, name: Words) -> bool:
    """Return whether a run of capitalised words contains a name, allowing for small differences in spelling."""
    return any(are_spelled_alike(run[at : at + len(name)], name) for at in range(len(run) - len(name) + 1))


def kinds(text: str) -> set[Named]:
    """Return each name of a text with the nearest common noun before it and its kind: câu lạc bộ, bóng đá, Sóc Nâu."""
    nearest = {match.start("name"): match for match in _OF_A_KIND.finditer(text)}
    found = [*nearest.values(), *_SOCIETY.finditer(text)]
    kept = [match for match in found if not GRAMMAR & set(match["kind"].split())]
    head, kind, name = ([words_of(match[part]).folded for match in kept] for part in ("head", "kind", "name"))
    return set(zip(head, kind, name, strict=True))


def posts(text: str) -> set[tuple[bool, str]]:
    """Return the posts in a text, and whether each is a deputy's."""
    folded = " ".join(words_of(text).folded)
    return {(bool(match["deputy"]), match["post"]) for match in _DEPUTY.finditer(folded)}


def ordered(text: str) -> set[tuple[str, str]]:
    """Return each folded word that has a number, letter or level, with that: quy, 3 for "quý III năm 2023".

    Articles and clauses are left out; they have addresses of their own.
    """
    ranked = [*_RANKED.finditer(text), *_ORDER.finditer(text)]
    found = {(fold(one["head"]), _RANKS[one["number"].lower()]) for one in ranked}
    found |= {("cap", fold(one["level"])) for one in _LEVEL.finditer(text)}
    found |= {(fold(one["head"]), one["letter"].lower()) for one in _LETTERED.finditer(text)}
    for value in values_of(text):
        if value.kind == "date" and _QUARTER in value.key[1]:
            found.add(("quy", value.key[1].partition(_QUARTER)[2]))
        before = words_of(text[max(0, value.start - _LONGEST_HEAD) : value.start]).folded
        heads = [word for word in before if word not in _BETWEEN]
        if value.kind == "ordinal" and heads and heads[-1].isalpha() and heads[-1] not in _ADDRESSES:
            found.add((heads[-1], value.key[1]))
    return found


class Person(NamedTuple):
    """A person's folded name, with the lower-case word before it, which may be empty."""

    title: str
    name: Words


def persons(text: str) -> list[Person]:
    """Return the people that a text names: after "ông", "bà" or a post, or by surname and two more names.

    At the start of a sentence or after punctuation, two words may be a place: "Hà Nội".
    """
    found = []
    for match in NAME.finditer(text):
        words = words_of(match[0])
        lead = _LEAD.search(text, 0, match.start())
        title = lead[1].lower() if lead else ""
        if not title and words.forms and words.forms[0] in PRONOUNS:
            title, words = words.forms[0], words_of(match[0].partition(" ")[2])
        name = words.folded if words.forms and words.forms[0] not in _OFFICES else ()
        if name and (title in _TITLES or (not title and len(name) > _LONGEST_PLACE and name[0] in SURNAMES)):
            found.append(Person(title, name))
    return found


def pronouns(sentence: str) -> set[str]:
    """Return the words that refer to a person named elsewhere: "bà", but not "bà Tý"."""
    words = syllables(sentence)
    return {
        word.form
        for word, after in zip(words, [*words[1:], None], strict=True)
        if word.form in PRONOUNS and not (after and sentence[after.start].isupper())
    }
