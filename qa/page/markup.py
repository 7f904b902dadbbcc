"""From values to HTML. Every text of a document or of a person is escaped here, and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from qa import Answer, Document, Hit, Passage
from qa.page import words
from qa.page.language import ADDRESSES, Language

Span = tuple[int, int]

# Characters that reorder the text around them: shown by their number, so that no title can disguise a file's name.
_REORDERING = {code: f"⟨U+{code:04X}⟩" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def escaped(text: str) -> str:
    """Text that is safe between tags and inside a quoted attribute."""
    return html.escape(text.translate(_REORDERING), quote=True)


def heading(language: Language) -> str:
    """The page's name and what it does, and the way to each other language's view, whose query the script keeps."""
    others = "".join(
        f'<a class="language" href="./{address}" lang="{other}" hreflang="{other}">{words.OWN_NAME[other]}</a>'
        for other, address in ADDRESSES.items()
        if other != language
    )
    return (
        f'<header class="heading"><h1>{words.PAGE_TITLE[language]}</h1><p>{words.PAGE_PROMISE[language]}</p>'
        f"{others}</header>"
    )


def examples(questions: Sequence[str]) -> str:
    """Questions to choose from; nothing when there are none."""
    if not questions:
        return ""
    chips = "".join(
        f'<li><button type="button" data-question="{escaped(one)}">{escaped(one)}</button></li>' for one in questions
    )
    return f'<nav class="examples" aria-label="Câu hỏi mẫu"><span>Thử hỏi</span><ul>{chips}</ul></nav>'


def searched_for(restored: str | None) -> str:
    """The question with its diacritics put back; nothing when it is searched for as it was typed."""
    return f'<p class="searched">Đang tìm: <q>{escaped(restored)}</q></p>' if restored else ""


def reply(answer: Answer) -> str:
    """The answer with its citation and how sure it is, or that there is none."""
    if answer.text is None or answer.source is None:
        nearest = "Dưới đây là những đoạn gần với câu hỏi nhất." if answer.evidence else "Thử hỏi bằng từ ngữ khác."
        return _box("declined", f'<p class="say">Không thấy câu trả lời trong kho tài liệu</p><p>{nearest}</p>')
    return _box(
        "answered",
        f'<p class="label">Trả lời<span class="confidence">{words.confidence_words(answer.confidence)}</span></p>'
        f"<blockquote>{_in_sentence(answer.text, answer.sentence or '')}</blockquote>{_citation(answer.source)}",
    )


def problem(told: str) -> str:
    """What went wrong, where the answer would stand."""
    return _box("problem", f'<p class="say">{escaped(told)}</p>')


def results(answer: Answer, matches: Sequence[Sequence[Span]], chosen: int | None) -> str:
    """A card for each hit with its matched words marked; the card of the `chosen` rank is the one that is open."""
    if not answer.evidence:
        return ""
    heading = "Các đoạn gần nhất" if answer.text is None else "Căn cứ"
    cards = "".join(
        _card(hit, spans, "true" if hit.rank == chosen else "false")
        for hit, spans in zip(answer.evidence, matches, strict=True)
    )
    return f'<section class="results" aria-label="{heading}"><h2>{heading}</h2><ol>{cards}</ol></section>'


def article(document: Document, passage: Passage, answered: Span | None) -> str:
    """A whole document in paragraphs: the passage marked, and the answer in it marked more strongly."""
    cited = document.text[passage.start : passage.end] == passage.text
    passage_span = (passage.start, passage.end) if cited else (0, 0)
    answer_span = answered if cited and answered else (0, 0)
    paragraphs = "".join(
        f"<p>{_paragraph(document.text, line, passage_span, answer_span)}</p>" for line in _lines(document.text)
    )
    language = f' lang="{escaped(document.language)}"' if document.language else ""
    title = escaped(document.title or document.source or document.id)
    return (
        f'<section class="opened"><h2>Toàn văn</h2><article{language}><header><h3>{title}</h3>'
        f"<p>{_where(document.published, document.source)}</p></header>"
        f'<div class="body" tabindex="0" role="region" aria-label="Toàn văn">{paragraphs}</div></article></section>'
    )


def footer(documents: int, passages: int) -> str:
    """How much there is to ask about, and that the asking stays here."""
    counts = f"{_number(documents)} văn bản · {_number(passages)} đoạn"
    return f'<p class="counts">{counts} · Chạy ngoại tuyến, không gửi gì ra Internet</p>'


def _box(kind: str, content: str) -> str:
    return f'<section class="reply {kind}">{content}</section>'


def _in_sentence(text: str, sentence: str) -> str:
    """The sentence with the answer made strong, when the answer is only a part of it."""
    before, found, after = sentence.partition(text)
    if not found or not (before or after):
        return escaped(text)
    return f"{escaped(before)}<strong>{escaped(text)}</strong>{escaped(after)}"


def _citation(source: Hit) -> str:
    passage = source.passage
    title = f"<cite>{escaped(passage.title)}</cite>" if passage.title else ""
    where = _where(passage.published, passage.source)
    cited = " · ".join(part for part in (title, where) if part)
    return f'<button type="button" class="citation" data-rank="{source.rank}">{cited}</button>'


def _card(hit: Hit, spans: Sequence[Span], current: str) -> str:
    passage = hit.passage
    title = escaped(passage.title or passage.source or passage.document_id)
    return (
        f'<li><button type="button" class="card" data-rank="{hit.rank}" aria-current="{current}">'
        f'<span class="rank">{hit.rank}</span><span class="title">{title}</span>'
        f'<span class="where">{_where(passage.published, passage.source)}</span>'
        f'<span class="text">{_with_marks(passage.text, spans)}</span></button></li>'
    )


def _where(published: date | None, source: str) -> str:
    day = f'<time datetime="{published.isoformat()}">{published:%d/%m/%Y}</time>' if published else ""
    file = f'<span class="file">{escaped(source)}</span>' if source else ""
    return " · ".join(part for part in (day, file) if part)


def _with_marks(text: str, spans: Sequence[Span]) -> str:
    pieces, done = [], 0
    for start, end in _joined(text, spans):
        pieces.append(f"{escaped(text[done:start])}<mark>{escaped(text[start:end])}</mark>")
        done = end
    return "".join(pieces) + escaped(text[done:])


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Neighbours with nothing but space between them become one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _lines(text: str) -> list[Span]:
    """Spans of the lines that hold something."""
    spans, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((start, start + len(line.rstrip())))
        start += len(line)
    return spans


def _paragraph(text: str, line: Span, passage: Span, answered: Span) -> str:
    inside = {point for point in (*passage, *answered) if line[0] < point < line[1]}
    pieces = pairwise(sorted({*line, *inside}))
    return "".join(_piece(text[start:end], (start, end), passage, answered) for start, end in pieces)


def _piece(text: str, span: Span, passage: Span, answered: Span) -> str:
    if _within(span, answered):
        return f'<mark class="answer">{escaped(text)}</mark>'
    if _within(span, passage):
        return f'<mark class="passage">{escaped(text)}</mark>'
    return escaped(text)


def _within(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
