"""Lines of a page set for print put together again: its headers and page numbers out, broken sentences whole.

A line goes on in the next one when it breaks off and the next begins with a small letter, also across a blank line or
a page's header; in a paragraph that shows by this that it is wrapped, also where the next begins with a capital or a
figure. Lists, verses, tables, headings, code and "label: value" lines stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

MIN_WORDS = 4  # in a line that breaks off; fewer may be an item of a list
MIN_REPEATS = 3  # of a line at the edges of pages
WRAPPED_SHARE = 0.4  # of a paragraph's line ends that a small letter follows
FULL_LINE = 0.7  # of the paragraph's longest line, where a sentence ends but the paragraph goes on
VERSE = 45  # characters; lines of verse are shorter, and hardly have punctuation
MAX_HEADER = 120  # characters
EDGE_LINES = 12  # blank ones included, that the edge of a page may have

_FIGURES = re.compile(r"\d+")
_FORM_FEED = "\f"
_ROW = "| "
_EDGE = "\f"  # what stands for a page's header or foot that was taken out

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
_SIGN = re.compile(r"[^\w\s,.\-–/()%“”\"']|_")
_PROSE = re.compile(r"[^\W_]")


def mend_lines(text: str) -> str:
    """Return the text with its broken lines joined by a space and page headers taken out.

    `text` has line feeds only.
    """
    lines = _without_headers(text.split("\n"))
    return "\n".join(_joined(lines))


# Headers


def _without_headers(lines: list[str]) -> list[str]:
    edges = _edges(lines)
    shown = []
    for index, line in enumerate(lines):
        is_header = bool(_HEADER.fullmatch(line.strip())) or (edges[index] and _parts_pages(lines, index, edges))
        shown.append(_EDGE if is_header else line.replace("\f", "") or line)
    return shown


def _edges(lines: Sequence[str]) -> list[bool]:
    """Which lines may be of the edge of a page: known headers, bare numbers, and what stands on many."""
    keys = [_key(line) for line in lines]
    known = [
        bool(_NUMBER.fullmatch(key) or _HEADER.fullmatch(line.strip())) for key, line in zip(keys, lines, strict=True)
    ]
    counts = Counter(keys)
    passed = [
        not line.strip() or is_known or (counts[key] >= MIN_REPEATS and not line.strip()[0].islower())
        for line, key, is_known in zip(lines, keys, known, strict=True)
    ]
    pages = [_page(lines, index, passed) if key and passed[index] else None for index, key in enumerate(keys)]
    on_pages = Counter(key for key, page in set(zip(keys, pages, strict=True)) if page is not None)
    figures: dict[str, list[list[str]]] = {}
    for line, key, page in zip(lines, keys, pages, strict=True):
        if page is not None:
            figures.setdefault(key, []).append(_FIGURES.findall(line))
    # What stands as often amid the lines of a text is one of them.
    often = {
        key
        for key, count in on_pages.items()
        if count >= MIN_REPEATS and 2 * count > counts[key] and _count_pages(figures[key])
    }
    return [
        bool(key) and (is_known or (page is not None and key in often))
        for key, is_known, page in zip(keys, known, pages, strict=True)
    ]


def _key(line: str) -> str:
    """Return what the headers of all pages have in common; empty for a row of a table, or what is too long for one."""
    return _FIGURES.sub("0", line.strip().lower()) if len(line) <= MAX_HEADER and not line.startswith(_ROW) else ""


def _count_pages(figures: Iterable[Sequence[str]]) -> bool:
    """Return whether of the figures in lines that differ in nothing else at most one changes, and grows from line to
    line: the number of the page.
    """
    changing = [numbers for numbers in zip(*figures, strict=True) if len({*numbers}) > 1]
    return not changing or (len(changing) == 1 and all(a <= b for a, b in pairwise(map(int, changing[0]))))


def _page(lines: Sequence[str], index: int, passed: Sequence[bool]) -> int | None:
    """Return a number of the page whose edge a line is at, or that it parts alone between blank lines.

    It is None amid a text.
    """
    for step in (-1, 1):
        near = index
        while 0 <= near < len(lines) and passed[near] and abs(near - index) <= EDGE_LINES:
            if _FORM_FEED in lines[near]:
                return step * (near + 1)
            near += step
        if near < 0 and any(_FORM_FEED in line for line in lines):
            return 0
    beside = [lines[one].strip() if 0 <= one < len(lines) else "" for one in (index - 1, index + 1)]
    return None if any(beside) else index + len(lines) + 1


def _parts_pages(lines: Sequence[str], index: int, edges: Sequence[bool]) -> bool:
    """Return whether a page number, or a line that stands on each page, parts a sentence or the pages."""
    before, after = (_neighbour(lines, index, step, edges) for step in (-1, 1))
    parted = any("\f" in one for one in lines[max(0, index - 2) : index + 3])
    return bool(before and after) and (parted or _goes_on(before, after))


def _neighbour(lines: Sequence[str], index: int, step: int, edges: Sequence[bool]) -> str:
    """Return the next line in a direction that is neither blank nor may be of the edge of a page."""
    for near in range(index + step, index + (EDGE_LINES + 1) * step, step):
        line = lines[near].strip() if 0 <= near < len(lines) else ""
        if line and not edges[near]:
            return line
    return ""


# Joining


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines, each with those that it goes on in; a table goes on across pages without its header said again."""
    wrapped = _wrapped(lines)
    fenced = False
    held, at, header = "", -1, ""
    gap: list[str] = []
    for index, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        if line.startswith(_ROW):
            if held.startswith(_ROW) and _EDGE in gap:
                gap = []
                if line == header:
                    continue
            elif gap or not held.startswith(_ROW):
                header = line
        if not line.strip():
            gap.append(line)
        elif held and not fenced and _belongs(lines, at, index, wrapped.get(index, 0)):
            held, gap, at = f"{held.rstrip()} {line.strip()}", [], index
        else:
            yield from _shown(held, gap)
            held, gap, at = line, [], index
    yield from _shown(held, gap)


def _shown(held: str, gap: Sequence[str]) -> list[str]:
    """Return a line and the blank ones below it, without the edges of pages."""
    return [line for line in [held, *gap] if line != _EDGE][0 if held else 1 :]


def _belongs(lines: Sequence[str], at: int, index: int, width: int) -> bool:
    """Return whether the line at `index` goes on what the one at `at` began, with nothing but blank ones between
    them.
    """
    line, following, gap = lines[at], lines[index], lines[at + 1 : index]
    if _goes_on(line, following) and width >= 0:
        return not (gap and _EDGE not in gap and _is_title(lines, at))
    if gap or width <= 0 or not _may_join(line, following):
        return False
    ended = _ENDED.search(line.rstrip())
    return not ended or (len(line.rstrip()) >= FULL_LINE * width and line.rstrip()[-1] not in ":;")


def _is_title(lines: Sequence[str], at: int) -> bool:
    """Return whether a line is the first of the text, and no item."""
    return not any(line.strip() for line in lines[:at]) and not _MARKER.match(lines[at].strip())


def _goes_on(line: str, following: str) -> bool:
    """Return whether a sentence breaks off in one line and goes on in the next, with a small letter or an awaited
    figure.
    """
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
    signs = len(_SIGN.findall(line))
    return signs <= 0.05 * len(line) + 1 and bool(_PROSE.search(line))


def _wrapped(lines: Sequence[str]) -> dict[int, int]:
    """Return, by index of a line that is not the first of its paragraph, the paragraph's width where it is wrapped.

    It is -1 where it is verse, and absent where neither shows.
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
    """Yield runs of lines without a blank one between them."""
    block: list[int] = []
    for index, line in enumerate(lines):
        if line.strip():
            block.append(index)
        elif block:
            yield block
            block = []
    if block:
        yield block
