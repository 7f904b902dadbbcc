"""Split Vietnamese text into sentences: where one ends, and which full stops do not end one.

Decides from the sentence so far and the next letter, so a sentence taken by itself is one sentence again. Knows no
dictionary: a title such as "TP." never ends a sentence, even at the end of one.
"""

from __future__ import annotations

import re

from qa.text.canonical import fold, nfc
from qa.text.language import is_vietnamese_syllable

LINE_END = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_CLOSING = "”’»\"')\\]}›"
# Looking for their first characters first takes half the time.
_EVENT = re.compile(
    rf"(?=[{LINE_END}.!?…“”«»\"])"
    rf"(?:(?P<line>[{LINE_END}]+)|(?P<stop>[.!?…]+)(?P<closing>[{_CLOSING}]*)|(?P<quote>[“”«»\"]))"
)
# Characters between a full stop and the first letter of the next sentence.
_OPENING = re.compile(rf"(?:[^\S{LINE_END}]|[“‘«\"'(\[{{‹\-–—•*+])*")

# Places, degrees and titles that a name follows, and a few more; without their last full stop.
_ABBREVIATION = re.compile(
    r"t[pxt]|(?:p?gs\.|ths\.|ts\.)*(?:p?gs|ts|tskh|bs|ths|bscki{1,2})|th|th\.s|kts?|[kld]s|ns|nsnd|nsưt|ng[nư][dt]|cn|ncs"
    r"|đ/?c|tr|nxb|st|mrs?|ms|dr|prof|vs|vol|e\.g|i\.e",
    re.IGNORECASE,
)
_LAST_TOKEN = re.compile(r"[^\s“”‘’«»\"'()\[\]{},;:–—!?…]+$")
_ADDRESS = re.compile(r"[/@_\\]|[^\W\d]\.")
# Letters with a tone are words, such as "ý" and "ạ"; "quý I" and "Đại hội X" are numbers.
_INITIALS = re.compile(r"(?:[A-ZĐ]\.)*[A-ZĐ]")
_NAME_AND_INITIAL = re.compile(r"((?:(?<![^\W_])[^\W\d_a-zđ][^\W\d_A-ZĐ]+\s)+)[A-ZĐ]$")
_ROMAN_AFTER_WORD = re.compile(r"([^\W\d_]+)\s+[IVX]$")
# "1.", "IV.", "a." and "Điều 5." name what follows, at the start of a sentence or after ":" and ";".
_LABEL = re.compile(
    r"(?:^|[:;]\s|\()[\s“‘«\"'(\[\-–—•*+]*"
    r"(?:(?:Điều|Khoản|Chương|Mục|Phần|Bài|Câu|Hình|Bảng|Biểu|Tiết|Quyển|Bước|Phụ lục|Mẫu số)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,2})*[a-zđ]?|[IVXLC]{1,6}|[^\W\d_]) ?$",
    re.IGNORECASE,
)
# No abbreviation or label is longer; looking at a bounded stretch keeps the time linear.
_LOOK_BACK = 40


def sentences(text: str) -> list[tuple[int, int]]:
    """Return spans of the sentences in order: trimmed, disjoint, together covering all that is not white space.

    Closing quotes and brackets belong to the sentence that they close. A new line ends one unless it was broken off
    there, as after "hỗ trợ 2.000.000" before "đồng"; an empty line always does. Full stops of abbreviations, initials
    before a name, numbers, dates and labels do not, nor does an ellipsis within quotes.
    """
    spans: list[tuple[int, int]] = []
    start = quotes = 0
    for event in _EVENT.finditer(text):
        quotes = _open_quotes(quotes, event["quote"] or "")
        if event["line"]:
            ended = not goes_on(text, start, event.end(), event["line"])
        else:
            ended = bool(event["stop"]) and _ends(text, start, event, quoted=quotes > 0)
        if ended:
            _add_trimmed(spans, text, start, event.end())
            start, quotes = event.end(), 0
        else:
            quotes = _open_quotes(quotes, event["closing"] or "")
    _add_trimmed(spans, text, start, len(text))
    return spans


def _add_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    sentence = text[start:end]
    stripped = sentence.strip()
    if stripped:
        start += len(sentence) - len(sentence.lstrip())
        spans.append((start, start + len(stripped)))


def _open_quotes(count: int, characters: str) -> int:
    for character in characters:
        if character == '"':
            count = 0 if count else 1
        elif character in "“«":
            count += 1
        elif character in "”»":
            count = max(0, count - 1)
    return count


def _ends(text: str, start: int, event: re.Match[str], *, quoted: bool) -> bool:
    """Return whether the stop of `event` ends the sentence that begins at `start`."""
    before = nfc(text[max(start, event.start() - _LOOK_BACK) : event.start()])
    opening = _OPENING.match(text, event.end())
    after_at = opening.end() if opening else event.end()
    after = nfc(text[after_at : after_at + 4])
    if not _may_begin(after):
        return False
    if after_at == event.end() and after and not _begins_without_space(before, event, after):
        return False
    return _closes(before, event["stop"], quoted=quoted)


def _may_begin(after: str) -> bool:
    return not after[:1].islower() and after[:1] not in {",", ";", ":", ".", "!", "?", "…"}


def _begins_without_space(before: str, event: re.Match[str], after: str) -> bool:
    """Return whether "tâm.Trọng" is two sentences whose space is missing, unlike "H.Hào", "TP.HCM" and "5.248"."""
    capitalised = after[0].isupper() and (len(after) == 1 or after[1].islower() or after[1].isspace())
    token = _LAST_TOKEN.search(before)
    name_or_address = token and (token[0][-1].isupper() or _ADDRESS.search(token[0]))
    return capitalised and (bool(event["closing"]) or not name_or_address)


def _closes(before: str, stop: str, *, quoted: bool) -> bool:
    if not any(character.isalnum() for character in before):
        return False
    if "!" in stop or "?" in stop:
        return True
    if stop == ".":
        return not _is_abbreviation(before) and not _LABEL.search(before)
    return not quoted and before[-1] not in "(["


def _is_abbreviation(before: str) -> bool:
    token = _LAST_TOKEN.search(before)
    roman = _ROMAN_AFTER_WORD.search(before)
    if token is None or (roman and roman[1].islower()):
        return False
    if _INITIALS.fullmatch(token[0]):
        return not _ends_a_name(before)
    return bool(_ABBREVIATION.fullmatch(token[0]))


def _ends_a_name(before: str) -> bool:
    """Return whether an initial ends a Vietnamese name ("Nguyễn Văn A"); a foreign one goes on ("John F.")."""
    name = _NAME_AND_INITIAL.search(before)
    if name is None:
        return False
    syllables = name[1].split()
    vietnamese = all(is_vietnamese_syllable(fold(syllable)) for syllable in syllables)
    return vietnamese and (len(syllables) > 1 or name[1].lower() != fold(name[1]))


# Over the end of a line, as in text that was wrapped at a width


_ONE_BREAK = ("\n", "\r\n", "\r", "\u2028", "\x85")
_LINE = re.compile(f"[^{LINE_END}]*")
# No decision needs more of a line.
_SEEN = 160

_STOPPED = re.compile("[.!?…:;][”’»\"')\\]}›]*$")
_ITEM = re.compile(r"[-–—•*+#>|▪●○□■✓·\[]|\(?(?:\d{1,3}(?:\.\d{1,2})*|[IVXLC]{1,6}|[^\W\d_])[.)]\s")
_ROW = re.compile(r"[|\t]|\S {3,}\S")
_LABELLED = re.compile(r"[^:.,;!?\d]{2,40}:\s")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*(?:\s?%|[^\S\n]+[^\W\d_A-ZĐ])")
# Words after which no line of its own ends.
_OPEN_WORD = re.compile(
    r"(?:,|(?<!\w)(?:là|của|và|hoặc|hay|với|cho|tại|ở|trong|trên|dưới|từ|đến|theo|do|bởi|về|vào|để|mà|thì|nếu|khi|các|những"
    r"|một|mỗi|mọi|có|được|bị|không|chưa|đã|đang|sẽ|phải|cần|rằng|như|cùng|ngày|tháng|năm|số|hơn|gần|khoảng|gồm|thuộc"
    r"|ông|bà|anh|chị|đồng chí)(?: [^\W\d_a-zđ][^\W\d_]*)?)$"
)
_HEAD = re.compile(r"[^.!?…]*[.!?…]?")
# A shorter first line is taken as broken only if the sentence that follows is at least as long, or has a full stop.
_SHORT = 25
_LONG = 40


def goes_on(text: str, start: int, end: int, line_break: str) -> bool:
    """Return whether the sentence that begins at `start` continues after the line break that ends at `end`."""
    if line_break not in _ONE_BREAK:
        return False
    stop = end - len(line_break)
    seen = text[max(start, stop - _SEEN) : stop]
    first, line = not re.search(f"[{LINE_END}]", seen.strip()), _normal(re.split(f"[{LINE_END}]", seen.rstrip())[-1])
    following = _LINE.match(text, end, end + _SEEN)
    rest = _normal(following[0]) if following else ""
    if not line or not rest or _STOPPED.search(line) or _stands_alone(line, first=first) or _is_own_line(rest):
        return False
    return _continues(line, rest, first=first)


def _normal(line: str) -> str:
    return nfc(line).strip()


def _stands_alone(line: str, *, first: bool) -> bool:
    """Return whether nothing continues a line: headings, rows, and short lines with a label."""
    heading = line.startswith("#") or not any(character.islower() for character in line)
    labelled = first and _LABELLED.match(line) and len(line) < _LONG and not _OPEN_WORD.search(line)
    return bool((first and heading) or _ROW.search(line) or labelled)


def _is_own_line(rest: str) -> bool:
    return bool(_ITEM.match(rest) or _ROW.search(rest) or _LABELLED.match(rest))


def _continues(line: str, rest: str, *, first: bool) -> bool:
    if _OPEN_WORD.search(line):
        return rest[0].isalnum() or rest[0] in "“‘(\"'"
    head = _HEAD.match(rest)
    if first and len(line) < _SHORT and head and len(head[0]) < _SHORT and head[0][-1] not in ".!?…":
        return False
    return rest[0].islower() or (_FIGURE.match(rest) is not None and len(line) >= _LONG)
