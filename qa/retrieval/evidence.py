"""All that one generation of the indexes says about one question, gathered at once: `Evidence`.

Words that no passage has are among it. Whoever reads it needs the indexes no more. Knows nothing of answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.passages import Passage
from qa.retrieval.hits import Hits
from qa.retrieval.relations import Relation, relations_of
from qa.retrieval.snapshots import Snapshots
from qa.text import Syllable, fold, one_folded_spelling, plain_number, syllable_table, syllables


@dataclass(frozen=True)
class Evidence:
    """A question with its hits, best first, and what the indexes know of its words.

    `embedder` is the name and revision of the model that the hits were scored with. `absent` are the
    words that no passage has, `idf` the inverse document frequency of each folded word, and `neighbours` the
    passages before and after each hit, by the key of the hit's passage. `relations` are what other documents did to
    those of the hits, by their key, `offices` who issued these, and `passages` is how many there are in the indexes.
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

    @property
    def searched(self) -> str:
        """The question as it was searched for, its diacritics put back where they were missing."""
        return self.hits.restored or self.question


def gather(snapshots: Snapshots, question: str, hits: Hits, embedder: str) -> Evidence:
    """Return what the indexes say about a question whose hits were found in them."""
    searched = hits.restored or question
    words = list(dict.fromkeys(fold(word.form) for word in syllables(searched)))
    idf = snapshots.idf("folded", [index_term(word) for word in words])
    passages = [one.passage for hit in hits for one in (hit, *hit.similar)]
    return Evidence(
        question,
        hits,
        embedder,
        tuple(absent_words(snapshots, searched)),
        dict(zip(words, idf, strict=True)),
        snapshots.neighbours(passages),
        relations_of(snapshots, passages),
        len(snapshots),
        _offices(snapshots, passages),
    )


def _offices(snapshots: Snapshots, passages: Sequence[Passage]) -> dict[tuple[str, str], str]:
    """Return who issued the documents of some passages, which their text need not say, by the key of the document."""
    metadata = snapshots.metadata({one.document_key for one in passages})
    issued = {key: named.get("legislationPassedBy", "") for key, named in metadata.items()}
    return {key: office for key, office in issued.items() if office}


def absent_words(snapshots: Snapshots, text: str) -> list[str]:
    """Return the words in the order and the spelling of the text, each once; any diacritics count as the same word.

    What places in a law are called, as in "Khoản 2 Điều 5", does not count.
    """
    named = {match.start() for match in _PLACE.finditer(text)}
    found = [one for one in syllables(text) if one.start not in named]
    pairs = [pair for pair in _words_of_two(text, found) if not snapshots.passages_with("folded", _term(*pair))]
    joined = {one.start for pair in pairs for one in pair}
    single = [(one, one) for one in found if one.start not in joined]
    gone = pairs + [pair for pair in single if not snapshots.passages_with("folded", _term(pair[0]))]
    return list(dict.fromkeys(text[first.start : last.end] for first, last in sorted(gone, key=lambda p: p[0].start)))


# What a place in a law is called ("Khoản 2"), which the documents need not say; its number is asked for.
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
