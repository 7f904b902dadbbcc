"""Asking: from a question, or from the evidence for one, to its answer or to a refusal.

Knows what a decision is; knows nothing of how it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from qa.answer.answer import Answer, Finding, Note
from qa.index import Filters
from qa.reading import READ, Candidate, Reader, ReadEvidence, load_reader, read
from qa.reading.rules.reader import RuleReader
from qa.retrieval import Evidence, Hit, Searcher
from qa.text import fold


def ask(
    question: str,
    searcher: Searcher,
    *,
    k: int = 5,
    filters: Filters | None = None,
    literal: bool = False,
    reader: Reader | None = None,
) -> Answer:
    """Return what answers in the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Diacritics that were not typed are put back first, unless `literal`. Without a `reader` the bundled one reads.

    Raises `QuestionError` for a question that cannot be searched for, `ModelUnusableError` where the bundled reader's
    files are damaged; searching goes on without them.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:  # the first question would wait for one model after the other
        loading = beside.submit(load_reader) if reader is None else None
        evidence = searcher.evidence(question, k=max(k, READ) if k > 0 else k, filters=filters, literal=literal)
    return answer_from(evidence, k=k, reader=loading.result() if loading else reader)


def answer_from(evidence: Evidence, *, k: int = 5, reader: Reader | None = None) -> Answer:
    """Return what answers in some evidence, or a refusal; its hits can be shown while it is read."""
    reader = reader or load_reader()
    found = read(evidence, reader)
    absent = () if found.question.across_languages else found.question.absent
    declined = Answer(
        evidence.question,
        None,
        found.decision.chance,
        tuple(evidence.hits[:k]),
        related=found.related,
        kind=found.question.asked.kind,
        absent=absent,
        searched=evidence.hits.restored,
        notes=tuple(_notes(found, reader)),
    )
    best = found.decision.answer
    return declined if best is None else _answered(declined, found, best, evidence)


def _notes(found: ReadEvidence, reader: Reader) -> Iterator[Note]:
    if found.question.is_keywords:
        yield "keywords"
    if isinstance(reader, RuleReader):
        yield "rules_only"
    if not found.fitted.is_fitted:
        yield "unfitted"


def _answered(declined: Answer, found: ReadEvidence, best: Candidate, evidence: Evidence) -> Answer:
    source, hits = _leading(best.hit.passage.key, evidence.hits, len(declined.evidence))
    answer = _finding(best, source, evidence)
    if found.decision.whole_sentence:
        start = source.passage.start + best.sentence[0]
        answer = replace(answer, text=answer.sentence, start=start, end=start + len(answer.sentence))
    return replace(
        declined,
        found=answer,
        evidence=hits,
        absent=_not_around(answer.sentence, declined.absent),
        others=tuple(
            _finding(one, _found(one.hit.passage.key, evidence.hits), evidence) for one in found.decision.others
        ),
        whole_sentence=found.decision.whole_sentence,
    )


def _finding(candidate: Candidate, source: Hit, evidence: Evidence) -> Finding:
    passage = source.passage
    return Finding(
        candidate.text,
        passage.start + candidate.start,
        passage.start + candidate.end,
        source,
        passage.text[slice(*candidate.sentence)],
        evidence.relations.get(passage.document_key, ()),
    )


def _found(key: tuple[str, str], hits: Sequence[Hit]) -> Hit:
    return next(one for hit in hits for one in (hit, *hit.similar) if one.passage.key == key)


def _leading(key: tuple[str, str], hits: Sequence[Hit], k: int) -> tuple[Hit, tuple[Hit, ...]]:
    """Return the hit that answers, leading those of nearly the same words, and k hits of which it is one."""
    source = _found(key, hits)
    group = next(hit for hit in hits if source in (hit, *hit.similar))
    if source != group:
        others = tuple(one for one in group.similar if one != source)
        source = replace(source, similar=(replace(group, similar=()), *others))
    evidence = tuple(source if hit == group else hit for hit in hits[:k])
    return source, evidence if source in evidence else (*evidence[:-1], source)


def _not_around(sentence: str, absent: Sequence[str]) -> tuple[str, ...]:
    """Without the words that the answer's sentence has in parts, as "đưa ra" in "đưa 3.354 người ra"."""
    had = set(fold(sentence).split())
    return tuple(word for word in absent if not set(fold(word).split()) <= had)
