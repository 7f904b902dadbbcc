"""What the page says in Vietnamese: to errors, of confidence, and which questions it offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from qa import Document, QAError
from qa.page.language import Language, Text

OWN_NAME: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
"""Each language in itself."""
PAGE_TITLE = Text("Hỏi đáp trên tài liệu", "Questions over documents")
PAGE_PROMISE = Text(
    "Câu trả lời được trích nguyên văn, kèm nguồn để mở ra kiểm chứng.",
    "Answers are quoted word for word, with a source that you can open and check.",
)
ASK_TAB = Text("Hỏi", "Ask")

NO_QUESTION = "Hãy gõ một câu hỏi rồi bấm Hỏi."
NO_WORDS = "Câu hỏi chưa có chữ nào để tìm. Hãy hỏi bằng lời, chẳng hạn “Cả nước có bao nhiêu đảng viên?”."
FAILED = "Chưa trả lời được vì kho tài liệu đang gặp trục trặc. Xin thử lại, hoặc báo cho người quản trị."

# By the name of the error's class or of one above it.
_ERRORS = {
    "QuestionError": "Câu hỏi dài quá. Hãy hỏi gọn trong một, hai câu.",
    "IndexBusyError": "Kho tài liệu đang được cập nhật. Xin hỏi lại sau ít phút.",
    "IndexReplacedError": "Kho tài liệu vừa được thay mới. Xin báo người quản trị khởi động lại trang này.",
    "DocumentNotFoundError": "Văn bản này không còn trong kho tài liệu. Xin hỏi lại.",
}

_CONFIDENCE = ((0.75, "Độ tin cậy cao"), (0.5, "Độ tin cậy khá"), (0.0, "Độ tin cậy thấp, nên đọc kỹ đoạn trích"))

# Questions about the five documents that come with the project, each with the document that answers it.
_SEED_QUESTIONS = {
    "Cả nước có bao nhiêu đảng viên?": "seeds/004_2077101216c8cc9d.txt",
    "Đảng có mấy tổ chức cơ sở?": "seeds/004_2077101216c8cc9d.txt",
    "hoi nghi co bao nhieu diem cau": "seeds/004_2077101216c8cc9d.txt",
    "How many party members are there in the whole country?": "seeds/004_2077101216c8cc9d.txt",
}
_TITLES_OFFERED = 3
_TITLE_CHARACTERS = 90


def question_problem(question: str) -> str | None:
    """What to say to a question without words; None for one that can be searched for."""
    if not question.strip():
        return NO_QUESTION
    return None if any(character.isalnum() for character in question) else NO_WORDS


def error_words(error: QAError) -> str:
    """What to say when asking failed."""
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((_ERRORS[name] for name in names if name in _ERRORS), FAILED)


def confidence_words(confidence: float) -> str:
    """How sure an answer is, for a confidence from 0 to 1."""
    return next(words for least, words in _CONFIDENCE if confidence >= least)


def example_questions(documents: Collection[Document]) -> list[str]:
    """Questions that fit these documents: our own for the documents that come along, else the first short titles."""
    ids = {document.id for document in documents}
    if ids >= set(_SEED_QUESTIONS.values()):
        return list(_SEED_QUESTIONS)
    return list(_short(document.title for document in documents))[:_TITLES_OFFERED]


def _short(titles: Iterable[str]) -> dict[str, None]:
    """In their order, each once."""
    return dict.fromkeys(title for title in titles if 0 < len(title) <= _TITLE_CHARACTERS)
