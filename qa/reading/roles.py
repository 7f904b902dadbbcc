"""Whether a span of a sentence has the part that a question about a person asks for: who did it, and not to whom.

Knows sentences; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

import re

from qa.reading import names
from qa.reading.question import Question
from qa.reading.vocabulary import HONORIFICS, NAME, UPPER
from qa.reading.words import sentences_of, words_of

Place = tuple[int, int]

_DONE_TO_SOMEBODY = (
    "bầu|bổ nhiệm|miễn nhiệm|đề cử|cử|giao|phân công|điều động|trao|tặng|khen thưởng|khen|thưởng|phong|kỷ luật"
    "|khiển trách|phạt|cách chức|giết|sát hại|ám sát|đánh|bắn|bắt|cứu|thuê|mời|tuyển|chọn|triệu tập|nhận nuôi|dạy|đón"
    "|khám|chữa|đào tạo|phế truất|đánh bại|kiện|tố cáo|xử|kết án|lừa|thay thế"
)
"""What one person does to another: "được" or "bị" before it turns the two round."""
_TENSE = r"(?:(?:đã|đang|sẽ|từng|vừa|mới|cũng|lại) )*"
_TITLED_NAME = rf"(?:(?:{HONORIFICS}) )?{NAME.pattern}"
_ASKED = re.compile(
    rf"\bai (?:là người )?{_TENSE}(?P<turned>(?:được|bị) (?:{_TITLED_NAME} )?)?(?P<verb>{_DONE_TO_SOMEBODY})\b",
    re.IGNORECASE,
)
_WHO_IT_IS = re.compile(r"\blà (?:ai|gì|người nào)\b|\bai là\b|\blàm gì\b|\bgiữ\b", re.IGNORECASE)
_IN_APPOSITION = re.compile(rf"(?P<name>{NAME.pattern})(?:, | \(|\(| [-–—] )\Z")
_LABELLED = re.compile(r"(?P<label>[^\n:|]{1,60}):[ \t]+(?P<value>[^\n|]*)")


def has_another_part(question: Question, text: str, place: Place) -> bool:
    """Return whether a span is in another part than the question asks for.

    It is the other one of two people, the post of the one in the question, or a label before a name.
    """
    kind, asks_who_it_is = question.asked.kind, bool(_WHO_IT_IS.search(question.text))
    if kind in ("person", "other") and not asks_who_it_is and _is_a_label(text, place):
        return True
    if kind != "person":
        return False
    if _is_turned_round(question.text, text, place) or _is_about_others(question.text, text, place):
        return True
    if _is_done_by_the_given(question.text, text, place):
        return True
    return not asks_who_it_is and _is_of_a_given_person(question.text, text, place)


def after_the_office(question: Question, text: str, place: Place) -> Place:
    """Return the span of a person without the name of an office or place before it that the question has too.

    That is only the person in "Thống đốc bang Utah Lê Tám", asked "Thống đốc bang Utah là ai?".
    """
    start, end = place
    before = "" if question.across_languages else text[:start].rpartition("\n")[2].split(" ")[-2:][0]
    words = [start + match.start() for match in re.finditer(r"\S+", text[start:end])]
    for at in reversed(words[1:]):
        office = re.escape(f"{before} {text[start:at]}".strip())
        if text[at].isupper() and re.search(rf"\b(?i:{office})\b(?! [{UPPER}])", question.text):
            return at, end
    return place


def _is_turned_round(question: str, text: str, place: Place) -> bool:
    """Return whether the person at a place did what was done to the one asked for, or the other way round.

    The verb, or "cho", must stand directly beside the person: "Lan được bầu", "bầu chị Lan", "giao sổ cho chị Lan".
    """
    asked = _ASKED.search(question)
    if asked is None:
        return False
    verb = re.escape(asked["verb"])
    before = re.compile(rf"\b(?:{verb}|cho) (?:(?:{HONORIFICS}) )?\Z", re.IGNORECASE).search(text[: place[0]])
    after = re.compile(rf" {_TENSE}(?P<turned>(?:được|bị) (?:{_TITLED_NAME} )?)?{verb}\b", re.IGNORECASE).match(
        text, place[1]
    )
    if before is None and after is None:
        return False
    return bool(asked["turned"]) != bool(before or (after and after["turned"]))


def _is_about_others(question: str, text: str, place: Place) -> bool:
    """Return whether a question says to whom something is done, and the text near a place mentions others.

    The text is its sentence and the one before it.
    """
    asked = _ASKED.search(question)
    if asked is None or asked["turned"]:
        return False
    before = [one for one in sentences_of(text) if one[0] <= place[0]][-2:]
    sentences = text[before[0][0] : before[-1][1]] if before else text
    given = [one.name[-1] for one in names.persons(question[asked.end() :])]
    return bool(given) and not names.pronouns(sentences) - {"người"} and not words_of(sentences).all & set(given)


def _is_done_by_the_given(question: str, text: str, place: Place) -> bool:
    """Return whether the one to whom something is done in the question does it in the sentence, to somebody else."""
    asked = _ASKED.search(question)
    if asked is None or asked["turned"]:
        return False
    start, end = next((one for one in sentences_of(text) if one[0] <= place[0] < one[1]), place)
    verb = re.compile(rf"(?P<turned>\b(?:được|bị|do) [^,;]*)?\b{re.escape(asked['verb'])}\b", re.IGNORECASE)
    done = verb.search(text, start, end)
    if done is None or done["turned"]:
        return False
    before, behind = words_of(text[start : done.start()]).all, words_of(text[done.end() : end]).all
    given = {one.name[-1] for one in names.persons(question[asked.end() :])}
    return bool(given & before) and not given & behind


def _is_of_a_given_person(question: str, text: str, place: Place) -> bool:
    """Return whether a span that is no name, or a post, follows a person of the question: "ông Tạ Sửu, Giám đốc"."""
    found = _IN_APPOSITION.search(text, 0, place[0])
    given = [one.name for one in names.persons(question)]
    name = NAME.match(text, place[0])
    had = words_of(found["name"]).folded if found else ()
    is_name = name is not None and " " in name[0] and not names.posts(text[slice(*place)])
    return any(had[-len(one) :] == one for one in given) and not is_name


def _is_a_label(text: str, place: Place) -> bool:
    """Return whether a span is in the label of a line that gives a person: "BÊN CHO THUÊ (Bên A): Bà Âu Thị Phước"."""
    line = _LABELLED.match(text, text.rfind("\n", 0, place[0]) + 1)
    if line is None or place[1] > line.end("label"):
        return False
    label = line["label"].partition("(")[0]
    is_name = any(" " in one[0] and not one[0].isupper() for one in NAME.finditer(label))
    return bool(names.persons(line["value"])) and not is_name
