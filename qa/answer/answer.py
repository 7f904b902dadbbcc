"""A reply to a question: what was found, where it stands, how sure it is; or that there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from qa.retrieval import Hit, Relation

Verdict = Literal["answer", "related", "not_found"]
Note = Literal["keywords", "rules_only", "unfitted"]
"""What is worth knowing of how a reply came about: the question is keywords, and asks nothing; rules read, since the
package that runs a reader is missing; how sure it is was not fitted for this reader and this embedder."""


@dataclass(frozen=True)
class Finding:
    """A span of a hit's document: `document.text[start:end] == text`.

    `relations` are what other documents of the index did to that document: replaced, repealed or amended it.
    """

    text: str
    start: int
    end: int
    source: Hit
    relations: tuple[Relation, ...] = ()

    @property
    def place(self) -> str:
        """What the part of the document where the span begins is called, such as "tr. 3"; empty without a name."""
        return self.source.passage.place_at(self.start)

    def to_json(self) -> dict[str, Any]:
        """Return the span with its document, place and date in values that JSON knows."""
        passage = self.source.passage
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "document_id": passage.document_id,
            "place": self.place,
            "published": passage.published.isoformat() if passage.published else None,
            "relations": [relation.to_json() for relation in self.relations],
        }


@dataclass(frozen=True)
class Answer:
    """A reply to a question; `text is None` means that it declined.

    `text` is what answers, `sentence` the sentence that holds it; `start` and `end` are the offsets of `text` in the
    document of `source`, the hit that it stands in. `confidence` is between 0 and 1, `evidence` the hits, best first.
    `related` tells of a declined question that the evidence is on its topic. `kind` is what the question asks for.
    `others` are different answers to the same question in other passages, the newest first. `absent` are words of the
    question that no document has. `searched` is the question with its diacritics put back, where they were missing.
    `whole_sentence` tells that only the sentence is sure, which `text` then is. `notes` tell how it came about.
    `relations` are what other documents of the index did to the document of `source`.
    """

    question: str
    text: str | None
    sentence: str | None
    start: int | None
    end: int | None
    confidence: float
    evidence: tuple[Hit, ...]
    source: Hit | None = None
    related: bool = False
    kind: str = "other"
    others: tuple[Finding, ...] = ()
    absent: tuple[str, ...] = ()
    searched: str | None = None
    whole_sentence: bool = False
    notes: tuple[Note, ...] = ()
    relations: tuple[Relation, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """An answer; related passages without one; or nothing on it in the corpus."""
        if self.text is not None:
            return "answer"
        return "related" if self.related else "not_found"

    @property
    def finding(self) -> Finding | None:
        """The span that answers, None when it declined."""
        if self.text is None or self.start is None or self.end is None or self.source is None:
            return None
        return Finding(self.text, self.start, self.end, self.source, self.relations)

    def to_json(self) -> dict[str, Any]:
        """Return the answer in values that JSON knows; `answer` is None when it declined."""
        found = {**self.finding.to_json(), "sentence": self.sentence} if self.finding else None
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
