"""How sure it is that passages hold the answer of a question, and whether a passage can hold it at all.

Declining. A number of the question that a document lacks ("33-KL/TW", "quý III") makes its passages not worth reading.
For the rest a logistic model gives the chance that the best sentence answers. What tells of an unrelated question is
that nothing is near it by meaning or words; of a near miss (the right topic, a fact that is not there), that all is
near but a word of the question is in no passage, a name is not around the sentence, or no span is of the asked kind.
A question in another language than the documents shares few words with them, so it has weights of its own.

`python -m training.answers` fits the weights.
"""

from __future__ import annotations

import math
import re

from qa.answer.extracting.kinds import Kind
from qa.answer.extracting.question import Question, identifiers
from qa.answer.extracting.reading import read
from qa.answer.extracting.weighing import Weighed, weighted
from qa.passages import Passage
from qa.retrieval import Searcher
from qa.text import fold

FEATURES = (
    "intercept",
    "cosine",
    "passage_coverage",
    "context_coverage",
    "quality",
    "near",
    "score",
    "absent",
    "rarest_missing",
    "names_missing",
    "no_good_span",
    "passage_closeness",
    "closeness",
)
WEIGHTS = (-3.83, 1.65, 0.03, 0.64, -0.17, -0.49, 1.79, 0.54, -0.26, 0.16, -0.27, 0.07, 1.49)
WEIGHTS_ACROSS = (-3.18, 1.5, 0.39, 1.07, -0.36, -0.06, 1.23, 0.45, -0.45, -0.02, -0.49, -0.31, 1.05)
# Below this quality a span may well be of another kind.
GOOD_QUALITY = 0.5
LEAST_QUALITY = 0.3
LEAST_COSINE_ACROSS = 0.19
FORMED_KINDS: tuple[Kind, ...] = ("number", "date", "person", "document_number")
_MANY = 3


def confidence_features(weighed: Weighed) -> tuple[float, ...]:
    """What tells whether the best sentence answers, in the order of `FEATURES`."""
    number = weighed.best
    question, sentence = weighed.question, weighed.sentences[number]
    absent = min(len(question.absent), _MANY) / _MANY
    quality = sentence.best("quality")
    return (
        1.0,
        weighed.features[number][0],
        sentence.passage,
        sentence.context,
        quality,
        sentence.best("near"),
        weighed.scores[number] / 10,
        absent,
        sentence.rarest_missing,
        float(not sentence.names),
        float(question.asked.kind != "other" and quality < GOOD_QUALITY),
        weighed.features[number][-1],
        *weighed.searcher.closeness(question.text, [sentence.text]),
    )


def holds_kind(weighed: Weighed) -> bool:
    """Whether the best sentence has a span that may be of the asked kind, for kinds that are told by their form.

    A passage without any word of a question in its own language holds nothing that is asked for, nor does a sentence
    that is far from a question in another: of the right answers to such questions on MLQA dev, 2 % are as far.
    """
    kind = weighed.question.asked.kind
    if weighed.question.across:
        if weighed.features[weighed.best][0] < LEAST_COSINE_ACROSS:
            return False
    elif weighed.question.rarities and not weighed.sentences[weighed.best].passage:
        return False
    return kind not in FORMED_KINDS or weighed.sentences[weighed.best].best("quality") >= LEAST_QUALITY


def chance(features: tuple[float, ...], *, across: bool) -> float:
    """The chance, between 0 and 1, that the best sentence answers, if every other question has an answer."""
    return 1 / (1 + math.exp(-weighted(WEIGHTS_ACROSS if across else WEIGHTS, features)))


def can_answer(question: Question, passage: Passage, searcher: Searcher) -> bool:
    """Whether the passage or its document, title and date included, has all numbers that name what is asked about."""
    if not question.identifiers:
        return True
    day = f"{passage.published:%d %m %Y}" if passage.published else ""
    had = (read(text).folded for text in (passage.title, day, passage.text))
    missing = question.identifiers - identifiers([word for words in had for word in words])
    if not missing:
        return True
    text = fold(searcher.index.document(passage.document_id).text)
    return all(re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(one)}(?![.,]?\d)(?!\w)", text) for one in missing)
