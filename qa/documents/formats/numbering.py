"""Compute the numbers and bullets of Word paragraphs, which Word counts and does not store in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_COUNT = 3_000  # that is written in Roman numerals
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x")),
    *((9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True)
class _Level:
    """How a level of a list is counted, what is shown of it ("%1.%2"), from where, and the style that it belongs to."""

    kind: str
    shown: str
    start: int
    style: str


@dataclass(frozen=True)
class _List:
    """A list: the list that it continues, its levels, and the start of those that it restarts."""

    counter: str
    levels: Mapping[int, _Level]
    anew: Mapping[int, int]


class Numbering:
    """Counts the paragraphs of a document in their order.

    `root` holds its lists, `styles` its styles, where it has them.
    """

    def __init__(self, root: Any, styles: Any) -> None:
        self._lists = dict(_lists(root)) if root is not None else {}
        self._styles = {_own(one, "styleId"): one for one in styles.iterfind("{*}style")} if styles is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def before(self, paragraph: Any) -> str:
        """Return the mark of the next paragraph, with a space at its end; empty for one outside lists."""
        number, depth = self._place(paragraph)
        held = self._lists.get(number)
        if held is None or depth not in held.levels:
            return ""
        counts = self._counts.setdefault(held.counter, {})
        if number not in self._begun:
            self._begun.add(number)
            counts |= {level: start - 1 for level, start in held.anew.items()}
        counts[depth] = counts.get(depth, held.levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return _sign(held.levels, counts, depth)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """Return the list and the level that a paragraph states, or its style or one below that does."""
        named = paragraph.find("{*}pPr/{*}pStyle")
        style = "" if named is None else _own(named, "val")
        depth = _value(paragraph, "{*}pPr/{*}numPr/{*}ilvl")
        number = _value(paragraph, "{*}pPr/{*}numPr/{*}numId")
        seen: set[str] = set()
        while not number and style in self._styles and style not in seen:
            seen.add(style)
            number = _value(self._styles[style], "{*}pPr/{*}numPr/{*}numId")
            depth = depth or (_value(self._styles[style], "{*}pPr/{*}numPr/{*}ilvl") or self._depth(number, style))
            style = _value(self._styles[style], "{*}basedOn")
        return number, int(depth) if depth.isdecimal() else 0

    def _depth(self, number: str, style: str) -> str:
        """Return the level of a list that belongs to a style; empty where none does."""
        levels = self._lists[number].levels if number in self._lists else {}
        return next((str(depth) for depth, level in levels.items() if level.style == style), "")


def _lists(root: Any) -> Iterator[tuple[str, _List]]:
    kinds = {
        _own(one, "abstractNumId"): {_whole(_own(level, "ilvl")): _level(level) for level in one.iterfind("{*}lvl")}
        for one in root.iterfind("{*}abstractNum")
    }
    for one in root.iterfind("{*}num"):
        counter = _value(one, "{*}abstractNumId")
        changed = {_whole(_own(level, "ilvl")): level for level in one.iterfind("{*}lvlOverride")}
        levels = {depth: _level(own) for depth, level in changed.items() if (own := level.find("{*}lvl")) is not None}
        starts = {depth: _value(level, "{*}startOverride") for depth, level in changed.items()}
        anew = {depth: _whole(start) for depth, start in starts.items() if start}
        yield _own(one, "numId"), _List(counter, {**kinds.get(counter, {}), **levels}, anew)


def _level(level: Any) -> _Level:
    kind, start = _value(level, "{*}numFmt") or "decimal", _value(level, "{*}start")
    return _Level(kind, _value(level, "{*}lvlText"), _whole(start or "1"), _value(level, "{*}pStyle"))


def _sign(levels: Mapping[int, _Level], counts: Mapping[int, int], depth: int) -> str:
    if levels[depth].kind == "bullet":
        return f"{'  ' * depth}- "
    shown = levels[depth].shown
    for above in range(depth + 1):
        level = levels.get(above, levels[depth])
        shown = shown.replace(f"%{above + 1}", _counted(level.kind, counts.get(above, level.start)))
    return f"{shown.strip()} " if shown.strip() and levels[depth].kind != "none" else ""


def _counted(kind: str, number: int) -> str:
    """Return a number as a kind of list writes it (ECMA-376, 17.18.59); in figures where that is another script's."""
    if kind in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in {"lowerRoman", "upperRoman"} and 0 < number <= MAX_COUNT:
        return _roman(number) if kind == "lowerRoman" else _roman(number).upper()
    return f"{number:02}" if kind == "decimalZero" else str(number)


def _roman(number: int) -> str:
    shown = ""
    for value, sign in _ROMAN:
        shown += sign * (number // value)
        number %= value
    return shown


def _own(element: Any, name: str) -> str:
    """Return an attribute of the element's own namespace; empty where it has none."""
    return str(element.get(f"{element.tag.partition('}')[0]}}}{name}", ""))


def _value(element: Any, path: str) -> str:
    found = element.find(path)
    return "" if found is None else _own(found, "val")


def _whole(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() else 0
