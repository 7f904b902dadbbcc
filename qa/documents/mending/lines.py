"""Rejoin the lines of a page laid out for print: remove page headers and numbers, and mend broken sentences.

A line continues in the next one if it breaks off and the next begins with a lower-case letter, even across a blank line
or a page header; in a paragraph that is wrapped by this evidence, also if the next begins with a capital or a figure.
So does a line whose words show that its sentence continues ("... là bà Lê", "Thị Mai. ..."). Lists, verses, tables,
headings, code and "label: value" lines stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.documents.mending.breaks import MARKER, MIN_WORDS, goes_on, is_cut, is_ended, may_join
from qa.documents.mending.headers import EDGE, blocks, is_blank, without_headers

WRAPPED_SHARE = 0.4  # of a paragraph's line ends at which a sentence breaks off
FULL_LINE = 0.7  # of the paragraph's longest line, where a sentence ends but the paragraph continues
VERSE = 45  # characters; lines of verse are shorter, and hardly have punctuation

_ROW = "| "


def mend_lines(text: str) -> str:
    """Return the text with its broken lines joined by a space and page headers taken out.

    `text` has line feeds only.
    """
    lines = without_headers(text.split("\n"))
    return "\n".join(_joined(lines))


# Joining


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines joined with their continuations; a table continues across pages without its repeated header."""
    wrapped = _wrapped(lines)
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    fenced = False
    at, header = -1, ""
    held: list[str] = []
    gap: list[str] = []
    for index, line in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        if line.startswith(_ROW):
            is_row = bool(held) and held[0].startswith(_ROW)
            if is_row and EDGE in gap:
                gap = []
                if line == header:
                    continue
            elif gap or not is_row:
                header = line
        if is_blank(line):
            gap.append(line)
        elif held and not fenced and _belongs(lines, at, index, wrapped.get(index, 0), first, is_part=len(held) > 1):
            held.append(line.strip().lstrip("> ") if held[0].lstrip().startswith(">") else line.strip())
            gap, at = [], index
        else:
            yield from _shown(held, gap)
            held, gap, at = [line], [], index
    yield from _shown(held, gap)


def _shown(held: Sequence[str], gap: Sequence[str]) -> list[str]:
    """Return the parts of a line as one and the blank lines below it, without the edges of pages."""
    whole = [" ".join([held[0].rstrip(), *filter(None, held[1:])]) if len(held) > 1 else held[0]] if held else []
    return [line for line in [*whole, *gap] if line != EDGE]


def _belongs(lines: Sequence[str], at: int, index: int, width: int, first: int, *, is_part: bool) -> bool:
    """Return whether the line at `index` continues the one at `at`, with only blank lines between them.

    The one at `at` may itself be a continuation; the one at `first`, unless it is an item, may be a title.
    """
    line, following, gap = lines[at], lines[index], lines[at + 1 : index]
    least = 1 if is_part and not gap else MIN_WORDS
    if goes_on(line, following, least=least) and width >= 0:
        is_title = at == first and not MARKER.match(line.strip())
        return not (is_title and gap and EDGE not in gap)
    if EDGE in gap and is_cut(line, following):
        return True
    if gap or width <= 0 or not may_join(line, following):
        return False
    return not is_ended(line) or (len(line.rstrip()) >= FULL_LINE * width and line.rstrip()[-1] not in ":;")


def _wrapped(lines: Sequence[str]) -> dict[int, int]:
    """Return the paragraph's width by index of each of its lines but the first, if it is wrapped.

    It is -1 for verse, and absent if neither is evident.
    """
    found: dict[int, int] = {}
    for block in blocks(lines):
        width = max(len(lines[index].rstrip()) for index in block)
        breaks = [(one, one + 1) for one in block[:-1]]
        broken = sum(1 for one, after in breaks if _is_broken(lines, one, after, block[-1]))
        if len(block) >= 4 and width <= VERSE and not any(re.search(r"[,.;:]\s", lines[one]) for one in block):
            found |= dict.fromkeys(block[1:], -1)
        elif broken >= min(2, len(breaks)) and broken >= WRAPPED_SHARE * len(breaks) and breaks:
            found |= dict.fromkeys(block[1:], width)
    return found


def _is_broken(lines: Sequence[str], at: int, after: int, last: int) -> bool:
    """Return whether a sentence breaks off at the end of a line of a paragraph; prose ends in punctuation."""
    is_prose = is_ended(lines[last])
    return goes_on(lines[at], lines[after]) or (is_prose and is_cut(lines[at], lines[after]))
