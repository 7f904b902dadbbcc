"""From a question to its answer, or to a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answer.answer import Answer
from qa.answer.extracting.candidates import Sentence
from qa.answer.extracting.confidence import can_answer, chance, confidence_features, holds_kind
from qa.answer.extracting.conflicts import figures
from qa.answer.extracting.question import Question, understand
from qa.answer.extracting.weighing import weigh
from qa.errors import QuestionError
from qa.index import Filters
from qa.passages import search_text
from qa.retrieval import Hit, Searcher
from qa.text import detect_language, fold, syllables

# Passages whose sentences are weighed, best first.
READ = 10
# Passages of nearly the same words may be of other years, so they are read too, up to this many in all.
READ_AT_MOST = 30
# A word or two ("và", "bao nhiêu") are found anywhere and ask nothing.
LEAST_WORDS = 3
# The weights were fitted on questions in these; None is a question whose language cannot be told.
LANGUAGES = ("vi", "en", None)
# A chance below this is no answer.
THRESHOLD = 0.1
# From this cosine of the best passage on, the passages are on the question's topic.
RELATED = 0.3


def ask(
    question: str, searcher: Searcher, *, k: int = 5, filters: Filters | None = None, literal: bool = False
) -> Answer:
    """The best span of the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Diacritics that were not typed are put back first, unless `literal`.

    Raises `QuestionError` for a question that cannot be searched for.
    """
    if k < 1:
        raise QuestionError(f"{k} hits were asked for.", "Ask for at least 1.")
    typed = question.encode("utf-8", "replace").decode()  # a terminal may hand over bytes that are no text
    hits = searcher.search(typed, k=max(k, READ), filters=filters, literal=literal)
    declined = Answer(typed, None, None, None, None, 0.0, tuple(hits[:k]), searched=hits.restored)
    if len(syllables(typed)) < LEAST_WORDS or detect_language(typed) not in LANGUAGES:
        return declined
    understood = understand(typed, hits.restored or typed, searcher)
    return _answer(understood, declined, hits[:READ], searcher)


def _answer(question: Question, declined: Answer, hits: Sequence[Hit], searcher: Searcher) -> Answer:
    """`declined` with what was found, or with why there is nothing."""
    declined = replace(declined, kind=question.asked.kind, absent=() if question.across else question.absent)
    read = [one for hit in hits for one in (hit, *hit.similar)][:READ_AT_MOST]
    weighed = weigh(question, [hit for hit in read if can_answer(question, hit.passage, searcher)], searcher)
    answerable = bool(weighed.sentences) and holds_kind(weighed)
    sure = chance(confidence_features(weighed), across=question.across) if answerable else 0.0
    if not sure >= THRESHOLD:  # nor where a model of another make gave no number
        return replace(declined, confidence=sure, related=_is_related(question, hits, searcher))
    found, *others = figures(weighed)
    sentence = next(one for one in weighed.sentences if one.hit == found.source and one.start <= found.start < one.end)
    source, evidence = _leading(found.source, hits, len(declined.evidence))
    return replace(
        declined,
        evidence=evidence,
        absent=_not_around(sentence, declined.absent),
        text=found.text,
        sentence=sentence.text,
        start=found.start,
        end=found.end,
        confidence=sure,
        source=source,
        others=tuple(others),
    )


def _leading(source: Hit, hits: Sequence[Hit], k: int) -> tuple[Hit, tuple[Hit, ...]]:
    """The hit that answers, leading those of nearly the same words, and k hits of which it is one."""
    group = next(hit for hit in hits if source in (hit, *hit.similar))
    if source != group:
        others = tuple(one for one in group.similar if one != source)
        source = replace(source, similar=(replace(group, similar=()), *others))
    evidence = tuple(source if hit == group else hit for hit in hits[:k])
    return source, evidence if source in evidence else (*evidence[:-1], source)


def _not_around(sentence: Sentence, absent: Sequence[str]) -> tuple[str, ...]:
    """Without the words that the answer's sentence has in parts, as "đưa ra" in "đưa 3.354 người ra"."""
    had = set(fold(sentence.text).split())
    return tuple(word for word in absent if not set(fold(word).split()) <= had)


def _is_related(question: Question, hits: Sequence[Hit], searcher: Searcher) -> bool:
    """Whether the best hits are on the topic of the question."""
    texts = [search_text(hit.passage.title, hit.passage.text) for hit in hits[:3]]
    return bool(texts) and max(searcher.cosines(question.text, texts)) >= RELATED
