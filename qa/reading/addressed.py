"""Parts of a document that a question points at.

They are clauses, cells, labelled lines, lists, replies, letterhead and signature. Finds what agrees with the question;
does not weigh it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.documents import signer_at
from qa.passages import Passage
from qa.reading.agreement import Agreement
from qa.reading.opposites import says_the_opposite
from qa.reading.protocol import Reading
from qa.reading.question import Question
from qa.reading.rules import fits, propose, shaped
from qa.reading.rules.cells import cells_at, head_of, measured_by
from qa.reading.rules.references import clauses_at, heading_at, items_at, labelled_at, lead_in_of, reply_at
from qa.reading.vocabulary import DOCUMENTS
from qa.reading.words import sentences_of, values_of, words_of
from qa.text import fold
from qa.text.values import Value

Place = tuple[int, int]

_OF_CERTAIN_FORM = ("number", "date", "clock", "document_number")
_SURE = ("person", "number", "date", "clock")
_NAMED = ("person", "place", "organisation")
_VALUES_OF_A_RANGE = 2
_OF_AN_ADDRESS = frozenset(["dieu", "khoan", "quy", "dinh", "noi", "dung", "neu", "ghi", "gi", "ve", "so"])
"""Folded words that may occur in a question that asks for a clause and nothing else."""
_OF_A_DIVISION = frozenset(["phan", "chuong", "muc", "thu", "ten", "goi", "de", "la", "van", "trinh", "bay"])
_OF_ISSUING = words_of("ký ban hành văn bản số người do ngày tháng năm vào thay mặt").all
"""Folded words that may occur in a question that only asks who signed a document, or when."""
_TYPE = re.compile(rf"\b(?:{DOCUMENTS})\b", re.IGNORECASE)
_OF_MEASURING = words_of("mất tốn hết phải cần trả giá").all
"""Folded words of a question that say no more than the header of a measure: "mất bao lâu"."""
_WORDS_OF_A_TITLE = 4
"""Words of the title, besides the type, that are enough for a question to name a document without its number."""
_ANSWERED_BY_A_UNIT = frozenset(["tien"])
"""Asked for as "bao nhiêu tiền", written as "40.000 đồng"."""


def addressed(
    question: Question, passage: Passage, agreement: Agreement, reading: Reading, beside: Sequence[Passage]
) -> list[Place]:
    """Return the part that a question points at, unless one of its values is missing.

    `beside` are the other passages of the document that were read, since a list may continue in one of them.
    """
    if agreement.values_missing:
        return []
    if question.asked.kind == "other" and (named := _clauses(question, passage) or _heading(question, passage)):
        return named
    if question.address is not None and question.asked.kind == "other":
        return []
    if issued := _issued(question, passage, agreement.office):
        return issued
    cells = _cells(question, passage)
    if cells or question.across_languages:
        return cells
    if labelled := _labelled(question, passage):
        return labelled
    is_of_certain_form = question.asked.kind in _OF_CERTAIN_FORM
    listed = _led_in(question, passage, beside) if is_of_certain_form else _items(question, passage, agreement)
    return listed or _replied(question, passage, reading, beside)


def _clauses(question: Question, passage: Passage) -> list[Place]:
    address, title = question.address, words_of(passage.title).all | words_of(passage.context).all
    if address is None or not set(question.words) <= title | _OF_AN_ADDRESS | {address.article, address.clause}:
        return []
    return clauses_at(address, passage.text, passage.context)


def _issued(question: Question, passage: Passage, office: str) -> list[Place]:
    """Return who signed a document, from its foot, or when, from its head, if the question asks nothing else."""
    kind, signed, issued = question.asked.kind, "ky" in question.words, {"ban", "hanh"} <= {*question.words}
    if kind == "person" and signed and _is_of_document(question, passage, office):
        start, end = signer_at(passage.text)
        return [(start, end)] if end else []
    if kind == "date" and (signed or issued) and _is_of_document(question, passage, office):
        start, end = passage.head
        return [place for place in propose(question.asked, passage.text) if start <= place[0] < end]
    return []


def signed_another(question: Question, passage: Passage, place: Place) -> bool:
    """Return whether a place is the signature of a document other than the one that the question names."""
    codes = [value for value in question.values if value.kind == "code"]
    if not codes or "ky" not in question.words or _has_codes(passage.title, codes):
        return False
    start, end = signer_at(passage.text)
    return place[0] < end and start < place[1]


def _is_of_document(question: Question, passage: Passage, office: str) -> bool:
    """Return whether a question names a document by number or by words of its title, and adds at most whose it is."""
    codes = [value for value in question.values if value.kind == "code"]
    words = set(question.words) - words_of(" ".join(question.text[one.start : one.end] for one in codes)).all
    title = words_of(passage.title).all
    if not words <= title | words_of(office).all | _OF_ISSUING:
        return False
    if codes:
        return _has_codes(passage.title, codes)
    return bool(_TYPE.search(question.text)) and len(words & title) >= _WORDS_OF_A_TITLE


def _has_codes(title: str, codes: Sequence[Value]) -> bool:
    return {one.key for one in codes} <= {one.key for one in values_of(title)}


def _heading(question: Question, passage: Passage) -> list[Place]:
    """Return the heading of a chapter, if the question asks for nothing else."""
    numbers = {word for value in question.values for word in words_of(question.text[value.start : value.end]).all}
    known = words_of(passage.title).all | _OF_AN_ADDRESS | _OF_A_DIVISION | numbers
    return heading_at(question.text, passage.text) if set(question.words) <= known else []


def _cells(question: Question, passage: Passage) -> list[Place]:
    """Return the named cell, if it is of the kind asked for.

    "Ai", "môn gì" and "mấy trận" may ask for what no header names.
    """
    asked, title = question.asked, words_of(passage.title).all
    words, noun = frozenset(question.words), frozenset(asked.focus)
    if not noun and (noun := measured_by(asked.quantity, passage.text, passage.context)):
        words -= _OF_MEASURING
    which = frozenset[str]() if asked.kind == "number" else noun
    cells = cells_at(words | noun, which, passage.text, passage.context, title) or cells_at(
        words - noun, frozenset(), passage.text, passage.context, title
    )
    cells = [cell for cell in cells if fits(asked, passage.text, *cell) >= (asked.kind in _SURE)]
    return [cell for cell in cells if not _has_the_opposite_header(question, passage, cell)]


def _has_the_opposite_header(question: Question, passage: Passage, cell: Place) -> bool:
    return says_the_opposite(question.text, head_of(passage.text, passage.context, cell[0]))


def _labelled(question: Question, passage: Passage) -> list[Place]:
    """Return what the labelled line says, if it is of the kind asked for."""
    asked, words = question.asked, frozenset([*question.words, *question.asked.focus])
    words = frozenset(form for form in words_of(question.text).forms if fold(form) in words)
    places = labelled_at(words, passage.text, passage.context, words_of(passage.title).all)
    if asked.kind != "other":  # what the line says further on is not the value
        places = [(start, min(end, _sentence_end(passage.text, start))) for start, end in places]
    cut = [shaped(asked, passage.text, *place) for place in places]
    return [place for place in cut if fits(asked, passage.text, *place) >= (asked.kind != "other")]


def _sentence_end(text: str, start: int) -> int:
    return next((last for first, last in sentences_of(text) if first <= start < last), len(text))


def _items(question: Question, passage: Passage, agreement: Agreement) -> list[Place]:
    """Return the items of the list whose lead-in says what is asked, unless only one of the two is negated."""
    if question.asked.kind not in ("person", "organisation") and not question.asked.focus:
        return []
    text = passage.text
    places = items_at(list(question.words), words_of(question.text).all, text)
    return [place for place in places if not agreement.polarity(text[: place[0]].rstrip().split("\n")[-1])]


def _led_in(question: Question, passage: Passage, beside: Sequence[Passage]) -> list[Place]:
    """Return the part of an item's lead-in that is of the kind asked for."""
    words = [word for word in question.words if word not in _ANSWERED_BY_A_UNIT]
    lead = lead_in_of(words, passage.text, [(one.context, one.text) for one in beside])
    start, end = lead or (0, 0)
    found = [place for place in propose(question.asked, passage.text) if start <= place[0] < end]
    return [(found[0][0], found[-1][1])] if found and len(found) <= _VALUES_OF_A_RANGE else []


def _replied(question: Question, passage: Passage, reading: Reading, beside: Sequence[Passage]) -> list[Place]:
    """Return the first value of the kind asked for in the reply to the same question, or else its likeliest name."""
    near = frozenset[str]().union(*(words_of(one.text).all for one in beside))
    reply = reply_at(question.asked, list(question.words), passage.text, passage.context, near)
    if reply is None:
        return []
    if question.asked.kind in _OF_CERTAIN_FORM:
        inside = (one for one in propose(question.asked, passage.text) if reply[0] <= one[0] < reply[1])
        return [one for one in inside if fits(question.asked, passage.text, *one) > 0][:1]
    if question.asked.kind not in _NAMED:
        return []
    spans = reading.outside([(0, reply[0]), (reply[1], len(passage.text))]).best(1)
    places = [shaped(question.asked, passage.text, one.start, one.end) for one in spans]
    return [place for place in places if fits(question.asked, passage.text, *place) > 0]
