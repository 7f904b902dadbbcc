"""The page's head and foot, and the form that asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.page import words
from qa.page.ask.markup.text import copied, escaped
from qa.page.ask.writing_words import SENT_TO
from qa.page.parts.language import ADDRESSES, Language


def heading(language: Language) -> str:
    """The page's name, and the way to each other language's view, whose query the script keeps."""
    others = "".join(
        f'<a class="language" href="./{address}" lang="{other}" hreflang="{other}">{words.OWN_NAME[other]}</a>'
        for other, address in ADDRESSES.items()
        if other != language
    )
    return f'<header class="heading"><h1>{words.PAGE_TITLE[language]}</h1>{others}</header>'


def form(names: Sequence[str], language: Language) -> str:
    """The question with its filters; a choice of index where several are offered. The script sends it."""
    chosen = _index(names, language) if len(names) > 1 else ""
    return f"""<p class="promise">{words.PROMISE[language]}</p>
<form id="asking" role="search" autocomplete="off">
<div class="box"><label class="unseen" for="question">{words.QUESTION[language]}</label>
<textarea id="question" name="q" rows="1" enterkeyhint="search"
 placeholder="{words.QUESTION_HINT[language]}"></textarea>
<button type="submit" class="main">{words.ASK[language]}</button></div>
<div class="narrow">{chosen}{_filters(language)}</div>
<p class="unseen" role="status"></p></form>"""


def examples(questions: Sequence[str], language: Language) -> str:
    """Questions to choose from; nothing when there are none."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" data-question="{copied(one)}">{escaped(one)}</button></li>' for one in questions
    )
    return (
        f'<section class="examples" aria-label="{words.EXAMPLES[language]}">'
        f'<span aria-hidden="true">{words.EXAMPLES[language]}</span><ul>{buttons}</ul></section>'
    )


def sources(named: Iterable[tuple[str, str]]) -> str:
    """What the filter by source offers: (source, title) each."""
    options = "".join(
        f'<option value="{copied(source)}">{escaped(title)}</option>' for source, title in named if source
    )
    return f'<datalist id="sources">{options}</datalist>'


def footer(documents: int, passages: int, language: Language, sent_to: str | None = None) -> str:
    """How much there is to ask about, and that the asking stays here, or where it is sent to."""
    counted = (words.number(count, language) for count in (documents, passages))
    stays = SENT_TO[language].format(escaped(sent_to)) if sent_to else words.OFFLINE[language]
    return f'<p class="counts">{words.COUNTS[language].format(*counted)} · {stays}</p>'


def _index(names: Sequence[str], language: Language) -> str:
    options = "".join(f'<option value="{copied(name)}">{escaped(name)}</option>' for name in names)
    return f'<label class="index"><span>{words.INDEX[language]}</span><select name="index">{options}</select></label>'


def _filters(language: Language) -> str:
    return (
        f'<details class="filters"><summary>{words.FILTERS[language]}<span class="on" hidden>'
        f' · {words.FILTERED[language]}</span></summary><div class="fields">'
        f'<label><span>{words.FROM[language]}</span><input type="date" name="from" min="1900-01-01" max="2999-12-31">'
        f"</label><label><span>{words.TO[language]}</span>"
        '<input type="date" name="to" min="1900-01-01" max="2999-12-31"></label>'
        f'<label class="source"><span>{words.SOURCE[language]}</span><input type="text" name="source" list="sources"'
        f' placeholder="{words.ANY_SOURCE[language]}"></label>'
        f'<button type="button" data-clear>{words.NO_FILTERS[language]}</button></div>'
        f'<p class="note">{words.DATED_ONLY[language]}</p></details>'
    )
