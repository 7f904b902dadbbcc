"""Find the parts of a page that its markup names as boilerplate: by element, role, class or id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LEFT_OUT = frozenset((
    "aside", "audio", "button", "footer", "form", "head", "iframe", "nav", "noscript", "object", "script", "select",
    "style", "svg", "template", "video",
))  # fmt: skip
"""Elements that hold no text of the article."""
_NAMED = re.compile(
    r"(?<![^\s_-])(?:related|comments?|shar(?:e|ing)|social|breadcrumbs?|menu|navbar|nav|navigation|footer|sidebar|advert|ads"
    r"|banner|poll|vote|tags|popular|trending|recommended|most-(?:read|viewed))(?![^\s_-])",
    re.IGNORECASE,
)
_BOILERPLATE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar"))
"""Landmarks of WAI-ARIA 1.2 and menus that hold no article."""
MAX_NAMED_SHARE = 0.3  # of a page's text; what holds more is no boilerplate whatever it is called, unless it is links
MIN_LINKED_SHARE = 0.7  # of a part's text that links are


def is_shown(node: HtmlElement) -> bool:
    """Return whether a part is one of the text, to which its notes belong, that e-books set aside."""
    is_note = node.tag == "aside" and "note" in f"{node.get('epub:type', '')} {node.get('role', '')}"
    return (is_note or node.tag not in LEFT_OUT) and node.get("hidden") is None


def named_boilerplate(root: HtmlElement) -> set[HtmlElement]:
    """Return the parts whose role, class or id is only used for boilerplate, and which have no headline."""
    named = [node for node in root.iter("*") if _is_named(node)]
    if not named:
        return set()
    headed = {one for node in root.xpath(".//h1|.//article|.//main|.//*[@role='main']") for one in _above(node, root)}
    sizes = _sizes(root)
    most = MAX_NAMED_SHARE * sizes[root][0]
    found = ((node, *sizes[node]) for node in named if node not in headed)
    return {node for node, text, linked in found if text <= most or linked > MIN_LINKED_SHARE * text}


def _is_named(node: HtmlElement) -> bool:
    role = node.get("role") or ("banner" if node.tag == "header" and node.getparent().tag == "body" else "")
    return role in _BOILERPLATE_ROLES or bool(_NAMED.search(f"{node.get('class', '')} {node.get('id', '')}"))


def _above(node: HtmlElement, root: HtmlElement) -> Iterator[HtmlElement]:
    return takewhile(lambda one: one is not root.getparent(), node.iterancestors())


def _sizes(root: HtmlElement) -> dict[HtmlElement, tuple[int, int]]:
    """Return how many characters of text each part has, and how many of them in links, the innermost parts first."""
    sizes: dict[HtmlElement, tuple[int, int]] = {}
    for node in reversed(list(root.iter())):
        is_text = isinstance(node.tag, str)  # and no comment
        text = len(node.text or "") * is_text + sum(sizes[child][0] + len(child.tail or "") for child in node)
        sizes[node] = text, text if node.tag == "a" else sum(sizes[child][1] for child in node)
    return sizes
