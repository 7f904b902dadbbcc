"""Questions with and without an answer, from pairs of a question and a passage that people labelled.

A line has `query`, `passage`, `label` (1: the passage answers) and `answer` (the words in it that do, where known). A
question has an answer when these words stand in a passage labelled 1, and none when all its passages are labelled 0.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import json_lines
from eval.progress import progress
from eval.reliability import Confident
from eval.spans import Place, occurrences, outcome, sentence_around


@dataclass
class _Labelled:
    """A question with its passages' texts, those labelled 1 with the words that answer."""

    text: str
    passages: dict[str, None] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)
    relevant: bool = False


@dataclass(frozen=True)
class PairQuestion:
    """A question and the sentences that answer it; none where nothing does."""

    text: str
    places: tuple[Place, ...]


def read_pairs(path: Path, count: int) -> tuple[list[qa.Document], list[PairQuestion]]:
    """Return `count` questions with an answer and as many without, and all their passages as documents.

    They are spread evenly over the file. Raises SetFormatError naming a malformed line, EmptySetError where one sort is
    missing.
    """
    labelled = list(_labelled(path).values())
    answered = _spread([one for one in labelled if one.answers], count)
    unanswered = _spread([one for one in labelled if not one.relevant], count)
    if not answered or not unanswered:
        raise EmptySetError(str(path), "it lacks questions with an answer, or questions without one")
    chosen = [*answered, *unanswered]
    texts = dict.fromkeys(passage for one in chosen for passage in one.passages)
    documents = [qa.Document(id=f"p{number}", text=text) for number, text in enumerate(texts, start=1)]
    ids = {document.text: document.id for document in documents}
    return documents, [PairQuestion(one.text, tuple(_places(one.answers, ids))) for one in chosen]


def _labelled(path: Path) -> dict[str, _Labelled]:
    found: dict[str, _Labelled] = {}
    for number, record in json_lines(path, ("query", "passage", "answer")):
        if record.get("label") not in (0, 1):
            raise SetFormatError(path, number, "has no 0 or 1 in 'label'")
        query, passage, answer = (
            unicodedata.normalize("NFC", record[name].strip()) for name in ("query", "passage", "answer")
        )
        one = found.setdefault(query, _Labelled(query))
        one.passages[passage] = None
        if record["label"] == 1:
            one.relevant = True
            if answer and answer in passage:
                one.answers.append((passage, answer))
    return found


def _spread(items: Sequence[_Labelled], count: int) -> list[_Labelled]:
    return [items[place * len(items) // count] for place in range(count)] if len(items) > count else list(items)


def _places(answers: Iterable[tuple[str, str]], ids: Mapping[str, str]) -> Iterator[Place]:
    for passage, answer in answers:
        for start in occurrences(passage, answer):
            yield Place(ids[passage], *sentence_around(passage, start), answer)


def ask_pairs(questions: Sequence[PairQuestion], searcher: qa.Searcher) -> list[Confident]:
    """Ask every question, with a progress bar on a terminal."""
    replies = ((one, qa.ask(one.text, searcher)) for one in progress(questions, "labelled questions"))
    return [
        Confident(reply.confidence, outcome(reply, one.places), answerable=bool(one.places)) for one, reply in replies
    ]
