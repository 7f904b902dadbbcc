"""Tell which of two documents replaced, repealed or amended the other, as a sentence of one of them says it.

A question about either must not be answered the other way round.
"""

from __future__ import annotations

import re

from qa.documents import statements
from qa.passages import Passage
from qa.reading.question import Question
from qa.reading.words import values_of

Place = tuple[int, int]
Code = tuple[str, ...]

_ACT = re.compile(r"\b(?:thay thế|bãi bỏ|hủy bỏ|huỷ bỏ|sửa đổi|bổ sung|đính chính|hết hiệu lực)\b", re.IGNORECASE)
_DONE_TO = re.compile(r"\b(?:được|bị)\b|\bhết (?=hiệu lực)", re.IGNORECASE)
_ANY_KIND = "Quyết định"
"""A kind of document that can act on others: which one it is does not matter here."""


def is_of_another_act(question: Question, passage: Passage, place: Place, sentence: Place) -> bool:
    """Return whether a span or its sentence is about other documents than the question asks for.

    The span names one on the side of the act that the question already names, or the sentence is about others.
    """
    given = _given(question)
    if given is None:
        return False
    code, acts = given
    stated = statements(passage.text[slice(*sentence)], _ANY_KIND)
    acting = {number for one in stated for number in _codes(one.subject or passage.title)[:1]}  # a title may name more
    acted_on = {number for one in stated for number in _codes(one.number)}
    same_side, named = (acting if acts else acted_on), set(_codes(passage.text[slice(*place)]))
    if named and named <= same_side | {code} and not _ACT.search(passage.text, *place):
        return True
    return bool(stated) and code not in same_side


def _given(question: Question) -> tuple[Code, bool] | None:
    """Return the number of the document that a question names, and whether that one acts; None for other questions."""
    codes = [one for one in values_of(question.text) if one.kind == "code"]
    act = _ACT.search(question.text)
    if act is None or len(codes) != 1 or question.asked.kind != "document_number":
        return None
    done_to = max(_DONE_TO.finditer(question.text, 0, act.end()), key=re.Match.start, default=None)
    return codes[0].key, codes[0].start > done_to.start() if done_to else codes[0].start < act.start()


def _codes(text: str) -> list[Code]:
    """Return the numbers of documents in a text, in order."""
    return [one.key for one in values_of(text) if one.kind == "code"]
