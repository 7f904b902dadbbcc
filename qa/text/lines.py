"""Whether a sentence goes on over the end of a line, as in text that was wrapped at a width.

Decides from the line so far and the next one: how each ends and begins, and whether they are items, rows or headings.
"""

from __future__ import annotations

import re

from qa.text.forms import nfc

LINE_END = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
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
# A first line that is shorter was broken off only where a sentence follows that is no shorter, or has its full stop.
_SHORT = 25
_LONG = 40


def goes_on(text: str, start: int, end: int, line_break: str) -> bool:
    """Whether the sentence that begins at `start` goes on after the line break that ends at `end`."""
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
    """Whether nothing continues a line: headings, rows, and short lines with a label."""
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
