"""Find what a question refers to: a clause, a labelled line, a list by its lead-in, a reply.

Knows headings, numbered lines, lists and messages; knows nothing of who reads them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from qa.passages import message_heads
from qa.reading.target import Target, asks
from qa.reading.target import asked as asked_for
from qa.reading.vocabulary import GRAMMAR, NEGATIONS
from qa.reading.words import values_of, words_of
from qa.text import Address, fold, syllables
from qa.text.values.value import roman_number

Place = tuple[int, int]

_ARTICLE = re.compile(r"^(?:#{1,6}[ \t])?[ \t]*Điều\s+(?P<number>\d+[a-zđ]?)\b(?![ \t]+[a-zà-ỹ])", re.MULTILINE)
_CLAUSE = re.compile(r"^[ \t]*(?P<number>\d{1,2})\.\s", re.MULTILINE)
_CONTEXT = re.compile(r"\bĐiều\s+(?P<number>\d+[a-zđ]?)\b")
_DIVISION_ASKED = re.compile(r"\b(?P<kind>phần|chương|mục)\s+(?:thứ\s+)?(?P<number>\d+|[IVXLC]+)\b", re.IGNORECASE)
_DIVISION = re.compile(
    r"^[ \t#]*(?P<kind>phần|chương|mục)[ \t]+(?P<number>\d+|[IVXLC]+)\b[.: \t–-]*"
    r"(?:(?P<beside>[^\n]*[^\s.])\.?[ \t]*$|\n\s*(?P<below>(?!điều\b)[^\n]*[^\s.]))",
    re.IGNORECASE | re.MULTILINE,
)
LEAST_WORDS = 2
"""Words of the question that a lead-in must have; with fewer it hardly says what is asked."""
_LABELLED = re.compile(r"^[ \t]*(?:[-*+•]\s+)?(?P<label>[^\W\d_][^:|\n]{0,40}):[ \t]+(?P<value>[^\n]*\S)", re.MULTILINE)
_TELEPHONE = re.compile(r"\+?[\d .()-]{8,}")
_MAILBOX = re.compile(r"\S+@\S+")
_OF_A_TELEPHONE, _OF_A_MAILBOX = (
    words_of(text).all for text in ("số điện thoại máy gọi", "địa chỉ email e-mail thư điện tử")
)
_LEAD_IN = re.compile(r"^[^\n]*:[ \t]*$", re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+•–▪◦●]|\(?\d{1,3}[.)]|\(?[a-zđ]\))[ \t]+(?P<text>[^\n]*[^\s;,.])[;,.]?[ \t]*(?:\n|\Z)")
_FILLERS = words_of(
    "danh sách các những gồm có sau như dưới đây bao này là thành phần người nhóm đối tượng trường hợp và của do"
).all
"""Folded words of a lead-in that do not describe its items."""
_POLITE = words_of("ạ ơi vậy thế nhỉ nhé ad shop anh chị em cô chú bác bạn mình cả nhà mọi người cho hỏi với tiền").all
"""Folded words of a message that do not matter for what it asks."""
_UNSTATED = words_of("giá phí tiền").all
"""Folded words of a question that a message may leave out: it asks "bao nhiêu"."""
_DENIES = re.compile(rf"{NEGATIONS.pattern}|\bđừng\b", re.IGNORECASE)


def clauses_at(address: Address, text: str, context: str) -> list[Place]:
    """Return the place of an address's clause in a passage, without its number; empty for a whole article."""
    if address.clause is None:
        return []
    found = [match for match in _CLAUSE.finditer(text) if match["number"] == address.clause]
    ends = [text.find("\n", match.end()) for match in found]
    places = [(match.end(), end if end > 0 else len(text)) for match, end in zip(found, ends, strict=True)]
    whole = [place for place in places if not text[slice(*place)].rstrip().endswith(":")]
    return [place for place in whole if stands_at(address, text, place[0], context)]


def stands_at(address: Address, text: str, start: int, context: str) -> bool:
    """Return whether the text at a place of a passage is in the article, and in the clause, of an address."""
    headings = list(_ARTICLE.finditer(text, 0, start + 1))
    above = _CONTEXT.findall(context)
    article = headings[-1]["number"] if headings else above[-1] if above else ""
    clauses = list(_CLAUSE.finditer(text, headings[-1].end() if headings else 0, start + 1))
    clause = clauses[-1]["number"] if clauses else None
    return article.lower() == address.article and address.clause in (None, clause)


def has_articles(texts: Iterable[str], context: str) -> bool:
    """Return whether an article begins in some texts, or a context names the one that it is in."""
    return bool(_CONTEXT.search(context)) or any(map(_ARTICLE.search, texts))


def heading_at(question: str, text: str) -> list[Place]:
    """Return the heading of the part, chapter or section that a question names by its number; at most one."""
    asked = _DIVISION_ASKED.search(question)
    if asked is None:
        return []
    named = (asked["kind"].lower(), _ordinal(asked["number"]))
    found = [one for one in _DIVISION.finditer(text) if (one["kind"].lower(), _ordinal(one["number"])) == named]
    return [found[0].span("beside" if found[0]["beside"] else "below")] if len(found) == 1 else []


def _ordinal(number: str) -> str:
    value = roman_number(number.lower())
    return number if value is None else str(value)


def items_at(asked: Sequence[str], question: Collection[str], text: str) -> list[Place]:
    """Return the places of the items, in order, whose lead-in says what the question's folded words do.

    They are of one list at most. `question` are all its words. Active and passive must agree ("được tặng"), and a
    lead-in that says more ("danh sách đề nghị tặng") introduces something else.
    """
    found = []
    for lead in _LEAD_IN.finditer(text):
        words = words_of(lead[0]).folded
        extra = set(words) - set(question)
        items = list(_items(text, lead.end()))
        if len(asked) >= LEAST_WORDS and items and extra <= _FILLERS and _in_order(asked, words):
            found.append((items[0][0], items[-1][1]))
    return found if len(found) == 1 else []


def list_around(text: str, start: int, end: int) -> Place:
    """Return the items, from the first to the last, of the list below a lead-in that a span is in, or else the span."""
    for lead in _LEAD_IN.finditer(text, 0, start):
        items = list(_items(text, lead.end()))
        if items and items[0][0] <= start and end <= items[-1][1]:
            return items[0][0], items[-1][1]
    return start, end


def lead_in_of(asked: Sequence[str], text: str, lists: Sequence[tuple[str, str]]) -> Place | None:
    """Return the only lead-in in a text that, with one of its items, has all folded words of a question.

    `lists` are the contexts of passages with their texts: a list may continue in another passage, under its lead-in.
    """
    found = []
    for lead in _LEAD_IN.finditer(text):
        line = lead[0].strip()
        items = [text[slice(*place)] for place in _items(text, lead.end())]
        for context, other in lists:
            items += [other[slice(*place)] for place in _items(other, 0)] if line in context.split(" | ") else []
        rest = [word for word in asked if word not in words_of(line).all]
        is_plain = 0 < len(rest) < len(asked) and not NEGATIONS.search(line)
        if is_plain and any(_is_meant(rest, item) for item in items):
            found.append(lead.span())
    return found[0] if len(found) == 1 else None


def _is_meant(asked: Sequence[str], item: str) -> bool:
    """Return whether an item has these folded words in order, negates none of them, and has no value of its own."""
    words = words_of(item)
    if not _in_order(asked, words.folded):
        return False
    last = max(start for word, start in zip(words.folded, words.starts, strict=True) if word in set(asked))
    return not NEGATIONS.search(item[:last]) and not values_of(item)


def _in_order(asked: Sequence[str], words: Sequence[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in asked)


def labelled_at(asked: Collection[str], text: str, context: str, title: Collection[str]) -> list[Place]:
    """Return the value of the line whose label occurs whole in a question; at most one.

    The rest of the question's words are in the title, or in the nearest line above that has any of them: of two lines
    "Mã số thuế", the one below the name in the question counts. `asked` are its words with diacritics: "Bến Tre" is not
    "Bên B".
    """
    folded = set(map(fold, asked))
    lines = [match for match in _LABELLED.finditer(text) if words_of(match["label"]).all <= folded]
    longest = max((len(words_of(match["label"]).all) for match in lines), default=0)
    found = []
    for match in lines:
        label = words_of(match["label"]).all
        rest = folded - label - set(title) - _stated_by_form(match["value"])
        above = [*context.split(" | "), *text[: match.start()].split("\n")]
        said = (_said_in(line, asked) for line in reversed(above))
        nearest = next((words for words in said if words & rest), frozenset())
        if len(label) == longest and folded > label and rest <= nearest:
            found.append(match.span("value"))
    return found if len(found) == 1 else []


def _said_in(line: str, asked: Collection[str]) -> frozenset[str]:
    """Return the folded words of a line that have the same diacritics in a question, or none in one of the two."""
    words = words_of(line)
    pairs = zip(words.forms, words.folded, strict=True)
    return frozenset(folded for form, folded in pairs if form == folded or {form, folded} & set(asked))


def _stated_by_form(value: str) -> frozenset[str]:
    """Return the folded label words that a value does not need: it is a telephone number or an e-mail address."""
    return (
        _OF_A_TELEPHONE if _TELEPHONE.fullmatch(value) else _OF_A_MAILBOX if _MAILBOX.fullmatch(value) else frozenset()
    )


def reply_at(question: Target, asked: Collection[str], text: str, context: str, near: Collection[str]) -> Place | None:
    """Return the message after the only one that asks the same as the question.

    The message may be the last part of the context. It asks in all of the question's words, or for the same kind of
    answer in some of them and no others; what it leaves out is elsewhere in the conversation, some of whose words are
    in `near`.
    """
    found = []
    heads = message_heads(text)
    ends = [*(head.start() for head in heads[1:]), len(text)]
    bodies = [(head.end(), end) for head, end in zip(heads, ends, strict=False)]
    messages = [context.split(" | ")[-1], *(text[slice(*place)] for place in bodies)]
    known = words_of(text).all | frozenset(near) | _UNSTATED
    for message, reply in zip(messages, bodies, strict=False):
        words, words_asked = _asked_in(message, question), set(asked)
        is_all_stated = asks(message) and words_asked and words_asked <= words_of(message).all
        if is_all_stated or (words and words <= words_asked and words_asked - words <= known):
            found.append(reply)
    if any(_DENIES.search(text[slice(*place)]) for place in found):
        return None
    return found[0] if len(found) == 1 else None


def _asked_in(message: str, question: Target) -> frozenset[str]:
    """Return the folded words of a message that say what it asks, if that is of the kind the question asks for."""
    heads = message_heads(message)
    body = message[heads[-1].end() :] if heads else message
    target = asked_for(body)
    if not asks(body) or target.kind != question.kind:
        return frozenset()
    rest = f"{body[: target.start]} . {body[target.end :]}"
    return frozenset(fold(word.form) for word in syllables(rest) if word.form not in GRAMMAR) - _POLITE


def _items(text: str, start: int) -> Iterator[Place]:
    """Yield the items from an offset on, without their marks and closing punctuation."""
    while match := _ITEM.match(text, start):
        yield match.span("text")
        start = match.end()
