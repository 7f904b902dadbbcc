"""Make a reply from the evidence: what was found, where it is and how sure it is, or that nothing was.

Knows what a decision is; knows nothing of how it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Literal

from qa.index import Filters
from qa.reading import READ, Candidate, Reader, ReadEvidence, load_reader, read
from qa.reading.readers import RuleReader
from qa.retrieval import Evidence, Hit, Relation, Searcher
from qa.text import fold

Verdict = Literal["answer", "related", "not_found"]
Note = Literal["keywords", "rules_only", "unfitted"]
"""Notes on how a reply came about: the question is keywords and asks nothing; only rules read, since the package that
runs a reader is missing; the confidence was not fitted for this reader and embedder."""


@dataclass(frozen=True)
class Finding:
    """A span of a hit's document: `document.text[start:end] == text`.

    `sentence` is the one around it in the passage of `source`; `relations` are what other documents of the index did to
    that document: replaced, repealed or amended it.
    """

    text: str
    start: int
    end: int
    source: Hit
    sentence: str = ""
    relations: tuple[Relation, ...] = ()

    @property
    def place(self) -> str:
        """The name of the part of the document that holds the span, such as "tr. 3" or "tr. 3–5"; may be empty."""
        return self.source.passage.place_of(self.start, self.end)

    def to_json(self) -> dict[str, Any]:
        """Return the span with its document, place and date as values for JSON."""
        passage = self.source.passage
        return {
            "text": self.text,
            "sentence": self.sentence,
            "start": self.start,
            "end": self.end,
            "index": passage.index or None,
            "document_id": passage.document_id,
            "place": self.place,
            "published": passage.published.isoformat() if passage.published else None,
            "relations": [relation.to_json() for relation in self.relations],
        }


@dataclass(frozen=True)
class Answer:
    """A reply to a question; `found` is the span that answers, None if it declined.

    `text`, `sentence`, `start`, `end`, `source` and `relations` are those of `found`. `confidence` is between 0 and 1,
    `evidence` the hits, best first. `related` is whether the evidence for a declined question is on its topic. `kind`
    is what the question asks for. `others` are different answers to the same question in other passages, newest first.
    `absent` are words of the question that no document has. `searched` is the question with missing diacritics
    restored. With `whole_sentence` only the sentence is certain, and `text` is that sentence. `notes` say how the reply
    came about.
    """

    question: str
    found: Finding | None
    confidence: float
    evidence: tuple[Hit, ...]
    related: bool = False
    kind: str = "other"
    others: tuple[Finding, ...] = ()
    absent: tuple[str, ...] = ()
    searched: str | None = None
    whole_sentence: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The outcome: an answer; related passages without one; or nothing in the corpus."""
        if self.found is not None:
            return "answer"
        return "related" if self.related else "not_found"

    @property
    def text(self) -> str | None:
        """The text that answers."""
        return self.found.text if self.found else None

    @property
    def sentence(self) -> str | None:
        """The sentence around the text that answers."""
        return self.found.sentence if self.found else None

    @property
    def start(self) -> int | None:
        """The start of `text` in the document of `source`."""
        return self.found.start if self.found else None

    @property
    def end(self) -> int | None:
        """The end of `text` in the document of `source`."""
        return self.found.end if self.found else None

    @property
    def source(self) -> Hit | None:
        """The hit that `text` is from."""
        return self.found.source if self.found else None

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What other documents of the index did to the document of `source`."""
        return self.found.relations if self.found else ()

    def to_json(self) -> dict[str, Any]:
        """Return the answer as values for JSON; `answer` is None if it declined."""
        found = self.found.to_json() if self.found else None
        return {
            "question": self.question,
            "searched": self.searched,
            "verdict": self.verdict,
            "kind": self.kind,
            "answer": found,
            "declined": found is None,
            "confidence": round(self.confidence, 4),
            "others": [other.to_json() for other in self.others],
            "absent": list(self.absent),
            "notes": list(self.notes),
            "hits": [hit.to_json() for hit in self.evidence],
        }


def ask(
    question: str,
    searcher: Searcher,
    *,
    k: int = 5,
    filters: Filters | None = None,
    literal: bool = False,
    reader: Reader | None = None,
) -> Answer:
    """Answer a question from the best passages that pass the filters, or decline; `evidence` has k hits.

    Missing diacritics are restored first, unless `literal`. Without a `reader` the bundled one is used.

    Raises `QuestionError` for a question that cannot be searched for, `ModelUnusableError` if the bundled reader's
    files are damaged; searching works without them.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:  # else the first question would load one model after the other
        loading = beside.submit(load_reader) if reader is None else None
        evidence = searcher.evidence(question, k=max(k, READ) if k > 0 else k, filters=filters, literal=literal)
    return answer_from(evidence, k=k, reader=loading.result() if loading else reader)


def answer_from(evidence: Evidence, *, k: int = 5, reader: Reader | None = None) -> Answer:
    """Answer from the evidence, or decline; its hits can be shown in the meantime."""
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
    source, hits = _leading(best.hit.passage.key, evidence.found, len(declined.evidence))
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
            _finding(one, _found(one.hit.passage.key, evidence.found), evidence) for one in found.decision.others
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
    """Return the hit that answers, first among its near-duplicates, and k hits that include it."""
    source = _found(key, hits)
    group = next(hit for hit in hits if source in (hit, *hit.similar))
    if source != group:
        others = tuple(one for one in group.similar if one != source)
        source = replace(source, similar=(replace(group, similar=()), *others))
    evidence = tuple(source if hit == group else hit for hit in hits[:k])
    return source, evidence if source in evidence else (*evidence[:-1], source)


def _not_around(sentence: str, absent: Sequence[str]) -> tuple[str, ...]:
    """Return the absent words except those that the sentence has split, as "đưa 3.354 người ra" has "đưa ra"."""
    had = set(fold(sentence).split())
    return tuple(word for word in absent if not set(fold(word).split()) <= had)
