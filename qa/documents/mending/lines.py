"""Lines of a page set for print put together again: its headers and page numbers out, broken sentences whole.

A line goes on in the next one when it breaks off and the next begins with a small letter, also across a blank line or
a page's header; in a paragraph that shows by this that it is wrapped, also where the next begins with a capital or a
figure. Lists, verses, tables, headings, code and "label: value" lines stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa.text import canonical

MIN_WORDS = 4  # in a line that breaks off; fewer may be an item of a list
MIN_REPEATS = 3  # of a line at the edges of pages
WRAPPED_SHARE = 0.4  # of a paragraph's line ends that a small letter follows
FULL_LINE = 0.7  # of the paragraph's longest line, where a sentence ends but the paragraph goes on
VERSE = 45  # characters; lines of verse are shorter, and hardly have punctuation
MAX_HEADER = 120  # characters

_HEADER = re.compile(
    r"(?:\d+\s+)?CÔNG BÁO\s*(?:/|\d|số|Số).*"
    r"|(?:[-–—]\s*)?(?:Trang|Tr\.|Page)\s*:?\s*\d+\s*(?:(?:/|trên|of)\s*\d+)?(?:\s*[-–—])?"
)
_NUMBER = re.compile(r"[-–—\[(|]?\s*\d{1,4}\s*[-–—\])|]?")
_ENDED = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$")
_MARKER = re.compile(
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
_PROSE = re.compile(r"[^\W_]")


def mend_lines(text: str) -> str:
    """The text with its broken lines joined by a space and page headers taken out; `text` has line feeds only."""
    lines = _without_headers(text.split("\n"))
    return "\n".join(_joined(lines))


# Headers


def _without_headers(lines: list[str]) -> list[str]:
    repeated = _repeated(lines)
    dropped = {
        index
        for index, line in enumerate(lines)
        if line.strip() and (_HEADER.fullmatch(line.strip()) or _is_edge(lines, index, repeated))
    }
    return [line.replace("\f", "") for index, line in enumerate(lines) if index not in dropped]


def _repeated(lines: Sequence[str]) -> set[str]:
    """Short lines that stand often, but for their figures."""
    counts = Counter(_key(line) for line in lines if 0 < len(line.strip()) <= MAX_HEADER)
    return {key for key, count in counts.items() if count >= MIN_REPEATS}


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", canonical(line))


def _is_edge(lines: Sequence[str], index: int, repeated: set[str]) -> bool:
    """A page number, or a line that stands on each page, where it parts a sentence or the pages."""
    line = lines[index]
    if len(line.strip()) > MAX_HEADER or not (_NUMBER.fullmatch(line.strip()) or _key(line) in repeated):
        return False
    before = _neighbour(lines, index, -1, repeated)
    after = _neighbour(lines, index, 1, repeated)
    parted = "\f" in line or any("\f" in one for one in lines[max(0, index - 2) : index + 3])
    return bool(before and after) and (parted or _goes_on(before, after))


def _neighbour(lines: Sequence[str], index: int, step: int, repeated: set[str]) -> str:
    """The next line in a direction that is neither blank nor of the edge of a page."""
    index += step
    while 0 <= index < len(lines):
        line = lines[index].strip()
        if line and not (_HEADER.fullmatch(line) or _NUMBER.fullmatch(line) or _key(line) in repeated):
            return line
        index += step
    return ""


# Joining


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines, each with those that it goes on in."""
    wrapped = _wrapped(lines)
    fenced = False
    held, gap, at = "", [], -1
    for index, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        if not line.strip():
            gap.append(line)
        elif held and not fenced and _belongs(lines[at], line, gap=bool(gap), width=wrapped.get(index, 0)):
            held, gap, at = f"{held.rstrip()} {line.strip()}", [], index
        else:
            yield from [held, *gap] if at >= 0 else gap
            held, gap, at = line, [], index
    yield from [held, *gap] if at >= 0 else gap


def _belongs(line: str, following: str, *, gap: bool, width: int) -> bool:
    if _goes_on(line, following) and not (width < 0):
        return True
    if gap or width <= 0 or not _may_join(line, following):
        return False
    ended = _ENDED.search(line.rstrip())
    return not ended or (len(line.rstrip()) >= FULL_LINE * width and line.rstrip()[-1] not in ":;")


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence breaks off in one line and goes on in the next, with a small letter or an awaited figure."""
    begins = following.lstrip()[:1]
    if _ENDED.search(line.rstrip()) or len(line.split()) < MIN_WORDS:
        return False
    goes_on = begins.islower() or (begins.isdigit() and _WANTS_FIGURE.search(line.rstrip()))
    return bool(goes_on) and _may_join(line, following)


def _may_join(line: str, following: str) -> bool:
    """Neither is a heading, a cell or code, and the second no item; the first may be an item that is broken."""
    indent = len(following) - len(following.lstrip())
    line, following = line.strip(), following.strip()
    if _MARKER.match(following) or _HEADING.match(following) or line.isupper() or following.isupper():
        return False
    if line.startswith(("#", "|", ">", "Điều ", "Chương ")) or (_LABEL.match(line) and _LABEL.match(following)):
        return False
    if _COLUMNS.search(line) or _COLUMNS.search(following) or indent >= 4 or _NUMBER.fullmatch(following):
        return False
    return _is_prose(line) and _is_prose(following) and len(following) > 2


def _is_prose(line: str) -> bool:
    signs = sum(1 for one in line if not (one.isalnum() or one.isspace() or one in ",.-–/()%“”\"'"))
    return signs <= 0.05 * len(line) + 1 and bool(_PROSE.search(line))


def _wrapped(lines: Sequence[str]) -> dict[int, int]:
    """By index of a line that is not the first of its paragraph: the paragraph's width where it is wrapped, else -1
    where it is verse; absent where neither shows.
    """
    found: dict[int, int] = {}
    for block in _blocks(lines):
        width = max(len(lines[index].rstrip()) for index in block)
        breaks = [(one, one + 1) for one in block[:-1]]
        small = sum(1 for one, after in breaks if _goes_on(lines[one], lines[after]))
        if len(block) >= 4 and width <= VERSE and not any(re.search(r"[,.;:]\s", lines[one]) for one in block):
            found |= dict.fromkeys(block[1:], -1)
        elif small >= 2 and small >= WRAPPED_SHARE * len(breaks):
            found |= dict.fromkeys(block[1:], width)
    return found


def _blocks(lines: Sequence[str]) -> Iterator[list[int]]:
    """Runs of lines without a blank one between them."""
    block: list[int] = []
    for index, line in enumerate(lines):
        if line.strip():
            block.append(index)
        elif block:
            yield block
            block = []
    if block:
        yield block
