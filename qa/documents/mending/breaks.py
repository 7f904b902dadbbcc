"""Tell whether a sentence breaks off at the end of a line, and whether it continues in another.

Lists, verses, tables, headings, code and "label: value" lines are never parts of a broken sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

MIN_WORDS = 4  # in a line that breaks off; fewer may be an item of a list
FIGURE_WORDS = 8  # in a line that the next one continues with a figure; fewer may be an item
MAX_NAME_END = 3  # words of a name that are in the next line

PAGE_NUMBER = re.compile(r"[-–—\[(|]?\s*\d{1,4}\s*[-–—\])|]?")
_ENDS, _CLOSING = (".", "!", "?", "…", ":", ";"), "\"'”’»)]*_"
MARKER = re.compile(
    r"(?:[-*+•–—▪◦●○►✓✔☐>|#]|\(?\d{1,3}(?:\.\d{1,3})*[.)](?!\d)|\d{1,3}(?:\.\d{1,2})+\s"
    r"|\(?[a-zđ]{1,2}\d?\)|[a-zđA-ZĐ]\.\s|[ivxIVX]{1,5}[.)]\s)"
)
_HEADING = re.compile(r"(?:Điều|Chương|Mục|Phần|Phụ lục|Bài|Tiểu mục)\s+(?:[\dIVXLC]+|thứ)\b|Căn cứ\b|[=~_*-]{3,}")
# Words that a figure must follow, unless they are counted themselves ("sau 3 ngày").
_WANTS_FIGURE = re.compile(
    r"(?:\bngày \d{1,2} tháng|\btháng \d{1,2},? năm|(?<!\d )\b(?:năm|ngày|tháng|số|khoản|điều)"
    r"|\b(?:từ|đến|tới|là|có|khoảng|hơn|gần|trên|dưới|gồm|bằng|và|với|được|đạt))$"
)
_COUNTED = re.compile(r"(?<!\d )\b(?:số|khoản|điều|ngày|tháng|năm|quý|khóa|lớp)$")
_COUNT = re.compile(r"\d{1,4}[.,;)]?(?:\s|$)")
_ABBREVIATED = re.compile(r"\b(?:TP|Tp|TX|TT|TS|ThS|PGS|GS|BS|KS|LS|St|Mr|Mrs|Dr|No)\.$")
_LABEL = re.compile(r"[^:.!?]{1,40}:(?:\s|$)")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S|\|")
_SIGN = re.compile(r"[^\w\s,.\-–/()%“”\"']|_")
_PROSE = re.compile(r"[^\W_]")
# The end of a sentence within a line, and the start of the next; an initial or the number of an item is not an end.
# It is looked for from the start of words alone, since from each letter of a long one it takes quadratic time.
_INNER_END = re.compile(
    r"(?:(?<![^\W\d_])(?P<last>[^\W\d_]{2,})|(?<!\S)(?:\S+\s+){3}\S*\d%?)[.!?…][\"'”’)»]*\s+[\"'“(]?"
    r"(?=(?P<first>[^\W\d_]))"
)
_WANTS_MORE = re.compile(
    r"\b(?:của|và|là|do|bởi|tại|ở|với|cho|để|ông|bà|theo|như|hoặc|các|những|mỗi|một|đến|vào|từ|trong|trên|về|lúc"
    r"|(?:kiến trúc|kỹ|luật|giáo) sư|(?:bác|tiến|thạc|họa|nhạc) sĩ|đồng chí|anh|chị|thầy)$"
)
_NAME_END = re.compile(r"(?P<name>[^\W\d_]+(?: [^\W\d_]+)*)[.,;)]")


def is_ended(line: str) -> bool:
    """Return whether a line ends with punctuation that ends a sentence or introduces a list."""
    line = line.rstrip()
    return line.rstrip(_CLOSING).endswith(_ENDS) and not _is_abbreviated(line)


def _is_abbreviated(line: str) -> bool:
    return line.endswith(".") and bool(_ABBREVIATED.search(line))


def _unquoted(line: str, following: str) -> tuple[str, str]:
    """Return two lines without the quote marks of a mail, if both have them."""
    if line.startswith(">") and following.startswith(">"):
        return line.lstrip("> "), following.lstrip("> ")
    return line, following


def goes_on(line: str, following: str, *, least: int = MIN_WORDS) -> bool:
    """Return whether a sentence breaks off in one line and continues in the next.

    The next begins with a lower-case letter or an expected figure; `least` is the number of words that the line must
    have.
    """
    line, following = _unquoted(line, following)
    begins = following.lstrip()[:1]
    if is_ended(line) or len(line.split()) < least:
        return False
    if (
        _COUNT.match(following.strip())
        and _COUNTED.search(line.rstrip())
        and not PAGE_NUMBER.fullmatch(following.strip())
    ):
        return not (_COLUMNS.search(line) or _COLUMNS.search(following))
    is_more = begins.islower() or (begins.isdigit() and _WANTS_FIGURE.search(line.rstrip()))
    return bool(is_more) and may_join(line, following)


def is_cut(line: str, following: str) -> bool:
    """Return whether the words of a line show that its sentence continues in the next line, however that begins.

    If a sentence ends within the line, the end of the line would have a full stop too.
    """
    line, following = _unquoted(line, following)
    if is_ended(line) or not may_join(line, following):
        return False
    wants_more = _WANTS_MORE.search(line.rstrip()) or _is_abbreviated(line.rstrip())
    return bool(wants_more) or _ends_within(line) or _ends_name(line, following) or _has_figure_next(line, following)


def _has_figure_next(line: str, following: str) -> bool:
    """Return whether a figure continues a line of prose; a date or a time of day begins a new entry."""
    figure = re.match(r"\s*\d(?!\d?[:h/.]\d\d?\b)", following)
    return bool(figure) and len(line.split()) >= FIGURE_WORDS and not line.lstrip()[0].isdigit()


def _ends_within(line: str) -> bool:
    ends = _INNER_END.finditer(line)
    return any((end["last"] or "a").islower() and end["first"].isupper() for end in ends)


def _ends_name(line: str, following: str) -> bool:
    """Return whether a name at the end of one line is completed at the start of the next."""
    end = _NAME_END.match(following.strip())
    words = end["name"].split() if end else []
    return 0 < len(words) <= MAX_NAME_END and all(word.istitle() for word in [*words, line.split()[-1]])


def may_join(line: str, following: str) -> bool:
    """Return whether two lines may be parts of one sentence.

    Neither is a heading, a cell or code, and the second is not an item; the first may be a broken item.
    """
    indent = len(following) - len(following.lstrip())
    line, following = (one.strip() for one in _unquoted(line, following))
    if MARKER.match(following) or _HEADING.match(following) or line.isupper() or following.isupper():
        return False
    if (
        line.startswith(("#", "|", ">", "Chương "))
        or _is_article_heading(line)
        or (_LABEL.match(line) and _LABEL.match(following))
    ):
        return False
    if indent >= 4 or PAGE_NUMBER.fullmatch(following):
        return False
    return _is_prose(line) and _is_prose(following) and len(following) > 2


@lru_cache(maxsize=1 << 10)  # each line is compared with the one before and the one after it
def _is_prose(line: str) -> bool:
    """Return whether a line is not a row of cells, and hardly any of its characters are symbols."""
    signs = len(_SIGN.findall(line))
    return signs <= 0.05 * len(line) + 1 and bool(_PROSE.search(line)) and not _COLUMNS.search(line)


def _is_article_heading(line: str) -> bool:
    """Return whether a line names an article of a law and says nothing more."""
    return line.startswith("Điều ") and "," not in line and not _ends_within(line)
