"""What may answer a question: the spans of the sentences of its hits, each with what speaks for it.

Measures; which measure weighs how much is for `weighing`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.answer.extracting.likeness import Places, places
from qa.answer.extracting.question import Question
from qa.answer.extracting.reading import Reading, read
from qa.answer.extracting.spans import Span, find_spans
from qa.answer.extracting.vocabulary import LESSER
from qa.embedding import Embedder
from qa.retrieval import Hit
from qa.text import folded_terms

# Over this many words the nearness of a word of the question falls to a third.
REACH = 8.0
# This many words on each side of a span are looked at for those on that side of the words that ask.
SIDE = 8


@dataclass(frozen=True)
class Candidate:
    """A span that may answer; offsets are those in the document.

    `quality` tells how surely it is of the kind that is asked for; the whole sentence has 0. `near` is the share of the
    question that stands close to it; `before` and `after` are the shares of the words around the words that ask that
    stand on its same side; `led` is the share of the question between it and the span before it; `owned` that of the
    terms that stand nearer to it than to any other.
    """

    start: int
    end: int
    quality: float
    near: float
    before: float
    after: float
    led: float
    owned: float
    words: int

    def features(self) -> tuple[float, ...]:
        """What a span is chosen by within its sentence."""
        whole = float(self.quality == 0.0)
        length = math.log(self.words)
        return self.quality, whole, self.near, self.before, self.after, self.led, self.owned, length


@dataclass(frozen=True)
class Sentence:
    """A sentence of a hit with its candidates, the last of which is the sentence itself.

    `coverage` is the share of the question's terms that it has, `context` with its neighbours and the title,
    `passage` with all of its passage; `names` whether the names of the question stand in the context.
    """

    hit: Hit
    start: int
    end: int
    coverage: float
    context: float
    passage: float
    names: bool
    rarest_missing: float
    candidates: tuple[Candidate, ...]

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        offset = self.hit.passage.start
        return self.hit.passage.text[self.start - offset : self.end - offset]

    def of(self, candidate: Candidate) -> str:
        """A candidate as it stands in the document."""
        offset = self.hit.passage.start
        return self.hit.passage.text[candidate.start - offset : candidate.end - offset]

    def best(self, measure: str) -> float:
        """The highest of a measure among the spans of the kind that is asked for; 0 without any."""
        return max((getattr(one, measure) for one in self.candidates[:-1]), default=0.0)


def sentences_of(question: Question, hit: Hit, embedder: Embedder) -> list[Sentence]:
    """The sentences of a hit that say something that the question does not, in order."""
    return list(_Passage(question, hit, embedder).sentences())


class _Passage:
    """One hit, read for one question."""

    def __init__(self, question: Question, hit: Hit, embedder: Embedder) -> None:
        self.question = question
        self.hit = hit
        self.reading: Reading = read(hit.passage.text)
        self.places: Places = places(question, self.reading, embedder)
        title = folded_terms(hit.passage.title)
        self.title = dict.fromkeys(set(title) & set(question.rarities), 1.0)
        self._title_text = " ".join(title)
        self._found: dict[range, list[tuple[str, dict[int, float]]]] = {}

    def sentences(self) -> Iterable[Sentence]:
        offset = self.hit.passage.start
        everything = self._had(range(len(self.reading.starts))) | self.title
        passage = self.question.coverage(everything)
        missing = self.question.rarest_missing(everything)
        for number, (start, end) in enumerate(self.reading.sentences):
            words = self.reading.words(start, end)
            candidates = self._candidates(start, end, words)
            if not candidates or self._is_lesser(words):
                continue
            around = self._around(number)
            yield Sentence(
                self.hit,
                offset + start,
                offset + end,
                self.question.coverage(self._had(words)),
                self.question.coverage(self._had(around) | self.title),
                passage,
                self._has_names(around),
                missing,
                candidates,
            )

    def _candidates(self, start: int, end: int, words: range) -> tuple[Candidate, ...]:
        """Spans that say more than the question, then the sentence; nothing when it only says the question again."""
        asked = self.question.asked
        found = find_spans(asked.kind, self.hit.passage.text[start:end], asked.focus)
        whole = Span(0, end - start, 0.0)
        spans = [(span, self.reading.words(start + span.start, start + span.end)) for span in [*found, whole]]
        spans = [(span, place) for span, place in spans if self._is_new(place)]
        if not spans:
            return ()
        owned = self._owned([place for _, place in spans[:-1]], words)
        return tuple(
            self._candidate(start, span, place, words, share) for (span, place), share in zip(spans, owned, strict=True)
        )

    def _is_new(self, place: range) -> bool:
        words = self.reading.folded if self.question.bare else self.reading.written
        return any(words[number] not in self.question.known for number in place)

    def _candidate(self, start: int, span: Span, place: range, words: range, shares: tuple[float, float]) -> Candidate:
        folded = self.reading.folded
        inside = set(folded[place.start : place.stop])
        after = [word for word in self.question.after if word not in inside][:3]
        offset = self.hit.passage.start + start
        return Candidate(
            offset + span.start,
            offset + span.end,
            span.quality,
            self._near(place, words),
            _share(self.question.before[-3:], folded[max(words.start, place.start - SIDE) : place.start]),
            _share(after, folded[place.stop : min(words.stop, place.stop + SIDE)]),
            *shares,
            len(place),
        )

    def _near(self, place: range, words: range) -> float:
        return self.question.coverage(
            {
                term: max(part * math.exp(-_distance(number, place) / REACH) for number, part in at.items())
                for term, at in self._within(words)
            }
        )

    def _owned(self, spans: Sequence[range], words: range) -> list[tuple[float, float]]:
        """For each span, `led` and `owned`; the sentence itself, which comes last, has neither."""
        nearest: list[dict[str, float]] = [{} for _ in spans]
        for term, at in self._within(words) if spans else ():
            distance, number = min((_distance(n, place), n) for n in at for place in spans)
            for own, place in zip(nearest, spans, strict=True):
                if _distance(number, place) == distance:
                    own[term] = at[number]
        led = [self.question.coverage(self._had(self._lead(place, spans, words))) for place in spans]
        return [*zip(led, map(self.question.coverage, nearest), strict=True), (0.0, 0.0)]

    def _lead(self, place: range, spans: Sequence[range], words: range) -> range:
        """The words of the clause between a span and the one before it."""
        start = max((other.stop for other in spans if other.stop <= place.start), default=words.start)
        clause = self.reading.clause(place, words)
        return range(max(start, clause.start), place.start)

    def _within(self, words: range) -> list[tuple[str, dict[int, float]]]:
        """The terms of the question that stand among some words, with their places there."""
        if words not in self._found:
            found = ((term, {n: part for n, part in at.items() if n in words}) for term, at in self.places.items())
            self._found[words] = [(term, at) for term, at in found if at]
        return self._found[words]

    def _had(self, words: range) -> dict[str, float]:
        return {term: max(at.values()) for term, at in self._within(words)}

    def _around(self, number: int) -> range:
        """The words of a sentence, of the one before and of the one after."""
        near = self.reading.sentences[max(0, number - 1) : number + 2]
        return self.reading.words(near[0][0], near[-1][1])

    def _has_names(self, words: range) -> bool:
        text = " ".join(self.reading.folded[words.start : words.stop])
        return all(" ".join(name) in text or " ".join(name) in self._title_text for name in self.question.names)

    def _is_lesser(self, words: range) -> bool:
        post = self.question.after[:2]
        if self.question.asked.kind != "person" or not post:
            return False
        folded = self.reading.folded
        at = [n for n in words if folded[n : n + len(post)] == post]
        lesser = LESSER - set(self.question.before) - set(post)
        return bool(at) and all(n > words.start and folded[n - 1] in lesser for n in at)


def _share(wanted: Sequence[str], had: Sequence[str]) -> float:
    return sum(word in had for word in wanted) / len(wanted) if wanted else 0.0


def _distance(number: int, place: range) -> int:
    """How many words lie between a word and a span of words."""
    return 0 if number in place else max(place.start - number, number - place.stop + 1)
