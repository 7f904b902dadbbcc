"""Define what retrieval returns: hits, and whatever else one generation of the indexes says about a question.

Near-duplicate passages, such as one piece of news in two papers, are grouped under the best of them. Readers of the
evidence no longer need the indexes. Does not know where scores come from, nor answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa.passages import Passage
from qa.retrieval.relations import Metadata, Relation, relations_of
from qa.retrieval.snapshots import Snapshots
from qa.text import Syllable, fold, one_folded_spelling, plain_number, syllable_table, syllables


@dataclass(frozen=True)
class Hit:
    """A passage that was found; `rank` counts from 1, and a higher `score` is better.

    A dense score is a cosine, a lexical one a BM25, a hybrid one a weighted sum of standard scores over the candidates,
    and a reranker's is its own. `similar` are near-duplicate hits, best first, which share the rank.
    """

    passage: Passage
    score: float
    rank: int
    similar: tuple[Hit, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return rank, score, passage and similar hits as values for JSON."""
        passage = self.passage
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "passage": {
                "index": passage.index or None,
                "id": passage.id,
                "document_id": passage.document_id,
                "source": passage.source,
                "title": passage.title,
                "published": passage.published.isoformat() if passage.published else None,
                "start": passage.start,
                "end": passage.end,
                "place": passage.place,
                "text": passage.text,
            },
            "similar": [hit.to_json() for hit in self.similar],
        }


class Hits(list[Hit]):
    """Hits, best first, with what was searched for.

    `restored` is the query with its diacritics restored, None if it was searched for as typed; `across_languages` tells
    whether the query is in another language than most documents; `compared` is how many passages were scored.
    """

    def __init__(self, hits: Iterable[Hit], restored: str | None, *, across_languages: bool, compared: int = 0) -> None:
        super().__init__(hits)
        self.compared = compared
        self.restored = restored
        self.across_languages = across_languages


# Passages that share at least this part of their pairs of neighbouring words are near-duplicates.
ALIKE = 0.7
# How many group leaders texts are compared with: those of the first page or two, where repetition is a nuisance.
LEADERS = 20


class Groups:
    """Groups near-duplicate texts: each joins the first leader that it resembles, or none unless `together`."""

    def __init__(self, *, together: bool = True) -> None:
        self._together = together
        self._leaders: list[frozenset[tuple[str, str]]] = []
        self._members: list[list[int]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Sequence[int]]:
        """Yield the positions of the texts in each group, the leader's first."""
        return iter(self._members)

    def add(self, texts: Iterable[str]) -> None:
        """Add the next texts."""
        for text in texts:
            group = self._group_of(_pairs(text)) if self._together else None
            if group is None:
                self._members.append([])
                group = -1
            self._members[group].append(self._count)
            self._count += 1

    def _group_of(self, found: frozenset[tuple[str, str]]) -> int | None:
        """Return the group that a text joins, or a new one that it leads."""
        group = next((number for number, leader in enumerate(self._leaders) if _alike(found, leader)), None)
        if group is None and len(self._leaders) < LEADERS:
            self._leaders.append(found)
        return group


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring folded words, the first and last paired with nothing."""
    words = ["", *fold(text).split(), ""]
    return frozenset(pairwise(words))


def _numbers(pairs: frozenset[tuple[str, str]]) -> set[str]:
    return {word for word, _ in pairs if any(map(str.isdigit, word))}


def _alike(first: frozenset[tuple[str, str]], second: frozenset[tuple[str, str]]) -> bool:
    """Return whether the Jaccard similarity reaches `ALIKE`; texts with different numbers are different news."""
    smaller, larger = sorted((len(first), len(second)))
    if smaller < ALIKE * larger:
        return False
    shared = len(first & second)
    return shared >= ALIKE * (smaller + larger - shared) and _numbers(first) == _numbers(second)


@dataclass(frozen=True)
class Evidence:
    """A question with its hits, best first, and what the indexes know of its words.

    `embedder` is the name and revision of the model that the hits were scored with, or says that a reranker did.
    `absent` are the words that no passage has, `idf` the inverse document frequency of each folded word, and
    `neighbours` the passages before and after each hit, by the key of the hit's passage. `relations` are what other
    documents did to those of the hits, by document key, `offices` are their issuers, and `passages` is the number of
    passages in the indexes. `further` are the hits that follow, for questions about the foot of a document, which
    shares few words with them.
    """

    question: str
    hits: Hits
    embedder: str
    absent: tuple[str, ...]
    idf: Mapping[str, float]
    neighbours: Mapping[tuple[str, str], Sequence[Passage]]
    relations: Mapping[tuple[str, str], tuple[Relation, ...]] = field(default_factory=dict)
    passages: int = 0
    offices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    further: Sequence[Hit] = ()

    @property
    def found(self) -> Sequence[Hit]:
        """The hits and the further ones."""
        return [*self.hits, *self.further]

    @property
    def searched(self) -> str:
        """The question as searched for, with missing diacritics restored."""
        return self.hits.restored or self.question


def gather(snapshots: Snapshots, question: str, found: Hits, k: int, embedder: str) -> Evidence:
    """Return the evidence for a question, with k of the hits found."""
    hits = Hits(found[:k], found.restored, across_languages=found.across_languages, compared=found.compared)
    searched = hits.restored or question
    words = list(dict.fromkeys(fold(word.form) for word in syllables(searched)))
    idf = snapshots.idf("folded", [index_term(word) for word in words])
    passages = [one.passage for hit in hits for one in (hit, *hit.similar)]
    metadata = snapshots.metadata({one.document_key for one in passages})
    return Evidence(
        question,
        hits,
        embedder,
        tuple(absent_words(snapshots, searched)),
        dict(zip(words, idf, strict=True)),
        snapshots.neighbours(passages),
        relations_of(snapshots, passages, metadata),
        len(snapshots),
        _offices(metadata),
        found[k:],
    )


def _offices(metadata: Metadata) -> dict[tuple[str, str], str]:
    """Return the issuers of documents, by document key; the text need not name them."""
    issued = {key: named.get("legislationPassedBy", "") for key, named in metadata.items()}
    return {key: office for key, office in issued.items() if office}


def absent_words(snapshots: Snapshots, text: str) -> list[str]:
    """Return the words of a text that no passage has, in its order and spelling, each once, ignoring diacritics.

    Names of places in a law, such as "Khoản 2 Điều 5", do not count.
    """
    named = {match.start() for match in _PLACE.finditer(text)}
    found = [one for one in syllables(text) if one.start not in named]
    pairs = [pair for pair in _words_of_two(text, found) if not snapshots.passages_with("folded", _term(*pair))]
    joined = {one.start for pair in pairs for one in pair}
    single = [(one, one) for one in found if one.start not in joined]
    gone = pairs + [pair for pair in single if not snapshots.passages_with("folded", _term(pair[0]))]
    return list(dict.fromkeys(text[first.start : last.end] for first, last in sorted(gone, key=lambda p: p[0].start)))


# Names of places in a law ("Khoản 2") need not occur in the documents; the question is about their number.
_PLACE = re.compile(r"\b(điều|khoản|điểm|mục|chương|phần)\s+(?:\d+|[ivxlc]+|[a-zđ])(?:[a-zđ]?\)|(?!\w))", re.IGNORECASE)


def index_term(term: str) -> str:
    """Return a folded word, or a pair joined by "_", as the index spells it."""
    return "_".join(plain_number(one_folded_spelling(word)) for word in term.split("_"))


def _term(*words: Syllable) -> str:
    return index_term("_".join(fold(word.form) for word in words))


def _words_of_two(text: str, found: list[Syllable]) -> Iterator[tuple[Syllable, Syllable]]:
    table = syllable_table()
    for first, second in pairwise(found):
        if text[first.end : second.start] == " " and table.is_compound(first.form, second.form):
            yield first, second
