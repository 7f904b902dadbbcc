"""The form that asks, the reply to a question, what a language model wrote of it, and the foot of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from qa import Answer, Citation
from qa.generation import WrittenAnswer, WrittenSentence
from qa.page.ask.asked import Asked, Choice, choices, first
from qa.page.parts import words
from qa.page.parts.language import ADDRESSES, Language
from qa.page.parts.markup import Span, copied, escaped, language_mark, place_mark, time


def heading(language: Language) -> str:
    """Return the page's name, and the way to each other language's view, whose query the script keeps."""
    others = "".join(
        f'<a class="language" href="./{address}" lang="{other}" hreflang="{other}">{words.OWN_NAME[other]}</a>'
        for other, address in ADDRESSES.items()
        if other != language
    )
    return f'<header class="heading"><h1>{words.PAGE_TITLE[language]}</h1>{others}</header>'


def form(names: Sequence[str], language: Language) -> str:
    """Return the question with its filters; a choice of index where several are offered. The script sends it."""
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
    """Return what the filter by source offers: (source, title) each."""
    options = "".join(
        f'<option value="{copied(source)}">{escaped(title)}</option>' for source, title in named if source
    )
    return f'<datalist id="sources">{options}</datalist>'


def footer(documents: int, passages: int, language: Language, sent_to: str | None = None) -> str:
    """How much there is to ask about, and that the asking stays here, or where it is sent to."""
    counted = (words.number(count, language) for count in (documents, passages))
    stays = words.SENT_TO[language].format(escaped(sent_to)) if sent_to else words.OFFLINE[language]
    return f'<p class="counts">{words.COUNTS[language].format(*counted)} · {stays}</p>'


def _index(names: Sequence[str], language: Language) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="index" value="{copied(name)}"> {escaped(name)}</label>' for name in names
    )
    named = words.INDEX[language]
    return f'<div class="index" role="group" aria-label="{named}"><span aria-hidden="true">{named}</span>{boxes}</div>'


def _filters(language: Language) -> str:
    return (
        f'<details class="filters"><summary>{words.FILTERS[language]}<span class="on" hidden>'
        f' · {words.FILTERED[language]}</span></summary><div class="fields">'
        f'<label><span>{words.FROM[language]}</span><input type="date" name="from" min="1900-01-01" max="2999-12-31">'
        f"</label><label><span>{words.TO[language]}</span>"
        '<input type="date" name="to" min="1900-01-01" max="2999-12-31"></label>'
        f'<label class="source"><span>{words.SOURCE[language]}</span><input type="text" name="source" list="sources"'
        f' placeholder="{words.ANY_SOURCE[language]}"></label>'
        f'<label><span>{words.TAG[language]}</span><input type="text" name="tag"></label>'
        f'<button type="button" data-clear>{words.NO_FILTERS[language]}</button></div>'
        f'<p class="note">{words.DATED_ONLY[language]}</p></details>'
    )


FORMATS: tuple[Literal["plain", "markdown", "bibtex", "apa"], ...] = ("plain", "markdown", "bibtex", "apa")


def searched_for(asked: Asked, restored: str | None, language: Language) -> str:
    """Which form of a question without diacritics is searched for, and one click to the other; else nothing."""
    if restored is None:
        return ""
    told = words.LITERAL if asked.literal else words.SEARCHED
    other = words.SEARCH_RESTORED[language].format(restored) if asked.literal else words.SEARCH_LITERALLY[language]
    form = f"<q>{escaped(asked.question if asked.literal else restored)}</q>"
    return (
        f'<p class="searched">{told[language].format(form)} '
        f'<button type="button" data-literal="{"" if asked.literal else "1"}">{escaped(other)}</button></p>'
    )


def reply(answer: Answer, document_language: str | None, language: Language) -> str:
    """Return the answer with its date, its citation and how sure it is, or that there is none."""
    told = _declined(answer, language) if answer.source is None else _answered(answer, document_language, language)
    confidence = _confidence(answer, language) if answer.source else ""
    head = f"<h2>{words.VERDICTS[words.verdict(answer)][language]}</h2>{confidence}"
    return _box(answer.verdict, f'<div class="verdict">{head}</div>{told}{_rules_only(answer, language)}')


def reading(language: Language) -> str:
    """Return what stands in the reply's place until it is there; a screen reader waits for the reply itself."""
    return f'<section class="reply reading" aria-hidden="true"><p class="say">{words.READING[language]}</p></section>'


def problem(told: str) -> str:
    """Return what went wrong, where the answer would stand."""
    return _box("problem", f'<p class="say">{escaped(told)}</p>')


def citing(citation: Citation, language: Language) -> str:
    """Return the citation to copy, in every format."""
    texts = {name: citation.format(name, language) for name in FORMATS}
    buttons = "".join(
        f'<button type="button" data-copy="{copied(text)}">{words.CITATION_FORMATS[name][language]}</button>'
        for name, text in texts.items()
    )
    return (
        f'<div class="citing" role="group" aria-label="{words.CITE[language]}"><span aria-hidden="true">'
        f"{words.CITE[language]}</span>{buttons}</div>"
    )


def _answered(answer: Answer, document_language: str | None, language: Language) -> str:
    opened = choices(answer)
    own = opened[first(answer)]
    quote = f"<blockquote{language_mark(document_language)}>{_in_sentence(answer)}</blockquote>"
    source = _source(first(answer), own, document_language, language)
    return (
        f"{quote}{_absent(answer, language)}{_as_of(own, language)}{_relations(answer, language)}{source}"
        f"{_others(answer, opened, language)}{citing(own.citation, language)}"
    )


def _declined(answer: Answer, language: Language) -> str:
    said = (words.DECLINED[words.verdict(answer)] if answer.evidence else words.OTHER_WORDS)[language]
    return f'{_absent(answer, language)}<p class="say">{said}</p>'


def _confidence(answer: Answer, language: Language) -> str:
    """How sure the answer is, and whether that is worth what it says."""
    unfitted = f" · {words.UNFITTED[language]}" if "unfitted" in answer.notes else ""
    return f"<span>{words.confidence_words(answer)[language]}{unfitted}</span>"


def _rules_only(answer: Answer, language: Language) -> str:
    if "rules_only" not in answer.notes:
        return ""
    return f'<p class="note">{words.RULES_ONLY[language].format("<code>pip install onnxruntime</code>")}</p>'


def _absent(answer: Answer, language: Language) -> str:
    """Which words of the question no document has; nothing when they all stand somewhere."""
    if not answer.absent:
        return ""
    named = ", ".join(f"“{escaped(word)}”" for word in answer.absent)
    told = words.ABSENT if len(answer.absent) == 1 else words.ABSENT_MANY
    return f'<p class="say">{told[language].format(named)}</p>'


def _box(kind: str, content: str) -> str:
    return f'<section class="reply {kind}">{content}</section>'


def _in_sentence(answer: Answer) -> str:
    """The sentence with the answer made strong, when the answer is only a part of it."""
    start, end = _within_sentence(answer)
    sentence = answer.sentence or ""
    if (start, end) == (0, len(sentence)):
        return escaped(sentence)
    return f"{escaped(sentence[:start])}<strong>{escaped(sentence[start:end])}</strong>{escaped(sentence[end:])}"


def _within_sentence(answer: Answer) -> Span:
    """Where the answer stands in its sentence, which may hold the same words twice."""
    text, sentence = answer.text or "", answer.sentence or ""
    if answer.source is None or answer.start is None:
        return 0, len(sentence)
    passage = answer.source.passage
    at = answer.start - passage.start
    begins = passage.text.rfind(sentence, 0, at + len(sentence))
    start = at - begins if 0 <= begins <= at else sentence.find(text)
    return start, start + len(text)


def _as_of(choice: Choice, language: Language) -> str:
    published = choice.passage.published
    told = words.AS_OF[language].format(time(published, language)) if published else words.UNDATED[language]
    return f'<p class="as-of">{told}</p>'


def _relations(answer: Answer, language: Language) -> str:
    """What other documents did to the one that answers: replaced, repealed or amended it; mostly nothing."""
    told = []
    for one in answer.relations:
        parts = escaped(one.parts) or (words.PARTLY[language] if one.is_partial and one.kind != "amended" else "")
        told.append(f"{parts} {words.RELATED[one.kind][language].format(escaped(one.by))}".strip())
    return f'<p class="relations">{words.RELATIONS[language].format("; ".join(told))}</p>' if told else ""


def _source(key: str, choice: Choice, document_language: str | None, language: Language) -> str:
    """Title, file and place; opens the article."""
    passage = choice.passage
    title = f"<cite{language_mark(document_language)}>{escaped(passage.title)}</cite>" if passage.title else ""
    file = f'<span class="file">{escaped(passage.source)}</span>' if passage.source else ""
    parts = [title, file] if title or file else [escaped(passage.document_id)]
    named = " · ".join(part for part in (*parts, place_mark(choice.place, language)) if part)
    return f'<button type="button" class="source" data-rank="{key}" data-card="{choice.card}">{named}</button>'


def _others(answer: Answer, opened: dict[str, Choice], language: Language) -> str:
    """Different answers of other passages, the newest first, each opening its passage."""
    if not answer.others:
        return ""
    lines = "".join(
        f'<li><button type="button" data-rank="o{number}" data-card="{opened[f"o{number}"].card}">'
        f"<strong>{escaped(other.text)}</strong> <span>{_dated(opened[f'o{number}'], language)}</span></button></li>"
        for number, other in enumerate(answer.others, 1)
    )
    return f'<div class="others"><h3>{words.OTHERS[language]}</h3><ul>{lines}</ul></div>'


def _dated(choice: Choice, language: Language) -> str:
    passage = choice.passage
    day = time(passage.published, language) if passage.published else words.UNDATED[language]
    title = escaped(passage.title or passage.source or passage.document_id)
    place = f" · {place_mark(choice.place, language)}" if choice.place else ""
    return f'{day} · <span class="title">{title}</span>{place}'


_CITED = r"\[[\d,; ]+\]"


def written(answer: WrittenAnswer, language: Language) -> str:
    """Return the answer as far as it has come."""
    title, basis = words.WRITTEN_TITLE[language], words.WRITTEN_BASIS[language]
    head = f'<div class="verdict"><h2>{title}</h2><span>{basis}</span></div>'
    if answer.finished and not answer.text:
        return _written_box(f"{head}<p>{words.WRITTEN_NOTHING[language]}</p>", answer)
    doubt = "" if answer.supported else f'<p class="doubt">{words.SOME_UNSUPPORTED[language]}</p>'
    work = "" if answer.finished else f' <span class="at-work">{words.AT_WORK[language]}</span>'
    return _written_box(f'{head}<p class="wrote">{_sentences(answer, language)}{work}</p>{doubt}', answer)


def _written_box(content: str, answer: WrittenAnswer) -> str:
    busy = "false" if answer.finished else "true"
    return f'<section class="reply written" aria-live="polite" aria-busy="{busy}">{content}</section>'


def _sentences(answer: WrittenAnswer, language: Language) -> str:
    """Checked sentences, and what was written since as it stands."""
    pieces, done = [], 0
    for sentence in answer.sentences:
        start = answer.text.index(sentence.text, done)
        pieces += [escaped(answer.text[done:start]), _sentence(sentence, language)]
        done = start + len(sentence.text)
    return "".join([*pieces, escaped(answer.text[done:])])


def _sentence(sentence: WrittenSentence, language: Language) -> str:
    longest_first = sorted(sentence.unsupported, key=len, reverse=True)
    pieces, done = [], 0
    for found in re.finditer("|".join([*map(re.escape, longest_first), _CITED]), sentence.text):
        pieces.append(escaped(sentence.text[done : found.start()]))
        pieces.append(_part(found[0], sentence, language))
        done = found.end()
    return "".join([*pieces, escaped(sentence.text[done:])])


def _part(part: str, sentence: WrittenSentence, language: Language) -> str:
    if part in sentence.unsupported:
        return f'<mark class="unsupported" title="{words.UNSUPPORTED[language]}">{escaped(part)}</mark>'
    return re.sub(r"\d+", lambda number: _citation(int(number[0]), language), part)


def _citation(rank: int, language: Language) -> str:
    label = words.OPEN_PASSAGE[language].format(rank)
    return f'<button type="button" data-rank="{rank}" data-card="{rank}" aria-label="{label}">{rank}</button>'
