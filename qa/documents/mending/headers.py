"""Find page headers, footers and page numbers among the lines of a text, and remove them.

They are removed only where they interrupt a sentence or separate pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from qa.documents.mending.breaks import PAGE_NUMBER, goes_on, is_cut

MIN_REPEATS = 3  # of a line at the edges of pages
MAX_HEADER = 120  # characters
EDGE_LINES = 12  # blank ones included, that the edge of a page may have
BLOCK_LINES = 3  # of a header with the number of its page
EDGE = "\f"  # replaces a page's header or footer

_FIGURES = re.compile(r"\d+")
_FORM_FEED = "\f"
_ROW = "| "

_HEADER = re.compile(
    r"(?:\d+\s+)?CÔNG BÁO\s*(?:/|\d|số|Số).*"
    r"|(?:[-–—]\s*)?(?:Trang|Tr\.|Page)\s*:?\s*\d+\s*(?:(?:/|trên|of)\s*\d+)?(?:\s*[-–—])?"
)
_BETWEEN_DASHES = re.compile(r"[-–—]\s*\d{1,4}\s*[-–—]")
_PAGE = r"(?:Trang|TRANG|Tr\.|Page)\s*:?\s*\d{1,4}(?:\s*/\s*\d+)?"
_PAGED = re.compile(rf".*\S(?:\s{{2,}}|\t|\s*[|•–—-]\s*){_PAGE}|{_PAGE}(?:\s{{2,}}|\t|\s*[|•–—-]\s*)\S.*")
_COLUMNED = re.compile(r".*\S(?:\s{3,}|\s*[|•]\s*)\d{1,4}(?:\s*/\s*\d+)?|\d{1,4}(?:\s{3,}|\s*\|\s*)\S.*")
_WIDE = re.compile(r"\s{3,}|\t|\|")
_DASHED = re.compile(r".*\S\s*[–—-]\s*\d{1,4}(?:\s*/\s*\d+)?")
_RUNNING = re.compile(r"[^|\s][^|]*\s[|•]\s[^|]*[^|\s]")
"""A running title: "HTX Rau Sạch | Báo cáo 2023"; a row of a table has a bar before its first cell."""


def without_headers(lines: Sequence[str]) -> list[str]:
    """Return the lines with `EDGE` in place of each page header, footer and page number."""
    has_pages = any(_FORM_FEED in line for line in lines)
    edges = _edges(lines, has_pages=has_pages)
    parting = _parting(lines, _Around(lines, edges), has_pages=has_pages)
    edges = [is_edge or index in parting for index, is_edge in enumerate(edges)]
    around = _Around(lines, edges)
    shown = []
    for index, line in enumerate(lines):
        known = index in parting or bool(_HEADER.fullmatch(line.strip()))
        known = known or (has_pages and bool(_BETWEEN_DASHES.fullmatch(line.strip())))
        is_header = known or (edges[index] and _parts_pages(lines, index, around))
        shown.append(EDGE if is_header else line.replace("\f", "") or line)
    return shown


class _Around:
    """The lines of text before and after each line: the nearest that are neither blank nor possibly edges of pages."""

    def __init__(self, lines: Sequence[str], edges: Sequence[bool]) -> None:
        texts = ["" if is_edge else line.strip() for line, is_edge in zip(lines, edges, strict=True)]
        self._before = _nearest(texts)
        self._after = _nearest(texts[::-1])[::-1]

    def of(self, first: int, last: int) -> tuple[str, str]:
        """Return the lines of text before and after some lines; empty where there is none close by."""
        return self._before[first], self._after[last]


def _nearest(texts: Sequence[str]) -> list[str]:
    """Return for each line the nearest one with text before it, at most `EDGE_LINES` lines away from it."""
    found, nearest, passed = [], "", 0
    for text in texts:
        found.append(nearest if passed < EDGE_LINES else "")
        nearest, passed = (text, 0) if text else (nearest, passed + 1)
    return found


def _edges(lines: Sequence[str], *, has_pages: bool) -> list[bool]:
    """Tell which lines may be at the edge of a page: known headers, bare numbers, and lines repeated on many pages."""
    keys = [_key(line) for line in lines]
    known = [
        bool(PAGE_NUMBER.fullmatch(key) or _HEADER.fullmatch(line.strip()))
        for key, line in zip(keys, lines, strict=True)
    ]
    counts = Counter(keys)
    passed = [
        not line.strip() or is_known or (counts[key] >= MIN_REPEATS and not line.strip()[0].islower())
        for line, key, is_known in zip(lines, keys, known, strict=True)
    ]
    pages = [
        _page(lines, index, passed, has_pages=has_pages) if key and passed[index] else None
        for index, key in enumerate(keys)
    ]
    on_pages = Counter(key for key, page in set(zip(keys, pages, strict=True)) if page is not None)
    figures: dict[str, list[list[str]]] = {}
    for line, key, page in zip(lines, keys, pages, strict=True):
        if page is not None:
            figures.setdefault(key, []).append(_FIGURES.findall(line))
    # A line that occurs as often within the text belongs to it.
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
    """Return what the headers of all pages have in common; empty for a table row, or a line that is too long."""
    return _FIGURES.sub("0", line.strip().lower()) if len(line) <= MAX_HEADER and not line.startswith(_ROW) else ""


def _count_pages(figures: Iterable[Sequence[str]]) -> bool:
    """Return whether the figures in otherwise equal lines count pages: at most one changes, and it increases."""
    changing = [numbers for numbers in zip(*figures, strict=True) if len({*numbers}) > 1]
    return not changing or (len(changing) == 1 and all(a <= b for a, b in pairwise(map(int, changing[0]))))


def _page(lines: Sequence[str], index: int, passed: Sequence[bool], *, has_pages: bool) -> int | None:
    """Return the number of the page that a line is at the edge of, or alone between blank lines; None within a text."""
    for step in (-1, 1) if has_pages else ():
        near = index
        while 0 <= near < len(lines) and passed[near] and abs(near - index) <= EDGE_LINES:
            if _FORM_FEED in lines[near]:
                return step * (near + 1)
            near += step
        if near < 0:
            return 0
    beside = [lines[one].strip() if 0 <= one < len(lines) else "" for one in (index - 1, index + 1)]
    return None if any(beside) else index + len(lines) + 1


def _parts_pages(lines: Sequence[str], index: int, around: _Around) -> bool:
    """Return whether a page number, or a line repeated on each page, interrupts a sentence or separates pages."""
    before, after = around.of(index, index)
    parted = any("\f" in one for one in lines[max(0, index - 2) : index + 3])
    return bool(before and after) and (parted or _is_broken(before, after))


def _is_broken(before: str, after: str) -> bool:
    return goes_on(before, after) or is_cut(before, after)


def _parting(lines: Sequence[str], around: _Around, *, has_pages: bool) -> set[int]:
    """Return the indexes of lines within a sentence that give a page number, or the title, and of those beside them.

    Lines between blank ones may interrupt any sentence, others only one that continues with a lower-case letter.
    """
    found: set[int] = set()
    for block in _apart(lines):
        if _is_broken(*around.of(block[0], block[-1])):
            found |= {*block}
    for block in _close(lines, has_pages=has_pages):
        if goes_on(*around.of(block[0], block[-1])):
            found |= {*block}
    return found


def _apart(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield few lines between blank ones with the number of a page, or the title, among them."""
    first = next((line for line in lines if line.strip()), "")
    title = "" if first.strip()[:1].islower() else _key(first)
    for block in blocks(lines):
        is_known = any(_has_page_number(lines[index]) or (title and _key(lines[index]) == title) for index in block)
        if len(block) <= BLOCK_LINES and is_known:
            yield block


def _close(lines: Sequence[str], *, has_pages: bool) -> Iterator[list[int]]:
    """Yield lines that may have text right above or below: a title with the number of its page in it or beside it."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in filled:
        line, at_edge = lines[index].strip(), has_pages and _is_at_edge(lines, index, index)
        if len(line) > MAX_HEADER or line[0].islower() or not (at_edge or _WIDE.search(line)):
            continue
        if _PAGED.fullmatch(line) or (at_edge and _COLUMNED.fullmatch(line)):
            yield [index]
    for one, other in pairwise(filled):
        pair = [lines[one].strip(), lines[other].strip()]
        if any(map(_is_bare_number, pair)) and any(map(_is_running_title, pair)):
            beside = [*lines[max(0, one - 1) : one], *lines[other + 1 : other + 2]]
            if (has_pages and _is_at_edge(lines, one, other)) or not "".join(beside).strip():
                yield [one, other]


def _is_at_edge(lines: Sequence[str], first: int, last: int) -> bool:
    """Return whether a form feed is between, above or below two lines."""
    return any(_FORM_FEED in line for line in lines[max(0, first - 1) : last + 2])


def _is_bare_number(line: str) -> bool:
    return bool(PAGE_NUMBER.fullmatch(line) or _HEADER.fullmatch(line))


def _is_running_title(line: str) -> bool:
    return len(line) <= MAX_HEADER and bool(_RUNNING.fullmatch(line) or (line.isupper() and " " in line))


def _has_page_number(line: str) -> bool:
    line = line.strip()
    forms = (PAGE_NUMBER, _HEADER, _PAGED, _COLUMNED, _DASHED)
    return len(line) <= MAX_HEADER and any(form.fullmatch(line) for form in forms)


def is_blank(line: str) -> bool:
    """Return whether a line is empty, or only has the quote mark of a mail."""
    return not line.strip() or line.strip() == ">"


def blocks(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the indexes of lines without a blank one between them."""
    block: list[int] = []
    for index, line in enumerate(lines):
        if not is_blank(line):
            block.append(index)
        elif block:
            yield block
            block = []
    if block:
        yield block
