"""The page's two languages: texts in both, and how numbers, dates and places are written.

The page has a view in each language, under an address of its own: Vietnamese at `/`, English at `/en`. Each is built
whole by `add_view(page, library, language)`, so nothing is swapped while the page is used, no text depends on the
visitor's browser, and the switch is a plain link that keeps the query of the address, which holds question and view.

A tab is a function `add_NAME_tab(page, library, language)` that lays out its parts for this language inside the tab and
wires its events with `components.on`; `build.TABS` lists them with their names. Everything it says is a `Text` constant
of the tab's own words module, taken as `WORD[language]`; what an event returns is in the same language, since the
object that answers it was made for one. Gradio has its own words in 33 languages, none of them Vietnamese, chooses
among them by the browser and takes no other language through `gr.I18n`: so use no part that shows words of its own, or
give them all (labels, placeholders, button texts). What it says before any part is drawn, `build` replaces.

In script and style the language is `document.documentElement.lang`, and `:lang(en)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa import QAError

Language = Literal["vi", "en"]

ADDRESSES: Mapping[Language, str] = {"vi": "", "en": "en"}
"""Where each language's view is, from the root of the page; the default comes first."""


@dataclass(frozen=True)
class Text:
    """A text of the page, in Vietnamese and in English."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


OWN_NAME: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
"""The name of each language in that language."""
PAGE_TITLE = Text("Hỏi đáp trên tài liệu", "Questions over documents")
LOADING = Text("Đang mở…", "Opening…")
MORE_TABS = Text("Thẻ khác", "Other tabs")
PAGES = Text("Các trang", "Pages")
PAGE_OF = Text("Trang {page}/{pages}", "Page {page} of {pages}")
PREVIOUS = Text("Trang trước", "Previous")
NEXT = Text("Trang sau", "Next")
PROMISE = Text(
    "Câu trả lời trích nguyên văn từ tài liệu, kèm nguồn để mở ra kiểm chứng.",
    "Answers quoted word for word from the documents, with a source to open and check.",
)
SEARCHING = Text("Đang tìm trong kho tài liệu…", "Searching the documents…")
INDEX = Text("Kho tài liệu", "Collection")
UNDATED = Text("Văn bản không ghi ngày", "The document has no date")
COPIED = Text("Đã sao chép", "Copied")
NOT_COPIED = Text("Trình duyệt không cho sao chép", "The browser did not allow copying")
LEGISLATION = {
    "legislationIdentifier": Text("Số hiệu", "Number"),
    "legislationType": Text("Loại", "Kind"),
    "legislationPassedBy": Text("Cơ quan ban hành", "Issued by"),
    "legislationDate": Text("Ngày ban hành", "Issued"),
    "legislationDateOfApplicability": Text("Hiệu lực từ", "In force from"),
    "accountablePerson": Text("Người ký", "Signed by"),
}
"""The names of the metadata of legal and office documents, in display order."""
NOT_ALLOWED = Text(
    "Tài khoản của bạn không được phép làm việc này. Chưa có gì thay đổi.",
    "Your login does not allow this. Nothing was changed.",
)
FAILED = Text(
    "Chưa trả lời được vì kho tài liệu đang gặp trục trặc. Xin thử lại, hoặc báo cho người quản trị.",
    "There is no answer because of a problem with the collection. Please try again, or tell the administrator.",
)
# By the name of the error's class or of one above it.
_ERRORS = {
    "QuestionError": Text(
        "Câu hỏi dài quá. Hãy hỏi gọn trong một, hai câu.",
        "The question is too long. Ask in a sentence or two.",
    ),
    "BusyError": Text(
        "Đang có quá nhiều người hỏi cùng lúc. Xin hỏi lại sau vài giây.",
        "Too many questions are being asked at the moment. Please ask again in a few seconds.",
    ),
    "UnknownIndexError": Text(
        "Trang này không có kho tài liệu mang tên đó. Hãy chọn kho khác.",
        "This page offers no collection of that name. Choose another one.",
    ),
    "IndexBusyError": Text(
        "Kho tài liệu đang được cập nhật. Xin hỏi lại sau ít phút.",
        "The collection is being updated. Please ask again in a few minutes.",
    ),
    "IndexReplacedError": Text(
        "Kho tài liệu đang được thay mới. Xin thử lại sau ít phút.",
        "The collection is being replaced. Please try again in a few minutes.",
    ),
    "IndexesDifferError": Text(
        "Các kho đã chọn được lập bằng những mô hình khác nhau nên không hỏi chung được. Hãy hỏi từng kho.",
        "The chosen collections were built with different models and cannot be asked together. Ask them one by one.",
    ),
    "DocumentNotFoundError": Text(
        "Văn bản này không còn trong kho tài liệu. Xin hỏi lại.",
        "This document is no longer in the collection. Please ask again.",
    ),
}


def error_words(error: QAError, own: Mapping[str, Text] | None = None, otherwise: Text = FAILED) -> Text:
    """Return the message for an error; a tab has words of its `own` for some errors, by class name."""
    messages = {**_ERRORS, **(own or {})}
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((messages[name] for name in names if name in messages), otherwise)


def number(count: int, language: Language) -> str:
    """Return a count as the language groups its digits."""
    return f"{count:,}" if language == "en" else f"{count:,}".replace(",", ".")


_ENGLISH_PLACES = {
    **{"tr.": "p.", "dòng": "line", "slide": "slide", "chú thích": "note", "ghi chú": "comment", "(ẩn)": "(hidden)"},
    **{"đầu trang": "header", "chân trang": "footer"},
}
_ENGLISH_RANGES = {"tr.": "pp.", "dòng": "lines", "slide": "slides"}
_RANGE = re.compile(r" \d+(?: \(ẩn\))?–")
_COUNTED = re.compile(
    r"^(?:(?:tr\.|dòng)(?= \d+(?:–\d+)?(?:, |$))|slide(?= \d)|(?:chú thích|đầu trang|chân trang)$)"
    r"|(?:^|(?<=, ))ghi chú$|(?<=\d )\(ẩn\)(?=–\d|, ghi chú$|$)"
)


def place(named: str, language: Language) -> str:
    """Return the name of a part of a document; names that a document gives its own parts are not translated."""
    return named if language == "vi" else _COUNTED.sub(_in_english, named)


def _in_english(own: re.Match[str]) -> str:
    is_range = own[0] in _ENGLISH_RANGES and _RANGE.match(own.string, own.end())
    return _ENGLISH_RANGES[own[0]] if is_range else _ENGLISH_PLACES[own[0]]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(published: date, language: Language) -> str:
    """Return a date as it is written: by the day, the month in words where its number could be taken for the day."""
    if language == "vi":
        return f"{published:%d/%m/%Y}"
    return f"{published.day} {_MONTHS[published.month - 1]} {published.year}"
