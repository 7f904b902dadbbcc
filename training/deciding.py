"""Fit the weights that `qa.reading` decides by, and write them beside the reader that they were fitted for.

    python -m training.deciding --data DATA [--asked FILE...] [--reader rules]

Fits on MLQA dev (questions in Vietnamese and in English), on the `dev` half of the questions over the seeds and on
SQuAD 2.0 files of held-out questions, such as `python -m training.reader` writes. Half of each, chosen by a digest of
the passage, is fitted on, and the other half shows what the fit is worth. Each question with an answer is asked twice:
over all passages, and over all but those that answer or may answer (a near miss). Those of MLQA are also asked over
articles of law and of news (unrelated). A question that its passage does not answer is asked over that passage alone,
since others may answer it. The seeds and every second question of MLQA are asked once more among articles of news, so
that probabilities hold in a large corpus too. Does not know how a reader was trained.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import track

import qa
from eval.reliability import Confident, bins, expected_calibration_error
from qa.reading import load_reader
from qa.reading.candidates import FEATURES, Candidate, candidates
from qa.reading.deciding import (
    CHANCE_FEATURES,
    FITTED_FILE,
    NUMBERS,
    Fitted,
    chance_features,
    span_score,
    weighted,
)
from qa.reading.question import understand
from qa.reading.readers import RuleReader
from qa.reading.reading import READ, readings_of, to_read
from qa.reading.target import Kind
from qa.retrieval import Evidence
from training.deciding_data import LabelledQuestion, law, news, searcher, seeds, squad
from training.fitting import Choices, Matrix, least_value, logistic

UNRELATED_STEPS = {"law": 3, "news": 1}
"""Every third question of MLQA is also asked over articles of law, and every one over news; chosen by hand."""
AMONG_NEWS_STEP = 2
"""Every second question of MLQA is also asked among articles of news; chosen by hand."""
LOOKED_AT = 3 * READ
"""How many hits to check for documents that may answer a question, which its near miss leaves out."""
COST = 1 / 6
"""The cost of a wrong answer if a right one is worth 1; chosen by hand: a higher cost loses answers to paraphrases."""
EXACT = 0.1
"""The credit for only the right sentence; a candidate that overlaps the answer gets more, and a number must."""
SEED_WEIGHT = 2.0
"""The weight of a question over the seeds, against 1 for others: they show what answers should look like."""
AGAINST = ("names_missing", "values_missing", "values_apart", "polarity", "absent", "names_absent")
"""Features that may never favour a span, even if by chance they seem to in a few hundred questions."""
AGAINST_AN_ANSWER = ("absent", "names_absent", "corpus")
"""Features that may never favour an answer either."""
SCORES = ("score", "ahead")
"""Features that depend on the embedder."""


@dataclass(frozen=True)
class Case:
    """A question with its candidates, and how right each of them is, from 0 to 1."""

    asked: LabelledQuestion
    across: bool
    found: tuple[Candidate, ...]
    right: tuple[float, ...]
    kind: Kind

    @property
    def is_answerable(self) -> bool:
        """Whether any candidate is right."""
        return any(self.right)


def main() -> None:
    """Fit span weights, then probabilities; print what they are worth on the other half."""
    parser = argparse.ArgumentParser(description="Fit the weights of deciding.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--asked", type=Path, nargs="*", default=[], help="SQuAD 2.0 files of held-out questions")
    parser.add_argument("--reader", choices=("bundled", "rules"), default="bundled")
    given = parser.parse_args()
    reader = RuleReader() if given.reader == "rules" else load_reader()
    assert reader.folder is not None
    with tempfile.TemporaryDirectory() as work:
        found = list(collect(given.data, given.asked, Path(work), reader))
    numbers = fit(found)
    stored = {"embedder": _embedder(), "fitted": numbers, "without_scores": fit([_without(c, SCORES) for c in found])}
    path = reader.folder / FITTED_FILE
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    report(found, numbers)


def collect(data: Path, files: Sequence[Path], work: Path, reader: qa.Reader) -> Iterator[Case]:
    """Yield the cases of every set."""
    unrelated = {"law": searcher(work / "law", law(data)), "news": searcher(work / "news", news(data))}
    many, among_news = list[qa.Document](), list[LabelledQuestion]()
    for language in ("vi", "en"):
        documents, asked = squad(data / "eval" / f"dev-context-vi-question-{language}.json", f"mlqa {language}")
        yield from cases(asked, searcher(work / language, documents), reader)
        many += documents if language == "vi" else []
        among_news += asked[::AMONG_NEWS_STEP]
        for name, others in unrelated.items():
            some, group = asked[:: UNRELATED_STEPS[name]], f"{asked[0].group}, unrelated, over {name}"
            yield from cases([replace(one, spans=(), sentences=(), group=group) for one in some], others, reader)
    for number, path in enumerate(files):
        documents, asked = squad(path, path.stem)
        yield from cases(asked, searcher(work / f"{number}", documents), reader)
    documents, asked = seeds()
    yield from cases(asked, searcher(work / "seeds", documents), reader)
    asked = [replace(one, group=f"{one.group}, among news") for one in among_news + asked]
    unrelated["news"].index.upsert(many + documents)
    yield from cases(asked, unrelated["news"], reader)


def cases(asked: Sequence[LabelledQuestion], own: qa.Searcher, reader: qa.Reader) -> Iterator[Case]:
    """Yield each question as a case and, where it has an answer, once more without the documents that have it."""
    documents = {one.id: one for one in own.index.documents()}
    for one in track(asked, asked[0].group, disable=not sys.stderr.isatty()):
        evidence = own.evidence(one.question, k=READ + 4, filters={"document": one.silent} if one.silent else None)
        yield _case(one, evidence, reader)
        if one.sentences:
            gone = {document for document, _, _ in one.sentences}
            every = [same for hit in own.search(one.question, k=LOOKED_AT) for same in (hit, *hit.similar)]
            gone |= {hit.passage.document_id for hit in every if one.may_answer(hit.passage.text)}
            if len(gone) < len(documents):
                own.index.delete(sorted(gone))
                nothing = replace(one, spans=(), sentences=(), group=f"{one.group}, near miss")
                yield _case(nothing, own.evidence(one.question, k=READ + 4), reader)
                own.index.upsert(documents[document] for document in sorted(gone))


def _case(asked: LabelledQuestion, evidence: Evidence, reader: qa.Reader) -> Case:
    question, hits = understand(evidence), to_read(evidence)
    readings = readings_of(reader, evidence, hits)
    found = candidates(question, evidence, hits, readings)
    right = tuple(_overlap(one, asked) for one in found)
    return Case(asked, question.across_languages, tuple(found), right, question.asked.kind)


def _overlap(candidate: Candidate, asked: LabelledQuestion) -> float:
    """Return the cube of the best character F1 of a span with those that answer; at least .1 in a right sentence.

    A sentence of another document that repeats a right one answers too.
    """
    passage, found = candidate.hit.passage, [0.0]
    start, end = passage.start + candidate.start, passage.start + candidate.end
    for first, last in asked.places_in(passage, passage.text[slice(*candidate.sentence)]):
        shared = max(0, min(end, last) - max(start, first))
        found.append((2 * shared / (last - first + end - start)) ** 3)
    in_sentence = asked.sentences != asked.spans and asked.is_in_a_sentence(passage.document_id, start, end)
    return max(*found, 0.1 * in_sentence)


def _without(case: Case, names: Sequence[str]) -> Case:
    """Return the case with some features set to 0."""
    zeroed = [
        tuple(0.0 if name in names else value for name, value in zip(FEATURES, one.features, strict=True))
        for one in case.found
    ]
    return replace(case, found=tuple(replace(c, features=f) for c, f in zip(case.found, zeroed, strict=True)))


def fits(case: Case) -> bool:
    """Return whether the case belongs to the half to fit on."""
    return case.asked.split == "dev"


def fit(cases: Sequence[Case]) -> dict[str, object]:
    """Return the weights in the form of their file."""
    fitting = [case for case in cases if fits(case)]
    choices = Choices()
    for case in fitting:
        if case.is_answerable:
            choices.add([one.features for one in case.found], case.right, weight_of(case))
    free = _named(FEATURES, choices.fit())
    span = {name: min(weight, 0.0) if name in AGAINST else weight for name, weight in free.items()}
    drawn = Fitted(span, {}, {}, 0.0, is_fitted=True)
    within, across = (_fit_chance([c for c in fitting if c.across == which], drawn) for which in (False, True))
    threshold = round(COST / (1 + COST), 4)  # from this probability on, answering costs nothing on average
    drawn = Fitted(span, within, across, threshold, is_fitted=True)
    return {
        "span": span,
        "chance": within,
        "chance_across": across,
        "threshold": threshold,
        "least_margin": _least_margin(fitting, drawn),
        "least_margin_of_values": _least_margin([c for c in fitting if c.kind in NUMBERS], drawn, EXACT),
    }


def _least_margin(cases: Sequence[Case], drawn: Fitted, more_than: float = 0.0) -> float:
    """Return the margin from which on answers are right as often as the threshold demands.

    The probability alone would let some less certain ones pass.
    """
    given = [case for case in cases if not case.across and chance_of(case, drawn) >= drawn.threshold]
    margins = np.array([ranked(case, drawn)[0].margin for case in given])
    truth = np.array([float(is_right(case, drawn, more_than)) for case in given])
    return least_value(margins, truth, drawn.threshold)


def _fit_chance(cases: Sequence[Case], drawn: Fitted) -> dict[str, float]:
    cases = [case for case in cases if case.found]
    rows = np.array([chance_features(ranked(case, drawn), drawn) for case in cases])
    truth = np.array([float(is_right(case, drawn)) for case in cases])
    free = _named(CHANCE_FEATURES, logistic(rows, truth, np.array([weight_of(case) for case in cases]), ridge=2.0))
    return {name: min(weight, 0.0) if name in AGAINST_AN_ANSWER else weight for name, weight in free.items()}


def _named(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def weight_of(case: Case) -> float:
    """Return the weight of a case."""
    return SEED_WEIGHT if case.asked.document_set == "seeds" else 1.0


def ranked(case: Case, fitted: Fitted) -> list[Candidate]:
    """Return the candidates of a case, best first."""
    return sorted(case.found, key=lambda one: -span_score(one, fitted))


def is_right(case: Case, fitted: Fitted, more_than: float = 0.0) -> bool:
    """Return whether the best candidate is right, if only by its sentence."""
    return bool(case.found) and case.right[case.found.index(ranked(case, fitted)[0])] > more_than


def chance_of(case: Case, fitted: Fitted) -> float:
    """Return the probability of the best candidate, 0 if there is none."""
    if not case.found:
        return 0.0
    best = ranked(case, fitted)
    if not fitted.allows(case.kind, best[0].margin):
        return 0.0
    weights = fitted.chance_across if case.across else fitted.chance
    features = chance_features(best, fitted)
    return float(1 / (1 + np.exp(-weighted(weights, CHANCE_FEATURES, features))))


def report(cases: Sequence[Case], numbers: dict[str, object]) -> None:
    """Print, by group and half, the shares of best candidates right and exact, and of questions declined."""
    fitted = Fitted(**numbers, is_fitted=True)  # type: ignore[arg-type]
    print(json.dumps(numbers))
    for group in dict.fromkeys((case.asked.group, case.asked.split) for case in cases):
        mine = [case for case in cases if (case.asked.group, case.asked.split) == group]
        given = [chance_of(case, fitted) >= fitted.threshold for case in mine]
        right = [is_right(case, fitted) for case in mine]
        exact = [bool(c.found) and c.right[c.found.index(ranked(c, fitted)[0])] == 1 for c in mine]
        print(
            f"{', '.join(group):<34} {len(mine):5} questions, right {np.mean(right):.3f}, exact {np.mean(exact):.3f}, "
            f"declined {1 - np.mean(given):.3f}, right and given {np.mean(np.array(right) & np.array(given)):.3f}"
        )
    for split in ("dev", "test"):
        confident = [
            Confident(
                chance_of(case, fitted), "right" if is_right(case, fitted) else "wrong", answerable=case.is_answerable
            )
            for case in cases
            if case.asked.split == split
        ]
        print(f"calibration error, {split}: {expected_calibration_error(bins(confident)):.3f} over {len(confident)}")


def _embedder() -> str:
    settings = qa.load_embedder("bundled").settings
    return f"{settings.name}@{settings.revision}"


if __name__ == "__main__":
    main()
