"""Lay out the form, the reply with its passages to open, a language model's text, and the foot of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from qa import Answer, Citation, Hit, Passage
from qa.generation import WrittenAnswer, WrittenSentence
from qa.page.ask import words
from qa.page.ask.questions import Asked
from qa.page.parts.components import Macros
from qa.page.parts.words import ADDRESSES, Language

FORMATS: tuple[Literal["plain", "markdown", "bibtex", "apa"], ...] = ("plain", "markdown", "bibtex", "apa")
_HTML = Macros("ask/replies.html", words)
_CITED = r"\[[\d,; ]+\]"


@dataclass(frozen=True)
class Choice:
    """A passage to open: the rank of its card, what answers in its document, and its citation.

    `is_reply` tells whether it is what the reply itself is from.
    """

    passage: Passage
    card: str
    answered: tuple[int, int] | None
    citation: Citation
    is_reply: bool = False

    @property
    def place(self) -> str:
        """The name of the part of the document that holds the answer, or else the passage."""
        return self.passage.place_of(*self.answered) if self.answered else self.passage.place


def choices(answer: Answer) -> dict[str, Choice]:
    """Return the passages that can be opened, by key.

    A hit has its rank ("2"), a passage nearly equal to it comes after a point ("2.1"), and passages with other answers
    are numbered separately ("o1").
    """
    found = {}
    for hit in answer.evidence:
        card = str(hit.rank)
        found[card] = _plain(hit, card)
        found |= {f"{card}.{number}": _plain(one, card) for number, one in enumerate(hit.similar, 1)}
    cards = {hit.passage.key: str(hit.rank) for hit in answer.evidence}
    for number, other in enumerate(answer.others, 1):
        passage = other.source.passage
        found[f"o{number}"] = Choice(passage, cards.get(passage.key, ""), (other.start, other.end), Citation.of(other))
    if answer.source is not None and answer.start is not None and answer.end is not None:
        card = str(answer.source.rank)
        found[card] = Choice(
            answer.source.passage, card, (answer.start, answer.end), Citation.of(answer), is_reply=True
        )
    return found


def first(answer: Answer) -> str:
    """Return the key of the answer's passage, else of the best hit's; empty without hits."""
    return str(answer.source.rank) if answer.source else next((str(hit.rank) for hit in answer.evidence), "")


def _plain(hit: Hit, card: str) -> Choice:
    return Choice(hit.passage, card, None, Citation.of(hit.passage))


def heading(language: Language) -> Markup:
    """Return the page's name and a link to each other language's view; the script keeps the query."""
    return Markup(_HTML[language].heading(ADDRESSES))


def form(names: Sequence[str], language: Language) -> Markup:
    """Return the question with its filters; a choice of index where several are offered. The script sends it."""
    return Markup(_HTML[language].form(names))


def examples(questions: Sequence[str], language: Language) -> Markup:
    """Return questions to choose from; nothing when there are none."""
    return Markup(_HTML[language].examples(questions))


def sources(named: Iterable[tuple[str, str]]) -> Markup:
    """Return the choices of the filter by source: (source, title) each."""
    return Markup(_HTML["vi"].sources(named))


def footer(documents: int, passages: int, language: Language, sent_to: str | None = None) -> Markup:
    """Return how much there is to ask about, and that nothing leaves this machine, or where it is sent."""
    stays = words.SENT_TO[language].format(sent_to) if sent_to else words.OFFLINE[language]
    return Markup(_HTML[language].footer(documents, passages, stays))


def searched_for(asked: Asked, restored: str | None, language: Language) -> Markup:
    """Return which form of a question without diacritics was searched for, with a link to the other; else nothing."""
    return Markup(_HTML[language].searched_for(asked, restored))


def reply(answer: Answer, document_language: str | None, language: Language) -> Markup:
    """Return the answer with its date, citation and confidence, or the statement that there is none."""
    verdict, html = words.verdict(answer), _HTML[language]
    unfitted = f" · {words.UNFITTED[language]}" if "unfitted" in answer.notes else ""
    confidence = f"{words.confidence_words(answer)[language]}{unfitted}"
    if answer.source is None:
        message = words.DECLINED[verdict] if answer.evidence else words.OTHER_WORDS
        content = html.declined(_absent(answer, language), message[language])
    else:
        content = html.answered(_answered(answer, document_language, language))
    return Markup(html.reply(answer, verdict, confidence, content))


def reading(language: Language) -> Markup:
    """Return the placeholder of a reply that is still to come; a screen reader waits for the reply itself."""
    return Markup(_HTML[language].reading())


def problem(message: str) -> Markup:
    """Return an error message in the place of the answer."""
    return Markup(_HTML["vi"].problem(message))


def citing(citation: Citation, language: Language) -> Markup:
    """Return the citation to copy, in every format."""
    return Markup(_HTML[language].citing(citations(citation, language)))


def citations(citation: Citation, language: Language) -> list[tuple[str, str]]:
    """Return the citation in every format, each with the format's name."""
    return [(words.CITATION_FORMATS[name][language], citation.format(name, language)) for name in FORMATS]


@dataclass(frozen=True)
class _Answered:
    """What a reply shows; `sentence` is cut before and after the answer, `others` have their key and text."""

    sentence: tuple[str, str, str]
    document_language: str | None
    absent: str
    key: str
    choice: Choice
    relations: str
    others: Sequence[tuple[str, str, Choice]]
    citations: Sequence[tuple[str, str]]


def _answered(answer: Answer, document_language: str | None, language: Language) -> _Answered:
    opened, key = choices(answer), first(answer)
    others = [(f"o{number}", other.text, opened[f"o{number}"]) for number, other in enumerate(answer.others, 1)]
    own = opened[key]
    return _Answered(
        _in_sentence(answer),
        document_language,
        _absent(answer, language),
        key,
        own,
        _relations(answer, language),
        others,
        citations(own.citation, language),
    )


def _absent(answer: Answer, language: Language) -> str:
    """Return a line with the words of the question that occur in no document; empty when all of them occur."""
    if not answer.absent:
        return ""
    message = words.ABSENT if len(answer.absent) == 1 else words.ABSENT_MANY
    return message[language].format(", ".join(f"“{word}”" for word in answer.absent))


def _in_sentence(answer: Answer) -> tuple[str, str, str]:
    """Return the sentence before the answer, the answer, and the sentence after it.

    Cut here and not by the page, since the same words may occur twice in a sentence.
    """
    text, sentence = answer.text or "", answer.sentence or ""
    if answer.source is None or answer.start is None:
        return "", sentence, ""
    passage = answer.source.passage
    at = answer.start - passage.start
    begins = passage.text.rfind(sentence, 0, at + len(sentence))
    start = at - begins if 0 <= begins <= at else sentence.find(text)
    end = start + len(text)
    return sentence[:start], sentence[start:end], sentence[end:]


def _relations(answer: Answer, language: Language) -> str:
    """Return what other documents did to the one that answers: replaced, repealed or amended it; usually nothing."""
    found = []
    for one in answer.relations:
        parts = one.parts or (words.PARTLY[language] if one.is_partial and one.kind != "amended" else "")
        found.append(f"{parts} {words.RELATED[one.kind][language].format(one.by)}".strip())
    return "; ".join(found)


def written(answer: WrittenAnswer, language: Language) -> Markup:
    """Return the answer as far as it has come."""
    return Markup(_HTML[language].written(answer, list(_pieces(answer))))


_Piece = tuple[Literal["text", "unsupported", "rank"], str]


def _pieces(answer: WrittenAnswer) -> Iterator[_Piece]:
    """Return the checked sentences, followed by what was written since, unchecked."""
    done = 0
    for sentence in answer.sentences:
        start = answer.text.index(sentence.text, done)
        yield "text", answer.text[done:start]
        yield from _checked(sentence)
        done = start + len(sentence.text)
    yield "text", answer.text[done:]


def _checked(sentence: WrittenSentence) -> Iterator[_Piece]:
    """Yield what its passages do not support, the ranks that it cites, and the text between."""
    longest_first = sorted(sentence.unsupported, key=len, reverse=True)
    done = 0
    for found in re.finditer("|".join([*map(re.escape, longest_first), _CITED]), sentence.text):
        yield "text", sentence.text[done : found.start()]
        if found[0] in sentence.unsupported:
            yield "unsupported", found[0]
        else:
            yield from (("rank" if one.isdigit() else "text", one) for one in re.findall(r"\d+|\D+", found[0]))
        done = found.end()
    yield "text", sentence.text[done:]
