"""The page's few lines of script. They move the eye; what is shown is decided in Python."""

from __future__ import annotations

# Gradio marks the page with a language of the browser's, more than once and not at once: each time the view's own is
# put back. A link to another language's view keeps the question, which is in the address.
HEAD = """<script>{
  const language = window.gradio_config.current_page || "vi";
  const root = document.documentElement;
  const keep = () => { if (root.lang !== language) root.lang = language; };
  new MutationObserver(keep).observe(root, {attributeFilter: ["lang"]});
  keep();
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.language");
    if (link) link.search = location.search;
  }, true);
}</script>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
%3Crect width='32' height='32' rx='8' fill='%230f5f5a'/%3E%3Cpath d='M9 10h14M9 16h14M9 22h8' stroke='%23fff'\
 stroke-width='2.6' stroke-linecap='round'/%3E%3C/svg%3E">"""

# A click on anything that carries a rank opens that hit's document; on one that carries a question, asks it.
CHOOSE = """element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-rank]");
  if (chosen) trigger("choose", {rank: Number(chosen.dataset.rank)});
});"""
PICK = """element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-question]");
  if (chosen) trigger("pick", {question: chosen.dataset.question});
});"""

# What changes there is read out by screen readers.
READ_OUT = 'element.setAttribute("aria-live", "polite");'

# Brings the marked text into the upper part of the article, which scrolls by itself beside the cards.
_CENTRE = """const body = document.querySelector(".opened .body");
if (!body) return;
const marked = body.querySelector("mark.answer") || body.querySelector("mark") || body;
body.scrollTop += marked.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 4;"""

# On a narrow page the article stands below the cards and does not scroll: there the page goes to the marked text.
_GO_THERE = """if (body.scrollHeight <= body.clientHeight + 1) marked.scrollIntoView({block: "center"});"""


def _once_drawn(steps: str) -> str:
    return f"() => {{ requestAnimationFrame(() => requestAnimationFrame(() => {{ {steps} }})); }}"


SHOW_MARK = _once_drawn(_CENTRE)
GO_TO_MARK = _once_drawn(_CENTRE + _GO_THERE)
