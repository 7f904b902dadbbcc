"""Read HTML and saved pages through lxml.

The boilerplate of a page that its markup names (navigation, forms, asides) is left out here; what only its words reveal
is removed later, as for pages saved as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from qa.documents.formats.decoding import decode
from qa.documents.formats.headings import places_below
from qa.documents.formats.protocol import Content, UnreadableError
from qa.documents.formats.regions import LEFT_OUT, Measure, is_cut_off, is_shown, measured, outermost_articles
from qa.documents.formats.tables import MAX_REPEATED, grid, is_side_by_side, lines_of, row, table_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PARAGRAPHS = frozenset(("p", "table", "ul", "ol", "dl", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = frozenset(("ul", "ol"))
_ITEM = "\0"
"""Stands before the sign of an item while a page is put together, once for each list that it is in, and at its end."""
_COUNTED = ("1", "a")
MAX_DEPTH = 8  # of lists in lists that are distinguished
_BLOCKS = frozenset((
    "address", "article", "body", "br", "caption", "center", "dd", "details", "div", "dt", "fieldset", "figcaption",
    "figure", "hr", "li", "main", "section", "summary", "tr",
))  # fmt: skip
_DAYS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[translate(@name, 'PUBDATE', 'pubdate')='pubdate']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time/@datetime",
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TOO_DEEP = "parts in more than 2,048 others, and what follows them, were not read: save the page again as text"
_CUT = "its end is missing: save the page again from the browser"
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CONTROLS = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # that no XML can hold
_SPACES = re.compile(r"\s+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_html(data: bytes) -> Content:
    """Return the text of a page, its blocks on lines of their own; title and date as in its markup.

    A heading other than the title names what is below it.
    """
    page = decode_page(data)
    root = parse_page(page)
    if root is None:
        raise UnreadableError("no page with text: save it again from the browser")
    damage = "; ".join(filter(None, (damage_of(root), _CUT if is_cut_off(page) else "")))
    text, title = page_text(root), _title(root)
    places = places_below(text, (name for name in heading_names(root) if name != title))
    return Content(text, title, _published(root), places, damage=damage)


def heading_names(root: HtmlElement) -> Iterator[str]:
    """Yield the headings that are not left out; their ancestors are not gone through again for each of them."""
    from lxml.etree import iterwalk

    left_out = 0
    for event, node in iterwalk(root, events=("start", "end"), tag=(*LEFT_OUT, *_HEADINGS)):
        if node.tag in LEFT_OUT:
            left_out += 1 if event == "start" else -1
        elif event == "start" and not left_out:
            yield " ".join(node.text_content().split())


def decode_page(data: bytes) -> str:
    """Return the characters of a page; raises `UnreadableError` for binary data."""
    declared = _CHARSET.search(data[:4096])
    text = decode(data)
    if text is None and declared:
        try:
            text = data.decode(declared[1].decode("ascii"), "replace")
        except LookupError:
            text = None
    if text is None:
        raise UnreadableError("binary data, not a page: save it again from the browser as HTML")
    return text


def parse_page(text: str) -> HtmlElement | None:
    """Return the root of a page, with a line end around each block; None if it has no content."""
    from lxml import etree, html

    try:
        parser = html.HTMLParser(no_network=True, huge_tree=True)  # as deep as libxml2 can go
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    # All at once, since lxml lets go of a node whose parents nobody holds by way of each of these.
    for block in list(root.iter(*_BLOCKS, *_PARAGRAPHS)):  # so that the text of all in a cell has its words apart
        block.text, block.tail = (f"\n{_CONTROLS.sub('', text or '')}" for text in (block.text, block.tail))
    return root


def damage_of(root: HtmlElement) -> str:
    """Return what of a page could not be read, and the next step; empty if all was."""
    from lxml.etree import ErrorTypes

    kinds = {entry.type for entry in root.getroottree().parser.error_log}
    return _TOO_DEEP if ErrorTypes.ERR_RESOURCE_LIMIT in kinds else ""


def _title(root: HtmlElement) -> str:
    """Return the page's own title, else its only heading, else the window's title without the site's name."""
    stated = root.xpath("//meta[@property='og:title']/@content")
    headings = [" ".join(one.text_content().split()) for one in root.xpath("//h1")]
    window = " ".join(root.findtext(".//title", "").split())
    named = str(stated[0]).strip() if stated else headings[0] if len(headings) == 1 else ""
    return named or re.split(r"\s+[|–—-]\s+", window)[0]


def _published(root: HtmlElement) -> date | None:
    stated = [str(value) for path in _DAYS for value in root.xpath(path)]
    for script in root.xpath("//script[@type='application/ld+json']"):
        stated += _json_days(script.text or "")
    for value in stated:
        day = _ISO_DAY.match(value.strip())
        if day:
            try:
                return date.fromisoformat(day[0])
            except ValueError:
                continue
    return None


def _json_days(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    entries = found if isinstance(found, list) else [found]
    entries = [part for one in entries for part in (one.get("@graph", [one]) if isinstance(one, dict) else ())]
    return [str(one["datePublished"]) for one in entries if isinstance(one, dict) and "datePublished" in one]


def page_text(root: HtmlElement) -> str:
    """Return the article if the markup names one with most of the text, or else the whole body."""
    body = root.body if root.find("body") is not None else root
    articles = outermost_articles(root)
    page = _Page(measured(root, {body, *articles}), _spanned_rows(root))
    whole = _lines(body, page)
    inner = [_lines(one, page) for one in articles]
    longest = max(inner, key=len, default="")
    return longest if 2 * len(longest) > len(whole) else whole


@dataclass(frozen=True)
class _Page:
    """What is found out once for a page and not for each part, since one may be in two thousand others."""

    measures: Mapping[HtmlElement, Measure]
    spanned: Mapping[HtmlElement, str]

    def is_boilerplate(self, node: HtmlElement, size: int) -> bool:
        """Return whether a part is boilerplate in another of so many characters."""
        return node in self.measures and self.measures[node].is_boilerplate(size)


def _lines(root: HtmlElement, page: _Page) -> str:
    """Return text with the widest break between each two pieces."""
    found: list[str] = []
    gap = sign = ""
    for piece in _pieces(root, page):
        if piece.startswith(_ITEM):
            sign = piece if piece != _ITEM else ""
        elif not piece.strip():
            gap = max(gap, piece, key=_width) if piece else gap
        else:
            found += [gap if found else "", sign, piece]
            gap = sign = ""
    return "\n".join(_indented(" ".join(line.split())) for line in "".join(found).split("\n"))


def _width(gap: str) -> tuple[int, int]:
    return gap.count("\n"), len(gap)


def _indented(line: str) -> str:
    """Return a line with two spaces for each list that the one of its item is in."""
    depth = len(line) - len(line.lstrip(_ITEM))
    return "  " * (depth - 1) + line[depth:]


def _pieces(root: HtmlElement, page: _Page) -> Iterator[str]:
    """Yield text in the order of the page, breaks around blocks, rows of tables as rows; without recursion."""
    stack: list[tuple[Any, int, bool]] = [(root, 0, False)]
    signs: dict[HtmlElement, str] = {}
    size = page.measures[root].length
    while stack:
        node, depth, is_left = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        gap = "\n" if depth and (tag in _LISTS or _is_whole_item(node)) else _break(tag)
        if is_left:
            if tag != "dt" or _labels(node) == "\n":
                yield _ITEM if tag == "li" else ""
                yield gap
                yield _flat(node.tail) if node is not root else ""
            continue
        stack.append((node, depth, True))
        if tag and is_shown(node) and not page.is_boilerplate(node, size):
            yield _labels(node.getprevious()) if tag == "dd" else gap
            if node in page.spanned:
                yield page.spanned[node]
            elif tag == "tr" and len(node) > 1 and not node.xpath(".//table|.//p[2]"):
                yield row(cell.text_content() for cell in node)
            else:
                signs |= _numbered(node) if tag == "ol" else {}
                yield _ITEM * min(max(depth, 1), MAX_DEPTH) + signs.pop(node, "- ") if tag == "li" else ""
                yield _flat(node.text)
                stack.extend((child, depth + (tag in _LISTS), False) for child in reversed(node))


def _is_whole_item(node: HtmlElement) -> bool:
    """Return whether a paragraph is all of an item, apart from a list in it."""
    following = node.getnext()
    is_last = following is None or following.tag in _LISTS
    return node.tag == "p" and node.getparent().tag == "li" and node.getprevious() is None and is_last


def _numbered(items: HtmlElement) -> dict[HtmlElement, str]:
    """Return the marks of the items of a list numbered in figures or lower-case letters."""
    kind, number = items.get("type", "1"), _whole(items.get("start", ""), 1)
    signs = {}
    for item in items.iterchildren("li") if kind in _COUNTED else ():
        number = _whole(item.get("value", ""), number)
        signs[item] = f"{chr(ord('a') + number - 1)}) " if kind == "a" and 0 < number <= 26 else f"{number}. "
        number += 1
    return signs


def _whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch("[0-9]{1,4}", text.strip()) else otherwise


def _labels(node: HtmlElement | None) -> str:
    """Return what parts a term from its definition on the same line; a line end where there is more than that."""
    if node is None or node.tag != "dt" or (value := node.getnext()) is None or value.tag != "dd":
        return "\n"
    label = node.text_content().strip()
    says_more = next(value.iter("p", "div", "ul", "ol", "table"), None) is not None
    if not label or label.endswith("?") or len(label) > MAX_REPEATED or says_more:
        return "\n"
    return " " if label.endswith(":") else ": "


def _spanned_rows(root: HtmlElement) -> dict[HtmlElement, str]:
    """Return as lines the rows of letterheads, and of tables with cells over several rows or columns.

    A row that the one above took up is empty.
    """
    found: dict[HtmlElement, str] = {}
    for table in root.xpath(".//table[not(.//table)][not(.//tr//p[2])]"):
        rows = table.xpath(".//tr")
        cells = grid(map(_cells, rows))
        if rows and is_side_by_side(cells):
            found |= dict.fromkeys(rows, "") | {rows[0]: "\n".join(lines_of(cells))}
            continue
        lines = dict(table_lines(cells)) if table.xpath(".//*[@rowspan or @colspan]") else {}
        several = {n for n, line in enumerate(cells) if lines and len(set(map(id, line))) > 1}
        found |= {node: lines.get(n, "") for n, node in enumerate(rows) if n in several}
    return found


def _cells(node: HtmlElement) -> Iterator[tuple[str, int, int]]:
    """Yield the text of each cell of a row, with how many rows and columns it spans."""
    for cell in node.xpath("./td|./th"):
        lines = (" ".join(line.split()) for line in cell.text_content().split("\n"))
        rows, columns = (_whole(cell.get(name, ""), 1) for name in ("rowspan", "colspan"))
        yield "\n".join(filter(None, lines)), rows, columns


def _break(tag: str) -> str:
    return "\n\n" if tag in _PARAGRAPHS else "\n" if tag in _BLOCKS else ""


def _flat(text: str | None) -> str:
    return _SPACES.sub(" ", text) if text else ""
