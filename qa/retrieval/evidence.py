"""All that one generation of an index says about one question, gathered at once: `Evidence`.

Whoever reads it needs the index no more. Knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.index import Snapshot
from qa.passages import Passage
from qa.retrieval.absent import absent_words, index_term
from qa.retrieval.hits import Hits
from qa.retrieval.relations import Relation, relations_of
from qa.text import fold, syllables


@dataclass(frozen=True)
class Evidence:
    """A question with its hits, best first, and what the index knows of its words.

    `embedder` is the name and revision of the model that the hits were scored with. `absent` are the
    words that no passage has, `rarities` the inverse document frequency of each folded word, and `neighbours` the
    passages before and after each hit, by the hit's passage id. `relations` are what other documents did to those of
    the hits, by their id.
    """

    question: str
    hits: Hits
    embedder: str
    absent: tuple[str, ...]
    rarities: Mapping[str, float]
    neighbours: Mapping[str, Sequence[Passage]]
    relations: Mapping[str, tuple[Relation, ...]] = field(default_factory=dict)

    @property
    def searched(self) -> str:
        """The question as it was searched for, its diacritics put back where they were missing."""
        return self.hits.restored or self.question


def gather(snapshot: Snapshot, question: str, hits: Hits, embedder: str) -> Evidence:
    """What a snapshot says about a question whose hits were found in it."""
    searched = hits.restored or question
    words = list(dict.fromkeys(fold(word.form) for word in syllables(searched)))
    rarities = snapshot.rarities("folded", [index_term(word) for word in words])
    passages = [one.passage for hit in hits for one in (hit, *hit.similar)]
    return Evidence(
        question,
        hits,
        embedder,
        tuple(absent_words(snapshot, searched)),
        dict(zip(words, rarities, strict=True)),
        snapshot.neighbours(passages),
        relations_of(snapshot, passages),
    )
