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

    `sentence` is what holds it in the passage of `source`; `relations` are what other documents of the index did to
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
        """What the part of the document where the span begins is called, such as "tr. 3"; empty without a name."""
        return self.source.passage.place_at(self.start)

    def to_json(self) -> dict[str, Any]:
        """Return the span with its document, place and date in values that JSON knows."""
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
    """A reply to a question; `found` is the span that answers, None where it declined.

    `text`, `sentence`, `start`, `end`, `source` and `relations` are those of `found`. `confidence` is between 0 and 1,
    `evidence` the hits, best first. `related` is whether the evidence of a declined question is on its topic. `kind` is
    what the question asks for. `others` are different answers to the same question in other passages, the newest first.
    `absent` are words of the question that no document has. `searched` is the question with its diacritics put back,
    where they were missing. With `whole_sentence` only the sentence is sure, which `text` then is. `notes` say how it
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
        """An answer; related passages without one; or nothing on it in the corpus."""
        if self.found is not None:
            return "answer"
        return "related" if self.related else "not_found"

    @property
    def text(self) -> str | None:
        """What answers."""
        return self.found.text if self.found else None

    @property
    def sentence(self) -> str | None:
        """The sentence that holds what answers."""
        return self.found.sentence if self.found else None

    @property
    def start(self) -> int | None:
        """Where `text` begins in the document of `source`."""
        return self.found.start if self.found else None

    @property
    def end(self) -> int | None:
        """Where `text` ends in the document of `source`."""
        return self.found.end if self.found else None

    @property
    def source(self) -> Hit | None:
        """The hit that `text` stands in."""
        return self.found.source if self.found else None

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What other documents of the index did to the document of `source`."""
        return self.found.relations if self.found else ()

    def to_json(self) -> dict[str, Any]:
        """Return the answer in values that JSON knows; `answer` is None when it declined."""
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
