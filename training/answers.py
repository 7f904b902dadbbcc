"""Fits the weights of `qa.answer`; prints them and how well they do, writes nothing.

    python -m training.answers --data FOLDER

Fits on MLQA dev (questions in Vietnamese and in English), on held-out questions of the training sets and on the `dev`
half of the questions over the seeds; measures on their `test` half too. For confidence, each question of MLQA is asked
four times: of all paragraphs (there is an answer), of the same without the sentences that answer and of those of other
documents (near misses), and of articles of law (unrelated). Knows nothing of how the bundled model was trained.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

import qa
from qa.answer.asking import READ
from qa.answer.extracting import confidence
from qa.answer.extracting.candidates import Candidate, Sentence
from qa.answer.extracting.question import Question, understand
from qa.answer.extracting.weighing import Weighed, weigh, weighted
from training.answer_data import Asked, Place, held_out_pairs, law, searcher, seeds, span_records, squad
from training.fitting import Choices, Matrix, calibration_error, logistic

# How much a question over the seeds counts beside one of the other sets: they show what answers should look like.
SEED_WEIGHT = 3.0
SEED_WEIGHT_IN_CONFIDENCE = 10.0
LOST = 0.05


@dataclass(frozen=True)
class Case:
    """A question asked of passages: what was weighed, and whether the passages hold an answer."""

    asked: Asked
    weighed: Weighed
    answered: bool

    def is_right(self) -> bool:
        """Whether the best sentence answers."""
        if not self.answered or not self.weighed.sentences:
            return False
        best = self.weighed.sentences[self.weighed.best]
        return _overlaps(best, self.asked.sentences) or best.hit.passage.document_id in self.asked.relevant

    @property
    def is_seed(self) -> bool:
        """Whether it is a question over the seeds."""
        return self.asked.group in SEED_GROUPS


SEED_GROUPS = ("plain", "paraphrase", "no_diacritics", "english", "near_miss", "unrelated")


def main() -> None:
    """Fits sentences and spans first, then confidence with them."""
    parser = argparse.ArgumentParser(description="Fit the weights of qa.answer.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as work:
        cases = list(_cases(data, Path(work)))
        alone = list(_alone(data, Path(work)))
    fitted = [case for case in cases if case.asked.split == "dev"]
    sentence_weights = _fit_sentences(fitted)
    span_weights = _fit_spans([*fitted, *alone])
    cases = [replace(case, weighed=replace(case.weighed, weights=tuple(sentence_weights))) for case in cases]
    _report_answers(cases, span_weights)
    _fit_confidence(cases)


def _cases(data: Path, work: Path) -> Iterator[Case]:
    unrelated = searcher(work / "law", law(data))
    for language in ("vi", "en"):
        documents, asked = squad(data / "eval" / f"dev-context-vi-question-{language}.json", f"mlqa {language}")
        yield from _mlqa_cases(asked, searcher(work / language, documents), unrelated)
    documents, asked = held_out_pairs(data)
    yield from _pair_cases(asked, searcher(work / "pairs", documents))
    documents, asked = seeds()
    own = searcher(work / "seeds", documents)
    for one in _tracked(asked):
        yield Case(one, _weighed(one.question, own.search(one.question, k=READ), own), bool(one.sentences))


def _mlqa_cases(asked: Sequence[Asked], own: qa.Searcher, unrelated: qa.Searcher) -> Iterator[Case]:
    for one in _tracked(asked):
        hits = own.search(one.question, k=50)
        weighed = _weighed(one.question, hits[:READ], own)
        yield Case(one, weighed, any(_overlaps(sentence, one.sentences) for sentence in weighed.sentences))
        nothing = replace(one, spans=(), sentences=())
        yield Case(nothing, _without(weighed, one.sentences), answered=False)
        others = [hit for hit in hits if hit.passage.document_id != one.sentences[0][0]]
        yield Case(nothing, _weighed(one.question, others[:READ], own), answered=False)
        yield Case(nothing, _weighed(one.question, unrelated.search(one.question, k=READ), unrelated), answered=False)


def _pair_cases(asked: Sequence[Asked], own: qa.Searcher) -> Iterator[Case]:
    for one in _tracked(asked):
        hits = own.search(one.question, k=50)
        found = any(hit.passage.document_id in one.relevant for hit in hits[:READ])
        yield Case(one, _weighed(one.question, hits[:READ], own), found)
        others = [hit for hit in hits if hit.passage.document_id not in one.relevant]
        nothing = replace(one, spans=(), sentences=(), relevant=frozenset())
        yield Case(nothing, _weighed(one.question, others[:READ], own), answered=False)


def _alone(data: Path, work: Path) -> Iterator[Case]:
    """Questions with their passage alone, to fit spans."""
    own = searcher(work / "alone", [qa.Document("none", "Không có gì.", language="vi")])
    for number, record in enumerate(span_records(data)):
        query, text, answer = (unicodedata.normalize("NFC", part) for part in record)
        start = text.find(answer)
        if start >= 0 and len(text) < 3000:
            passage = qa.Passage(f"{number}#1", str(number), 1, text, 0, len(text), "", "", None)
            spans = ((str(number), start, start + len(answer)),)
            weighed = weigh(_question(query, own), [qa.Hit(passage, 1.0, 1)], own)
            yield Case(Asked(query, "alone", spans, spans), weighed, answered=True)


def _tracked(asked: Sequence[Asked]) -> Iterator[Asked]:
    yield from track(asked, asked[0].group, disable=not sys.stderr.isatty())


def _weighed(typed: str, hits: Sequence[qa.Hit], own: qa.Searcher) -> Weighed:
    question = _question(typed, own)
    return weigh(question, [hit for hit in hits if confidence.can_answer(question, hit.passage, own)], own)


def _question(typed: str, own: qa.Searcher) -> Question:
    return understand(typed, own.restored(typed) or typed, own)


def _without(weighed: Weighed, places: Sequence[Place]) -> Weighed:
    """As if the sentences that answer were not there, though their neighbours are."""
    kept = [n for n, sentence in enumerate(weighed.sentences) if not _overlaps(sentence, places)]
    return replace(
        weighed, sentences=[weighed.sentences[n] for n in kept], features=[weighed.features[n] for n in kept]
    )


def _overlaps(sentence: Sentence, places: Sequence[Place]) -> bool:
    document = sentence.hit.passage.document_id
    return any(one == document and sentence.start < end and start < sentence.end for one, start, end in places)


def _overlap(sentence: Sentence, candidate: Candidate, places: Sequence[Place]) -> float:
    """F1 over the characters of a candidate and the likest of these places."""
    found = [0.0]
    for document, start, end in places:
        if document == sentence.hit.passage.document_id:
            shared = max(0, min(end, candidate.end) - max(start, candidate.start))
            found.append(2 * shared / (end - start + candidate.end - candidate.start))
    return max(found)


def _fit_sentences(cases: Sequence[Case]) -> Matrix:
    choices = Choices()
    for case in cases:
        right = [float(_overlaps(sentence, case.asked.sentences)) for sentence in case.weighed.sentences]
        if right:
            choices.add(case.weighed.features, right, SEED_WEIGHT if case.is_seed else 1.0)
    weights = choices.fit()
    print(f"sentence weights {np.round(weights, 2).tolist()} from {len(choices.rows)} questions")
    return weights


def _fit_spans(cases: Sequence[Case]) -> Matrix:
    choices = Choices()
    for case in cases:
        for sentence in case.weighed.sentences:
            if _overlaps(sentence, case.asked.spans):
                found = [_overlap(sentence, one, case.asked.spans) for one in sentence.candidates]
                right = [1.0 if one > 0.99 else one**3 / 2 if one >= 0.5 else 0.0 for one in found]
                weight = SEED_WEIGHT if case.is_seed else 1.0
                choices.add([one.features() for one in sentence.candidates], right, weight if max(right) > 0.3 else 0)
    weights = choices.fit()
    print(f"span weights {np.round(weights, 2).tolist()} from {len(choices.rows)} sentences")
    return weights


def _report_answers(cases: Sequence[Case], span_weights: Matrix) -> None:
    """How often the right sentence comes first, and the exact span, whatever the confidence."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for case in cases:
        if not case.asked.spans:
            continue
        counted = counts[_name(case)]
        counted[0] += 1
        if case.weighed.sentences:
            sentence = case.weighed.sentences[case.weighed.best]
            span = max(sentence.candidates, key=lambda one: weighted(span_weights.tolist(), one.features()))
            counted[1] += _overlaps(sentence, case.asked.sentences)
            counted[2] += (sentence.hit.passage.document_id, span.start, span.end) in case.asked.spans
    for name, (asked, sentences, spans) in counts.items():
        print(f"  {name}: {asked} questions, right sentence {sentences}, exact span {spans}")


def _name(case: Case) -> str:
    return f"{case.asked.group}, {case.asked.split}" if case.is_seed else case.asked.group


def _fit_confidence(cases: Sequence[Case]) -> None:
    """By language, the chance that the best sentence answers, where half of the questions have an answer.

    The threshold loses `LOST` of the answered questions over the seeds' dev half.
    """
    chances = np.zeros(len(cases))
    read = [bool(case.weighed.sentences) and confidence.holds_kind(case.weighed) for case in cases]
    rows = [confidence.confidence_features(case.weighed) if ok else () for case, ok in zip(cases, read, strict=True)]
    for across in (False, True):
        mine = [n for n, ok in enumerate(read) if ok and cases[n].weighed.question.across == across]
        fitted = [n for n in mine if cases[n].asked.split == "dev"]
        truth = np.array([float(cases[n].is_right()) for n in fitted])
        weight = _balanced(*(np.array([getattr(cases[n], of) for n in fitted]) for of in ("is_seed", "answered")))
        weights = logistic(np.array([rows[n] for n in fitted]), truth, weight, ridge=5.0)
        print(f"confidence weights{' across languages' if across else ''} {np.round(weights, 2).tolist()}")
        chances[mine] = 1 / (1 + np.exp(-np.array([rows[n] for n in mine]) @ weights))
    _report_confidence(cases, chances)


def _balanced(seed: NDArray[np.bool_], answered: NDArray[np.bool_]) -> Matrix:
    """Weights with which those with and without an answer count alike, among the seeds and among the others."""
    weight = np.where(seed, SEED_WEIGHT_IN_CONFIDENCE, 1.0)
    for group in (seed, ~seed):
        for value in (False, True):
            part = group & (answered == value)
            weight[part] *= group.sum() / max(1, 2 * part.sum())
    return weight


def _report_confidence(cases: Sequence[Case], chances: Matrix) -> None:
    answered = np.array([case.answered for case in cases])
    right = np.array([case.is_right() for case in cases])
    names = np.array([_name(case) for case in cases])
    seed = np.array([case.is_seed for case in cases])
    dev = np.array([case.asked.split == "dev" for case in cases])
    threshold = float(np.quantile(chances[seed & dev & answered], LOST))
    print(f"threshold {threshold:.3f}")
    for name in dict.fromkeys(names.tolist()):
        for truth, label in ((True, "answerable"), (False, "unanswerable")):
            of = chances[(names == name) & (answered == truth)]
            if len(of):
                print(f"  {name}: {len(of)} {label}, declined {int((of < threshold).sum())}, mean {of.mean():.2f}")
    for label, which in (("seeds, dev", seed & dev), ("seeds, test", seed & ~dev), ("others", ~seed)):
        error = calibration_error(chances[which], right[which].astype(np.float64))
        print(f"  expected calibration error, {label}: {error:.3f} over {int(which.sum())}")


if __name__ == "__main__":
    main()
