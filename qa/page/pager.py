"""Turning the pages of a long list."""

from __future__ import annotations

from qa.page.parts.language import Language, Text

PAGE = 20
"""Entries of a list shown at a time."""
PAGES = Text("Các trang", "Pages")
PAGE_OF = Text("Trang {page}/{pages}", "Page {page} of {pages}")
PREVIOUS = Text("Trang trước", "Previous")
NEXT = Text("Trang sau", "Next")

# A click on anything that carries a page turns to it; then the list is looked at from its top, and the same way on has
# the focus, or the other one at an end.
TURN = """let turning = null;
element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-page]");
  if (!chosen) return;
  turning = chosen.textContent;
  trigger("turn", {page: Number(chosen.dataset.page)});
});
new MutationObserver(() => {
  const ways = [...element.querySelectorAll("[data-page]:enabled")];
  if (turning === null || !ways.length) return;
  (ways.find((way) => way.textContent === turning) ?? ways[0]).focus({preventScroll: true});
  requestAnimationFrame(() => element.scrollIntoView({block: "start"}));
  turning = null;
}).observe(element, {childList: true, attributes: true, characterData: true, subtree: true});"""

# What changes there is read out by screen readers.
READ_OUT = ' element.setAttribute("aria-live", "polite");'

# Asks for what there is now whenever its tab comes into view, not when it is scrolled to.
SEEN = """let hidden = true;
new IntersectionObserver((entries) => {
  const shown = entries.at(-1).isIntersecting;
  if (shown && hidden) trigger("seen", {});
  hidden = !shown && element.offsetParent === null;
}).observe(element);"""


def pager(page: int, pages: int, language: Language) -> str:
    """The ways to the neighbours of a page, from 0; nothing when there is only one."""
    if pages < 2:
        return ""
    told = PAGE_OF[language].format(page=page + 1, pages=pages)
    return (
        f'<nav class="pager" aria-label="{PAGES[language]}">{_turn(page - 1, page > 0, PREVIOUS[language])}'
        f"<span>{told}</span>{_turn(page + 1, page + 1 < pages, NEXT[language])}</nav>"
    )


def _turn(page: int, possible: object, label: str) -> str:
    off = "" if possible else " disabled"
    return f'<button type="button" data-page="{page}"{off}>{label}</button>'


def turned(wanted: object, total: int, each: int = PAGE) -> int:
    """The page that an event asked for, which may be anything, brought among those that there are."""
    last = max(0, (total - 1) // each)
    return min(max(wanted, 0), last) if isinstance(wanted, int) else 0
