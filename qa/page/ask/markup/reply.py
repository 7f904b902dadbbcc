"""The reply to a question: the verdict, what answers and where it stands, or why nothing does."""

from __future__ import annotations

from typing import Literal

from qa import Answer, Citation
from qa.page import words
from qa.page.ask.asked import Asked
from qa.page.ask.choices import Choice, choices, first
from qa.page.ask.markup.text import Span, copied, escaped, language_mark, place_mark, time
from qa.page.parts.language import Language

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
    """The answer with its date, its citation and how sure it is, or that there is none."""
    told = _declined(answer, language) if answer.source is None else _answered(answer, document_language, language)
    confidence = _confidence(answer, language) if answer.source else ""
    head = f"<h2>{words.VERDICTS[words.verdict(answer)][language]}</h2>{confidence}"
    return _box(answer.verdict, f'<div class="verdict">{head}</div>{told}{_rules_only(answer, language)}')


def reading(language: Language) -> str:
    """What stands in the reply's place until it is there; a screen reader waits for the reply itself."""
    return f'<section class="reply reading" aria-hidden="true"><p class="say">{words.READING[language]}</p></section>'


def problem(told: str) -> str:
    """What went wrong, where the answer would stand."""
    return _box("problem", f'<p class="say">{escaped(told)}</p>')


def citing(citation: Citation, language: Language) -> str:
    """The citation to copy, in every format."""
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
