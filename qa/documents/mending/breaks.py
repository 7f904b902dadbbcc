"""Where a sentence breaks off at the end of a line, and whether it goes on in another one.

Lists, verses, tables, headings, code and "label: value" lines are no parts of a broken sentence.
"""

from __future__ import annotations

import re

MIN_WORDS = 4  # in a line that breaks off; fewer may be an item of a list
MAX_NAME_END = 3  # words of a name that stand in the next line

PAGE_NUMBER = re.compile(r"[-–—\[(|]?\s*\d{1,4}\s*[-–—\])|]?")
ENDED = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$")
MARKER = re.compile(
    r"(?:[-*+•–—▪◦●○►✓✔☐>|#]|\(?\d{1,3}(?:\.\d{1,3})*[.)](?!\d)|\d{1,3}(?:\.\d{1,2})+\s"
    r"|\(?[a-zđ]{1,2}\d?\)|[a-zđA-ZĐ]\.\s|[ivxIVX]{1,5}[.)]\s)"
)
_HEADING = re.compile(r"(?:Điều|Chương|Mục|Phần|Phụ lục|Bài|Tiểu mục)\s+(?:[\dIVXLC]+|thứ)\b|Căn cứ\b|[=~_*-]{3,}")
# Words after which a figure has to come, unless they are counted themselves ("sau 3 ngày").
_WANTS_FIGURE = re.compile(
    r"(?:\bngày \d{1,2} tháng|\btháng \d{1,2},? năm|(?<!\d )\b(?:năm|ngày|tháng|từ|đến|tới|là|có|khoảng|hơn|gần|trên"
    r"|dưới|gồm|bằng|số|khoản|điều|và|với|được|đạt))$"
)
_LABEL = re.compile(r"[^:.!?]{1,40}:(?:\s|$)")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S|\|")
_SIGN = re.compile(r"[^\w\s,.\-–/()%“”\"']|_")
_PROSE = re.compile(r"[^\W_]")
# The end of a sentence amid a line, and what begins the next one; an initial or a figure is no such end.
_INNER_END = re.compile(r"(?P<last>[^\W\d_]{2,})[.!?…][\"'”’)»]*\s+[\"'“(]?(?P<first>[^\W\d_])")
_WANTS_MORE = re.compile(r"\b(?:của|và|là|do|bởi|tại|ở|với|cho|để|ông|bà|theo|như|hoặc|các|những|mỗi|một)$")
_NAME_END = re.compile(r"(?P<name>[^\W\d_]+(?: [^\W\d_]+)*)[.,;)]")


def goes_on(line: str, following: str) -> bool:
    """Return whether a sentence breaks off in one line and goes on in the next, with a small letter or an awaited
    figure.
    """
    begins = following.lstrip()[:1]
    if ENDED.search(line.rstrip()) or len(line.split()) < MIN_WORDS:
        return False
    is_more = begins.islower() or (begins.isdigit() and _WANTS_FIGURE.search(line.rstrip()))
    return bool(is_more) and may_join(line, following)


def is_cut(line: str, following: str) -> bool:
    """Return whether a line ends amid a sentence, by what it says, so that the next one goes on in any way.

    Where one sentence ends amid a line, the end of the line would have its own full stop.
    """
    if ENDED.search(line.rstrip()) or not may_join(line, following):
        return False
    return _ends_within(line) or bool(_WANTS_MORE.search(line.rstrip())) or _ends_name(line, following)


def _ends_within(line: str) -> bool:
    ends = _INNER_END.finditer(line)
    return any(end["last"].islower() and end["first"].isupper() for end in ends)


def _ends_name(line: str, following: str) -> bool:
    """Return whether a name that one line begins has its end at the start of the next one."""
    end = _NAME_END.match(following.strip())
    words = end["name"].split() if end else []
    return 0 < len(words) <= MAX_NAME_END and all(word.istitle() for word in [*words, line.split()[-1]])


def may_join(line: str, following: str) -> bool:
    """Neither is a heading, a cell or code, and the second no item; the first may be an item that is broken."""
    indent = len(following) - len(following.lstrip())
    line, following = line.strip(), following.strip()
    if MARKER.match(following) or _HEADING.match(following) or line.isupper() or following.isupper():
        return False
    if (
        line.startswith(("#", "|", ">", "Chương "))
        or _is_article_heading(line)
        or (_LABEL.match(line) and _LABEL.match(following))
    ):
        return False
    if _COLUMNS.search(line) or _COLUMNS.search(following) or indent >= 4 or PAGE_NUMBER.fullmatch(following):
        return False
    return _is_prose(line) and _is_prose(following) and len(following) > 2


def _is_prose(line: str) -> bool:
    signs = len(_SIGN.findall(line))
    return signs <= 0.05 * len(line) + 1 and bool(_PROSE.search(line))


def _is_article_heading(line: str) -> bool:
    """Return whether a line names an article of a law, and says nothing of it yet."""
    return line.startswith("Điều ") and "," not in line and not _ends_within(line)
