"""Tell the parts of a page that hold its article from boilerplate, by its markup, and whether its end is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LEFT_OUT = frozenset((
    "aside", "audio", "button", "footer", "form", "head", "iframe", "nav", "noscript", "object", "script", "select",
    "style", "svg", "template", "video",
))  # fmt: skip
_NAMED = re.compile(
    r"(?<![^\s_-])(?:related|comments?|shar(?:e|ing)|social|breadcrumbs?|menu|navbar|nav|navigation|footer|sidebar|advert|ads"
    r"|banner|poll|vote|tags|popular|trending|recommended|most-(?:read|viewed))(?![^\s_-])",
    re.IGNORECASE,
)
_BOILERPLATE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar"))
"""Landmarks of WAI-ARIA 1.2 and menus that hold no article."""
MAX_NAMED_SHARE = 0.3  # of a page's text; what holds more is no boilerplate whatever it is called, unless it is links
MIN_LINKED_SHARE = 0.7  # of a part's text that links are
_ARTICLES = "//article|//main|//*[@role='main' or @role='article' or @itemprop='articleBody']"
_ENDED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_PAIRED = re.compile(
    r"<(/?)(html|body|a|article|blockquote|div|em|h[1-6]|main|ol|script|section|span|strong|style|table|title|ul)\b",
    re.IGNORECASE,
)
"""A page, and parts whose end may not be left out, unlike that of the page itself (HTML, 13.1.2.4)."""
_HEADLINES = frozenset(("h1", "article", "main"))


@dataclass
class Measure:
    """How many characters a part has, in all and within links.

    Also whether its markup calls it boilerplate, and whether there is a headline in it.
    """

    length: int = 0
    linked: int = 0
    is_called: bool = False
    has_headline: bool = False

    def is_boilerplate(self, size: int) -> bool:
        """Return whether the part is boilerplate in another of so many characters."""
        is_small = self.length <= MAX_NAMED_SHARE * size
        return self.is_called and not self.has_headline and (is_small or self.linked > MIN_LINKED_SHARE * self.length)


def outermost_articles(root: HtmlElement) -> list[HtmlElement]:
    """Return the articles that are not shown as parts of others."""
    articles = set(root.xpath(_ARTICLES))
    found: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    for node in root.iter("*") if articles else ():
        is_inside = node.getparent() in inside and is_shown(node)
        if node in articles and not is_inside:
            found.append(node)
        if node in articles or is_inside:
            inside.add(node)
    return found


def measured(root: HtmlElement, wanted: Set[HtmlElement]) -> dict[HtmlElement, Measure]:
    """Return the measures of these parts and of those that are called boilerplate; without recursion."""
    found: dict[HtmlElement, Measure] = {}
    around, stack = [Measure()], [(root, False)]
    while stack:
        node, is_left = stack.pop()
        if not is_left and isinstance(node.tag, str):
            around.append(Measure(len(node.text or ""), is_called=_is_called_boilerplate(node)))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))
            continue
        if is_left:
            own = around.pop()
            own.linked += own.length if node.tag == "a" else 0
            around[-1].length += own.length
            around[-1].linked += own.linked
            around[-1].has_headline |= own.has_headline or node.tag in _HEADLINES or node.get("role") == "main"
            if own.is_called or node in wanted:
                found[node] = own
        around[-1].length += len(node.tail or "")
    return found


def is_shown(node: HtmlElement) -> bool:
    """Return whether a part is one of the text, to which its notes belong, that e-books set aside."""
    is_note = node.tag == "aside" and "note" in f"{node.get('epub:type', '')} {node.get('role', '')}"
    return (is_note or node.tag not in LEFT_OUT) and node.get("hidden") is None


def _is_called_boilerplate(node: HtmlElement) -> bool:
    """Return whether a part's role, class or id is only used for boilerplate."""
    called = _NAMED.search(f"{node.get('class', '')} {node.get('id', '')}")
    role = node.get("role") or ("banner" if node.tag == "header" and node.getparent().tag == "body" else "")
    return called is not None or role in _BOILERPLATE_ROLES


def is_cut_off(page: str) -> bool:
    """Return whether a page, and a part of it that needs an end or its last tag, has none."""
    if _ENDED.search(page):
        return False
    tags = Counter((name.lower(), bool(end)) for end, name in _PAIRED.findall(page))
    if not (tags.pop(("html", False), 0) + tags.pop(("body", False), 0)):
        return False
    is_within_a_tag = page.rfind("<") > page.rfind(">")
    return is_within_a_tag or any(count > tags[name, True] for (name, is_end), count in [*tags.items()] if not is_end)
