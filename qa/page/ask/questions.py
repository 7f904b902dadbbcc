"""Read what a visitor asks, as the page's script sends it, and make example questions from the documents.

Nothing that is sent can be trusted. A figure that a clause states becomes what is asked for: "Toàn Đảng có 51.900 tổ
chức cơ sở đảng." makes "Toàn Đảng có bao nhiêu tổ chức cơ sở đảng?", offered only where asking it finds that figure.
However large the index, only some documents, evenly spread over it, are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, starmap
from typing import Any, cast

from qa import Document, QAError, Reader, Searcher, ask
from qa.index import DAY_FILTERS, Filters
from qa.page.ask import words
from qa.page.parts.components import sent_text
from qa.page.parts.words import Language

_SAME_NAME = ("source", "tag", "number", "kind", "office", "signer", "in_force_from", "in_force_to")
_FIELDS = {"from": "published_from", "to": "published_to", **{name: name for name in _SAME_NAME}}
"""The filters that the form has, by the names of its fields."""
_PERIODS = (("published_from", "published_to"), ("in_force_from", "in_force_to"))
READ = 100
"""Documents that are read for examples; chosen by hand."""
TRIED = 12
"""Questions tried to see whether they are answered; chosen by hand."""
OFFERED = 4
# A question in English about a page that comes with the project: rules cannot make one from Vietnamese text.
_ENGLISH = ("By what percentage has the payroll been reduced compared with 2015?", "20%")

_CLAUSE_END = re.compile(r"[.;:!?…](?=\s|$)|[,()\[\]“”\"\n–]")
_STATED = re.compile(
    r"(?P<who>[^\W\d_][^\d]{5,50}\w) (?P<figure>\d{1,3}(?:\.\d{3})+|\d{2,3}) (?P<what>[^\W\d_][^\d%/-]{3,40})"
)
# The word before the figure must be one of these; after other words the question would not be a sentence.
_VERB = re.compile(
    r" (?:có|gồm|còn|đạt|chiếm|thu|chi|bán|mua|xây|trồng|trao|tặng|bắt|tuyển|ban hành|kết nạp|ghi nhận|tiếp nhận|"
    r"phát hiện|xử lý|hoàn thành|tham mưu|tổ chức|huy động|sản xuất|xuất khẩu|hỗ trợ)$"
)
# A clause with one of these refers to something mentioned before it.
_POINTS_BACK = frozenset(("này", "đó", "đây", "ấy", "kia", "trên", "họ", "ông", "bà", "anh", "chị"))


@dataclass(frozen=True)
class Asked:
    """A question with its filters, and the key of the passage to open; values that are not set are empty strings.

    `index` has the names of the indexes to ask, one to a line, and `filled` the filters that were filled in.
    """

    question: str
    index: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)
    literal: bool = False
    rank: str = ""

    @classmethod
    def of(cls, event: Any) -> Asked:
        """Read the question from the data of an event, whatever it contains."""
        return cls(
            question=sent_text(event, "q"),
            index=sent_text(event, "index"),
            filled={name: given for shown, name in _FIELDS.items() if (given := sent_text(event, shown))},
            literal=bool(sent_text(event, "literal")),
            rank=sent_text(event, "rank"),
        )

    @property
    def indexes(self) -> list[str]:
        """The names of the indexes to ask."""
        return [name for name in self.index.split("\n") if name]

    def problem(self, language: Language) -> str | None:
        """Return why this cannot be asked, or None."""
        problem = words.question_problem(self.question)
        if problem:
            return problem[language]
        for name, given in self.filled.items():
            if name in DAY_FILTERS and _day(given) is None:
                return words.NO_DAY[language].format(given)
        return words.DAYS_CROSSED[language] if any(starmap(self._is_crossed, _PERIODS)) else None

    def _is_crossed(self, first: str, last: str) -> bool:
        start, end = _day(self.filled.get(first, "")), _day(self.filled.get(last, ""))
        return start is not None and end is not None and start > end

    def filters(self) -> Filters:
        """Return the filters that are filled in, without dates that cannot be read."""
        read = {name: _day(given) if name in DAY_FILTERS else given for name, given in self.filled.items()}
        return cast(Filters, {name: value for name, value in read.items() if value})


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


# Questions to try


def example_questions(searcher: Searcher, reader: Reader | None, language: Language) -> list[str]:
    """Return at most a handful of questions; none if no clause can be turned into a question that is answered."""
    english = [_ENGLISH] if language == "en" else []
    candidates = [*english, *_candidates(_spread(searcher))]
    return list(islice(_answered(candidates, searcher, reader), OFFERED))


def made_from(text: str) -> Iterator[tuple[str, str]]:
    """Yield the questions that the clauses of a text answer, each with its figure."""
    for clause in _CLAUSE_END.split(text):
        stated = _STATED.fullmatch(clause.strip())
        if stated and _stands_alone(stated["who"]):
            yield f"{stated['who']} bao nhiêu {stated['what']}?", stated["figure"]


def _stands_alone(who: str) -> bool:
    return who[0].isupper() and _VERB.search(who) is not None and _POINTS_BACK.isdisjoint(who.lower().split())


def _spread(searcher: Searcher) -> Iterator[Document]:
    """Documents at equal distances in the order of their ids."""
    index = searcher.index
    _, total = index.find_documents(limit=0)
    for number in range(min(READ, total)):
        summaries, _ = index.find_documents(offset=number * total // min(READ, total), limit=1)
        for summary in summaries:
            with suppress(QAError):  # removed in between
                yield index.document(summary.id)


def _candidates(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Return the questions with their figures, the best first.

    A document's first comes before any second, those of titles before others, and short ones before long ones.
    """
    ordered: dict[tuple[str, str], tuple[int, bool, int]] = {}
    for document in documents:
        in_title = {question for question, _ in made_from(document.title)}
        for number, (question, figure) in enumerate(made_from(f"{document.title}\n{document.text}")):
            ordered.setdefault((question, figure), (number, question not in in_title, len(question)))
    return sorted(ordered, key=lambda one: ordered[one])


def _answered(candidates: Sequence[tuple[str, str]], searcher: Searcher, reader: Reader | None) -> Iterator[str]:
    """Yield those whose answer has the figure that they were made from."""
    with suppress(QAError):  # asking a question will show the error
        for question, figure in candidates[:TRIED]:
            if figure in (ask(question, searcher, reader=reader).text or ""):
                yield question
