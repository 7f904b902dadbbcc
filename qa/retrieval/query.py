"""Prepare a question for searching: weighted terms, language, restored diacritics.

Administrative abbreviations are read both ways, and passages at the place that the question names are marked. Each rule
has a name, so that it can be switched off to measure what it is worth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from qa.errors import QuestionError
from qa.index import WeightedTerm
from qa.passages import Passage, search_text
from qa.retrieval.snapshots import Snapshots
from qa.text import (
    Address,
    Restorer,
    address_of,
    canonical,
    common_spelling,
    detect_language,
    document_numbers,
    fold,
    folded_terms,
    one_spelling,
    read_keys,
    syllable_table,
    syllables,
    terms,
)

Rule = Literal["restoring", "abbreviations", "document_numbers", "addresses", "late_interaction", "grouping"]
RULES: tuple[Rule, ...] = get_args(Rule)


# As written in documents; those shorter than three letters count only in capitals ("TU", but not "tu").
_MEANINGS = {
    "ANQP": "an ninh quốc phòng",
    "ATGT": "an toàn giao thông",
    "ATTP": "an toàn thực phẩm",
    "BBT": "ban bí thư",
    "BCĐ": "ban chỉ đạo",
    "BCH": "ban chấp hành",
    "BCT": "bộ chính trị",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BTC": "ban tổ chức",
    "BTV": "ban thường vụ",
    "CBCC": "cán bộ công chức",
    "CCHC": "cải cách hành chính",
    "CLB": "câu lạc bộ",
    "CNTT": "công nghệ thông tin",
    "CNXH": "chủ nghĩa xã hội",
    "CP": "chính phủ",
    "CSGT": "cảnh sát giao thông",
    "CT": "chỉ thị",
    "ĐBQH": "đại biểu quốc hội",
    "GDĐT": "giáo dục và đào tạo",
    "GTVT": "giao thông vận tải",
    "HCM": "hồ chí minh",
    "HĐND": "hội đồng nhân dân",
    "HTX": "hợp tác xã",
    "KL": "kết luận",
    "KTXH": "kinh tế xã hội",
    "LĐTBXH": "lao động thương binh và xã hội",
    "MTTQ": "mặt trận tổ quốc",
    "NĐ": "nghị định",
    "NNPTNT": "nông nghiệp và phát triển nông thôn",
    "NQ": "nghị quyết",
    "NSNN": "ngân sách nhà nước",
    "NTM": "nông thôn mới",
    "PCCC": "phòng cháy chữa cháy",
    "QĐ": "quyết định",
    "QH": "quốc hội",
    "QPAN": "quốc phòng an ninh",
    "TAND": "tòa án nhân dân",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TNMT": "tài nguyên và môi trường",
    "TP": "thành phố",
    "TPHCM": "thành phố hồ chí minh",
    "TT": "thông tư",
    "TTG": "thủ tướng",
    "TU": "tỉnh ủy",
    "TƯ": "trung ương",
    "TW": "trung ương",
    "UBMTTQ": "ủy ban mặt trận tổ quốc",
    "UBND": "ủy ban nhân dân",
    "VHTTDL": "văn hóa thể thao và du lịch",
    "VKSND": "viện kiểm sát nhân dân",
    "XHCN": "xã hội chủ nghĩa",
}
_CAPITALS_BELOW = 3
# Not within a document number such as 18-NQ/TW.
_ABBREVIATION = re.compile(
    rf"(?<![\w/-])(?:{'|'.join(sorted(_MEANINGS, key=len, reverse=True))})(?![\w/-])", re.IGNORECASE
)
_SHORT_FOR = {meaning: abbreviation.lower() for abbreviation, meaning in _MEANINGS.items()}
_MEANING = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_SHORT_FOR, key=len, reverse=True))})(?!\w)")


def other_forms(text: str) -> list[str]:
    """Return the full forms of the abbreviations in a text, followed by the abbreviations of its full forms."""
    meanings = (_meaning(match[0]) for match in _ABBREVIATION.finditer(text))
    shorts = (_SHORT_FOR[match[0]] for match in _MEANING.finditer(canonical(text)))
    return [*filter(None, meanings), *shorts]


def _meaning(found: str) -> str | None:
    if len(found) < _CAPITALS_BELOW and not found.isupper():
        return None
    return _MEANINGS[found.upper()]


MAX_CHARACTERS = 1_000

# The weights of a term in its written and in its folded form. MLQA dev, lexical nDCG@10 with 1 and 0: .764, with 1 and
# 0.5: .768, with 1 and 1: .772; fused with the dense score .823, .824, .823.
TYPED_WEIGHTS = (1.0, 0.5)
# The same for restored diacritics, some of which are wrong: with 1 and 0.5: .755, with 0.3 and 1: .763, with 0.15 and
# 1: .764; fused .805, .808, .810 (as the questions were written: .826).
RESTORED_WEIGHTS = (0.2, 1.0)
# A Vietnamese question with a smaller share of syllables with diacritics was typed without some or all of them. nDCG@10
# of 250 questions of MLQA dev with half of the syllables bare, and as written: with .25: .773, .861; with .5: .812,
# .861; .6: .840, .861; .7: .847, .861. Of 511 questions typed with all diacritics, .6 changes one and .7 nine.
LEAST_MARKED = 0.6


@dataclass(frozen=True)
class Query:
    """A question prepared for both searches.

    `text` is what embedders get; `restored` is the question with diacritics, if they were restored or typed as keys
    ("phuwowngf"); `document_numbers` are those that it names, folded, and `address` is the article of a document that
    it names.
    """

    text: str
    terms: tuple[WeightedTerm, ...]
    document_numbers: frozenset[str]
    address: Address | None
    language: str | None
    restored: str | None

    def is_across(self, languages: Mapping[str, int]) -> bool:
        """Return whether its language is known and differs from that of most documents, counted by language."""
        return bool(self.language and languages) and self.language != max(languages, key=lambda one: languages[one])


def to_query(question: str, restore: Callable[[str], str], without: Collection[Rule] = ()) -> Query:
    """Prepare a question; raises `QuestionError` for an empty one or one that is far too long."""
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are allowed.",
            "Ask in a sentence or two.",
        )
    question = question.encode("utf-8", "ignore").decode()  # a terminal may pass bytes that are not text
    if not syllables(question):
        raise QuestionError("The question has no words.", 'Ask in words, as in "Cả nước có bao nhiêu đảng viên?".')
    typed, question = question, without_keys(question) if "restoring" not in without else question
    language = detect_language(question)
    lacking = "restoring" not in without and language == "vi" and _lacks_diacritics(question)
    restored = restore(question) if lacking else question
    weights = RESTORED_WEIGHTS if canonical(restored) != canonical(question) else TYPED_WEIGHTS
    found = restored if canonical(restored) != canonical(typed) else None
    text = canonical(restored)
    if "abbreviations" not in without:
        text = ", ".join([text, *other_forms(restored)])
    marked = canonical(restored) != fold(restored)
    numbers = frozenset(document_numbers(fold(question)) if "document_numbers" not in without else ())
    address = address_of(question) if "addresses" not in without else None
    weighted = _weighted_terms(text, weights, marked=marked)
    return Query(common_spelling(restored), weighted, numbers, address, language, found)


def _lacks_diacritics(question: str) -> bool:
    forms = [syllable.form for syllable in syllables(question) if syllable.form.isalpha()]
    return sum(form != fold(form) for form in forms) < LEAST_MARKED * len(forms)


def _weighted_terms(text: str, weights: tuple[float, float], *, marked: bool) -> tuple[WeightedTerm, ...]:
    """Return the weighted terms; without any diacritics only folded ones, since the written forms would not match."""
    if not marked:
        return _weighted("folded", folded_terms(text), 1.0)
    written, folded = weights
    return _weighted("written", terms(text), written) + _weighted("folded", folded_terms(text), folded)


def _weighted(form: str, words: list[str], weight: float) -> tuple[WeightedTerm, ...]:
    return tuple(WeightedTerm(form, term, weight * count) for term, count in Counter(words).items())


def restore(snapshots: Snapshots, text: str) -> str:
    """Restore diacritics from the passages' words and from Vietnamese text in general."""

    def own_count(term: str) -> int:
        return snapshots.passages_with("written", one_spelling(term))

    return Restorer(syllable_table(), own_count).restore(text)


def without_keys(text: str) -> str:
    """Return the text with leftover Telex or VNI keys turned into letters."""
    return read_keys(text, lambda form: syllable_table().count(form) > 0)


def names(query: Query, text: str) -> bool:
    """Return whether a text has every document number of a query, if it has any."""
    return bool(query.document_numbers) and query.document_numbers <= set(document_numbers(fold(text)))


def addressed(query: Query, passage: Passage) -> int:
    """Return 2 for a passage in the clause that a query names, 1 for one in its article, else 0.

    Passages of other documents than the query names get 0.
    """
    address = query.address
    if address is None:
        return 0
    if query.document_numbers and not names(query, search_text(passage.title, passage.text, passage.context)):
        return 0
    article = re.compile(rf"Điều {re.escape(address.article)}(?![^\W_])", re.IGNORECASE)
    around = [place for place in passage.places if article.match(place.label)]
    if not around or address.clause is None:
        return len(around[:1])
    named = [place for place in passage.places if place.label == f"Khoản {address.clause}"]
    return 2 if any(outer.start <= inner.start < outer.end for inner in named for outer in around) else 1
