"""What a language model wrote: its citations open the passages, and what they do not bear out is marked."""

from __future__ import annotations

import re

from qa import WrittenAnswer, WrittenSentence
from qa.page.ask import writing_words as words
from qa.page.ask.markup.text import escaped
from qa.page.parts.language import Language

_CITED = r"\[[\d,; ]+\]"


def written(answer: WrittenAnswer, language: Language) -> str:
    """The answer as far as it has come."""
    head = f'<div class="verdict"><h2>{words.TITLE[language]}</h2><span>{words.BASIS[language]}</span></div>'
    if answer.finished and not answer.text:
        return _box(f"{head}<p>{words.NOTHING[language]}</p>", answer)
    doubt = "" if answer.supported else f'<p class="doubt">{words.SOME_UNSUPPORTED[language]}</p>'
    work = "" if answer.finished else f' <span class="at-work">{words.AT_WORK[language]}</span>'
    return _box(f'{head}<p class="wrote">{_sentences(answer, language)}{work}</p>{doubt}', answer)


def _box(content: str, answer: WrittenAnswer) -> str:
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
    label = words.PASSAGE[language].format(rank)
    return f'<button type="button" data-rank="{rank}" data-card="{rank}" aria-label="{label}">{rank}</button>'
