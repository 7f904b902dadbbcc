"""Asking, with a reader or without: what the passages' sentences tell, and the span that a reader chooses in them.

Knows nothing of how either weighs.
"""

from __future__ import annotations

from dataclasses import replace

from qa.answer.answer import Answer
from qa.answer.asking import READ
from qa.answer.asking import ask as extract
from qa.answer.citing.citation import sentence_around
from qa.answer.reader import Reader
from qa.index import Filters
from qa.retrieval import Searcher


def ask(
    question: str,
    searcher: Searcher,
    *,
    k: int = 5,
    filters: Filters | None = None,
    literal: bool = False,
    reader: Reader | None = None,
) -> Answer:
    """What answers in the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Diacritics that were not typed are put back first, unless `literal`. A `reader` chooses the span, or declines,
    wherever there are passages on the question's topic; `confidence` is then its score.

    Raises `QuestionError` for a question that cannot be searched for.
    """
    if reader is None or k < 1:
        return extract(question, searcher, k=k, filters=filters, literal=literal)
    answer = extract(question, searcher, k=max(k, READ), filters=filters, literal=literal)
    if answer.verdict != "not_found":
        answer = _read(answer, reader)
    return replace(answer, evidence=answer.evidence[:k])


def _read(answer: Answer, reader: Reader) -> Answer:
    found = reader.read(answer.searched or answer.question, answer.evidence[:READ])
    if found is None:
        nothing = replace(answer, text=None, sentence=None, start=None, end=None, source=None)
        return replace(nothing, confidence=0.0, related=True, others=())
    passage = found.source.passage
    start, end = sentence_around(passage, found.start, found.end)
    sentence = passage.text[start - passage.start : end - passage.start]
    told = replace(answer, text=found.text, sentence=sentence, start=found.start, end=found.end)
    return replace(told, source=found.source, confidence=found.score, others=())
