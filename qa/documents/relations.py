"""Read what legal and office documents say of one another: which one replaces, repeals or amends which.

Reads one sentence at a time and takes what is certain from its words: legal bases ("căn cứ"), proposals and mere
mentions do not count. Knows texts and the numbers of documents; does not know which documents there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from qa.documents.official import LEGAL, MENTION, TYPE, day_of, issuer_of, name_of, named_document, number_of
from qa.text import sentences

RelationKind = Literal["replaced", "repealed", "amended"]

MAX_SENTENCE = 4_000  # characters; a longer one is a table
MAX_BETWEEN = 300  # characters between a verb and the document that it acts on

# The words of the sentences, in lower case; `number` keeps its capitals.
_ONE_VERB = r"(?:sửa đổi|bổ sung|thay thế|bãi bỏ|hủy bỏ|huỷ bỏ|đính chính)"
_VERB = re.compile(
    rf"(?<!\w)(?:(?P<voice>(?:được|bị) )?(?P<act>{_ONE_VERB}(?:(?:,| và| hoặc)? {_ONE_VERB})*)"
    r"|(?P<ended>(?:hết|chấm dứt|không còn) hiệu lực(?: thi hành)?)(?P<partly> một phần)?)(?!\w)",
    re.IGNORECASE,
)
_PART = (
    r"(?:điểm|khoản|điều|mục|tiểu mục|chương|phần|tiết|phụ lục|mẫu|biểu|đoạn)"
    r" (?:số )?(?:\d+[a-z]?(?:[./]\d+)*|[a-zđ]\d?|[ivxlc]+|thứ \w+)(?!\w)"
)
_MORE = rf"(?:,| và| đến| tới)? (?:{_PART}|(?:\d+[a-z]?|[a-zđ])(?=,| và| điều| khoản| của| {TYPE}))"
_PARTS = re.compile(rf"(?<!\w)(?P<parts>{_PART}(?:{_MORE})*),?(?: của| tại)?(?: các)?\s*$", re.IGNORECASE)
_SOME = re.compile(r"một số (?:điều|khoản|điểm|nội dung|quy định|phụ lục)|một phần", re.IGNORECASE)
_PLAIN = re.compile(
    rf"(?:(?:{_PART}|{_SOME.pattern}|cho|các|những|toàn bộ|nội dung|điều|khoản|điểm|quy định|phụ lục|của|tại|và|cụm từ"
    r"|từ|bằng|thành|sau đây|sau|trước đây|,|:)\s*)*",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"kèm theo(?: các)?\s*$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?<!\w)(?:(?<!kèm )theo|trái với|căn cứ|hướng dẫn|thi hành|thực hiện)(?!\w)", re.IGNORECASE)
_AND = re.compile(r"(?:[,;]|(?<!\w)và|cùng với)(?: các)?\s*$", re.IGNORECASE)
_LEGAL_WORD = re.compile(rf"(?<!\w)(?:{LEGAL})(?!\w)", re.IGNORECASE)
_LABELS = re.compile(
    r"(?:(?:điều|khoản) \d+[a-z]?[.:]\s*)?"
    r"(?:(?:[-–+•*]|\(?\d{1,3}(?:\.\d{1,3})*[.)]|\(?[a-zđ]\d?\)|[ivx]+\.|nay,?|kể"
    r"|từ ngày [^;:]{0,60} có hiệu lực[^;:]{0,12}? thì)\s*)*",
    re.IGNORECASE,
)
_THIS = re.compile(rf"(?<!\w){TYPE} này(?!\w)|^{TYPE} (?=có hiệu lực)", re.IGNORECASE)
# Words that must not precede the verb: they negate it, express a wish, or make it part of a name.
_NOT_DONE = re.compile(
    r"(?<!\w)(?:không|chưa|cần|phải|nên|nếu|khi|việc|về|để|đề nghị|kiến nghị|đề xuất|xem xét|dự thảo|các văn bản"
    rf"|{TYPE}) $",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"(?<!\w)(?:không đúng|bác bỏ|cho rằng|lo (?:ngại|rằng)|nếu|trong trường hợp|khi được thông qua|theo lộ trình"
    r"|(?:sẽ|chỉ)(?: được)? (?:thay thế|bãi bỏ|sửa đổi|hủy bỏ)|(?:vẫn|tiếp tục) (?:còn|có) hiệu lực)(?!\w)",
    re.IGNORECASE,
)
# Words that negate the neighbouring sentence, and words that make it doubtful if it is about others.
_DENIED = re.compile(
    r"(?<!\w)(?:(?:không|chưa) (?:đúng|chính xác|có thật|có căn cứ|được (?:thông qua|ban hành|ký|phê duyệt))|tin giả"
    r"|sai sự thật|sai lệch|bịa đặt|thất thiệt|bác bỏ|tin đồn|thông tin (?:này|trên|đó) (?:là )?(?:không|sai))(?!\w)",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"(?<!\w)(?:(?:vẫn|tiếp tục) (?:còn |có )?hiệu lực|(?:không|chưa) (?:bị |được )?(?:thay thế|bãi bỏ|hủy bỏ))(?!\w)",
    re.IGNORECASE,
)
_DOUBTED = re.compile(r"(?<!\w)(?:tuy nhiên|nhưng|dự thảo|đề xuất|kiến nghị|lấy ý kiến|chưa)(?!\w)", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-–+•*]|\(?\d{1,3}(?:\.\d{1,3})*[.)]|\(?[a-zđ]\d?\)|[ivx]+\.)", re.IGNORECASE)
_SUBJECT_TO_VERB = re.compile(
    r"(?: của [^,;:]{0,80}?)?(?: (?:về|quy định|ban hành) [^,;:]{0,200}?)?,?(?: đã)? $", re.IGNORECASE
)
_BY = re.compile(r"(?: một số điều)?,? (?:bởi|bằng|theo|tại)(?: [^;:]{0,60}? (?:của|điều \d+\w?,?))? $", re.IGNORECASE)
_ABOUT = re.compile(r"[\s:.,-]*(?:về việc|v/v|về)?:? ?", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_ARTICLE = re.compile(r"Điều \d+[a-zđ]?[.:]")
_LEGAL_TYPE = re.compile(rf"(?:{LEGAL}|quy định|quy chế|điều lệ)(?!\w)", re.IGNORECASE)
_BY_THIS = re.compile(rf"(?:bởi|bằng|theo|tại|từ ngày|khi|thời điểm) (?:[^;:]{{0,60}} )?{TYPE} này", re.IGNORECASE)
_WHOLE = re.compile(
    r"\s*(?:bản |các )?(?:quy định|quy chế|điều lệ|nội quy|chương trình|kế hoạch|đề án|bộ )", re.IGNORECASE
)
_VAGUE = re.compile(r"(?<!toàn bộ )(?:nội dung|quy định|điều|khoản|điểm|phụ lục)", re.IGNORECASE)
_WORDS = re.compile(r" (?:các |một số )?(?:cụm )?từ ", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """The statement that one document replaces, repeals or amends another, at `start` to `end` of a text.

    `subject` is the name of the acting document, empty for the one whose text this is; `number`, `day` and `issuer` are
    those of the other, and `parts` its parts in question, empty for all of it.
    """

    kind: RelationKind
    subject: str
    number: str
    day: date | None
    issuer: str
    parts: str
    start: int
    end: int


def is_of_relations(text: str) -> bool:
    """Return whether a text has any of the words for relations; most have not, and need not be read."""
    return bool(_VERB.search(text))


def title_statements(title: str, own_type: str) -> list[Statement]:
    """Return what a document's title says that it does, without spans in its text."""
    own = named_document(title)
    rest = own[2] if own else title
    about = _ABOUT.match(rest)
    return statements(rest[about.end() if about else 0 :], own_type)


def statements(text: str, own_type: str = "", lead: str = "") -> list[Statement]:
    """Return what a text says that documents do to one another, in order, unless the sentence beside it denies it.

    `own_type` is the kind of the document ("Quyết định"), empty if unknown: then only documents named in the text act.
    `lead` is the lead-in of the list that the text begins with.
    """
    found: list[Statement] = []
    leading = _Reader(" ".join(lead.split()), own_type, 0, 0).leading()
    spans = sentences(text)
    for (start, end), beside in zip(spans, _beside(text, spans), strict=True):
        if end - start > MAX_SENTENCE or _UNSURE.search(text, start, end):
            continue
        reader = _Reader(re.sub(r"\s", " ", text[start:end]), own_type, start, end)
        if _begins_line(text, start) and not _ITEM.match(text, start, end):
            leading = None
        stated = list(reader.stated()) or list(reader.listed(leading) if _ITEM.match(text, start, end) else ())
        found += [one for one in stated if not _is_denied(one, beside)]
        leading = reader.leading() or leading
    return found


def _beside(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the neighbours of each sentence, before and after."""
    shown = ["", *(text[start:end] for start, end in spans), ""]
    yield from (f"{before}\n{after}" for before, after in zip(shown, shown[2:], strict=False))


def _is_denied(statement: Statement, beside: str) -> bool:
    """Return whether the neighbouring sentences negate a statement, or make it doubtful if it is about others."""
    is_doubted = statement.subject and _DOUBTED.search(beside)
    return bool(_DENIED.search(beside) or is_doubted or (not statement.parts and _STILL.search(beside)))


def _begins_line(text: str, start: int) -> bool:
    return text[:start].rstrip(" \t").endswith("\n") or not text[:start].strip()


class _Reader:
    """Reads one sentence, which is at `start` to `end` of its text."""

    def __init__(self, sentence: str, own_type: str, start: int, end: int) -> None:
        self._sentence = _QUOTED.sub(lambda quoted: f"“{'x' * (len(quoted[0]) - 2)}”", sentence)
        self._own_type = own_type
        self._span = start, end

    def stated(self) -> Iterator[Statement]:
        """Yield the statements of its verbs."""
        subject = None
        for verb in _VERB.finditer(self._sentence) if MENTION.search(self._sentence) else ():
            before = self._sentence[: verb.start()]
            subject = self._subject(verb, before, subject)
            if subject is None or (subject == "" and not self._own_type):
                continue
            for mention, parts in self._objects(verb, before):
                partly = parts or ("một phần" if verb["partly"] else "")
                yield self._statement(_kind(verb), subject, mention, partly)

    def listed(self, leading: Statement | None) -> Iterator[Statement]:
        """Yield the statements about an item of a list, by the verb of its lead-in."""
        if leading is None:
            return
        if not leading.number:
            for mention, parts in _chain(self._sentence, 0):
                yield self._statement(leading.kind, "", mention, parts)
        elif parts := _first_parts(_VERB.sub("", self._sentence[_labels(self._sentence) :], count=1)):
            yield replace(leading, parts=parts, start=self._span[0], end=self._span[1])

    def leading(self) -> Statement | None:
        """Return what a lead-in does to the items of the list below it, None without a list."""
        if not self._sentence.rstrip().endswith(":") or not self._own_type:
            return None
        stated = list(self.stated())
        if stated:
            return stated[-1]
        for verb in _VERB.finditer(self._sentence):
            if not verb["voice"] and self._subject(verb, self._sentence[: verb.start()], None) == "":
                return Statement(_kind(verb), "", "", None, "", "", *self._span)
        return None

    def _statement(self, kind: RelationKind, subject: str, mention: re.Match[str], parts: str) -> Statement:
        return Statement(kind, subject, number_of(mention), day_of(mention), issuer_of(mention), parts, *self._span)

    def _subject(self, verb: re.Match[str], before: str, earlier: str | None) -> str | None:
        """Return the name of the acting document, empty for this one, None if none is certain."""
        if _NOT_DONE.search(before):
            return None
        if verb["voice"] or verb["ended"]:
            return self._agent(verb)
        rest = before[_labels(before) :]
        if not rest.strip():
            return "" if _LEGAL_TYPE.match(self._own_type) else None
        mention = max(MENTION.finditer(rest), key=re.Match.start, default=None)
        this = max(_THIS.finditer(rest), key=re.Match.start, default=None)
        if this and (mention is None or mention.start() < this.start()):
            return None if _LEGAL_WORD.search(rest, this.end()) else ""
        if mention and _SUBJECT_TO_VERB.fullmatch(rest[mention.end() :]):
            return name_of(mention)
        return earlier if rest.endswith(" và ") else None

    def _agent(self, verb: re.Match[str]) -> str | None:
        """Return the agent of a passive verb; empty for this document, None if none is named."""
        by = MENTION.search(self._sentence, verb.end())
        if verb["voice"] and by and _BY.match(self._sentence[verb.end() : by.start()]):
            return name_of(by)
        since = _LEGAL_TYPE.match(self._own_type) and self._sentence.rstrip().endswith(":")
        return "" if _BY_THIS.search(self._sentence) or (verb["ended"] and since) else None

    def _objects(self, verb: re.Match[str], before: str) -> Iterator[tuple[re.Match[str], str]]:
        """Yield the documents that a verb acts on, each with the parts of it."""
        if not (verb["voice"] or verb["ended"]):
            yield from _chain(self._sentence, verb.end())
            return
        chain = list(_chain(before, 0))
        last = max(MENTION.finditer(before), key=re.Match.start, default=None)
        if chain and (verb["ended"] or chain[-1][0].start() == (last and last.start())):
            yield from chain
        elif verb["voice"] and last and not _LEGAL_WORD.search(before, last.end()):
            parts = _PARTS.search(before[: last.start()])
            yield last, parts["parts"] if parts else ""


def _labels(sentence: str) -> int:
    """Return the length of the label of an article, clause or item at the start of a sentence."""
    labels = _LABELS.match(sentence)
    return labels.end() if labels else 0


def _chain(sentence: str, at: int) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the documents in a row from an offset on, each with the parts of it; what describes one of them is none."""
    between = _parts_of
    at = at or _labels(sentence)
    for mention in MENTION.finditer(sentence, at):
        parts = between(sentence[at : mention.start()])
        if parts is None:
            return
        yield mention, parts
        between, at = _next_parts, mention.end()


def _parts_of(between: str) -> str | None:
    """Return the parts of a document named before it, empty for all; None if they belong to others."""
    trailing = _PARTS.search(between)
    attached = _ATTACHED.search(between)
    described = between[: trailing.start()] if trailing else between[: attached.start()] if attached else between
    if len(between) > MAX_BETWEEN or _ELSEWHERE.search(described) or _LEGAL_WORD.search(described):
        return None
    if trailing:
        return trailing["parts"]
    if _PLAIN.fullmatch(between.strip()):
        some = _SOME.search(between)
        return some[0] if some else "một phần" if _VAGUE.search(between) else ""
    if attached:
        return _first_parts(described) or ("" if _WHOLE.match(described) else "một phần")
    return None


def _next_parts(between: str) -> str | None:
    """Return the same of the next document in a row, where the words since the one before describe that one."""
    parts = _PARTS.search(between)
    described = between[: parts.start()] if parts else between
    if not _AND.search(described) or (_LEGAL_WORD.search(described) and ";" not in described):
        return None
    return parts["parts"] if parts else ""


def _first_parts(words: str) -> str:
    parts = re.match(rf"\s*(?P<parts>{_PART}(?:{_MORE})*)", words, re.IGNORECASE)
    return parts["parts"] if parts else ""


def _kind(verb: re.Match[str]) -> RelationKind:
    act = (verb["act"] or "").lower()
    of_words = _WORDS.match(verb.string, verb.end())
    if of_words or any(word in act for word in ("sửa đổi", "bổ sung", "đính chính")):
        return "amended"
    return "replaced" if "thay thế" in act else "repealed"
