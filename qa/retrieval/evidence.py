"""All that one generation of an index says about one question, gathered at once: `Evidence`.

Words that no passage has are among it. Whoever reads it needs the index no more. Knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.index import Snapshot
from qa.passages import Passage
from qa.retrieval.hits import Hits
from qa.retrieval.relations import Relation, relations_of
from qa.text import Syllable, fold, one_folded_spelling, plain_number, syllable_table, syllables


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
    """Return what a snapshot says about a question whose hits were found in it."""
    searched = hits.restored or question
    words = list(dict.fromkeys(fold(word.form) for word in syllables(searched)))
    rarities = snapshot.idf("folded", [index_term(word) for word in words])
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


def absent_words(snapshot: Snapshot, text: str) -> list[str]:
    """Return the words in the order and the spelling of the text, each once; any diacritics count as the same word."""
    found = syllables(text)
    pairs = [pair for pair in _words_of_two(text, found) if not snapshot.passages_with("folded", _term(*pair))]
    joined = {one.start for pair in pairs for one in pair}
    single = [(one, one) for one in found if one.start not in joined]
    gone = pairs + [pair for pair in single if not snapshot.passages_with("folded", _term(pair[0]))]
    return list(dict.fromkeys(text[first.start : last.end] for first, last in sorted(gone, key=lambda p: p[0].start)))


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
