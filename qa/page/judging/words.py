"""The words of the thumbs and the evaluation tab, in both languages."""

from __future__ import annotations

from qa import QAError
from qa.page.parts import words
from qa.page.parts.words import Language, Text

JUDGING_TAB = Text("Đánh giá", "Evaluation")

ASKED = Text("Đoạn này có trả lời đúng câu hỏi không?", "Does this passage answer the question?")
UP = Text("Đúng", "Yes, it does")
DOWN = Text("Không đúng", "No, it does not")
KEPT_UP = Text("Đã ghi: đoạn {rank} đúng với câu hỏi.", "Noted: passage {rank} answers the question.")
KEPT_DOWN = Text("Đã ghi: đoạn {rank} không đúng với câu hỏi.", "Noted: passage {rank} does not answer the question.")
TAKEN_BACK = Text("Đã bỏ đánh giá của đoạn {rank}.", "The judgement of passage {rank} was taken back.")

HOW = Text(
    "Ở thẻ Hỏi đáp, bấm ngón cái lên hoặc xuống bên mỗi đoạn tìm được để cho biết đoạn ấy trả lời đúng câu hỏi không. "
    "Mọi lượt bấm đều được giữ trong thư mục của kho, không kèm tên người bấm.",
    "In the Ask tab, press the thumb up or down beside a passage to say whether it answers the question. "
    "Every vote is kept in the folder of the collection, without a name.",
)
RULE = Text(
    "Khi xuất: một đoạn là đúng khi quá nửa số lượt cho là đúng, ngang nhau thì không; "
    "một văn bản là đúng khi có một đoạn đúng.",
    "In the export a passage is relevant when more than half of its votes say so, a tie is not; "
    "a document is relevant when one of its passages is.",
)
NONE_YET = Text("Chưa có đánh giá nào.", "There are no judgements yet.")
TOTAL = Text("{votes} đánh giá cho {questions} câu hỏi", "Judgements: {votes}; questions: {questions}")
VOTES = Text("Xem từng đánh giá", "Show each vote")
OLDER = Text("và {n} đánh giá cũ hơn", "and {n} older")
REMOVE = Text("Bỏ", "Remove")
SURE = Text("Bỏ đánh giá này?", "Remove this vote?")
REMOVE_NOW = Text("Bỏ hẳn", "Yes, remove")
REMOVED = Text("Đã bỏ một đánh giá.", "One vote was removed.")
GONE = Text("Đánh giá này đã được bỏ từ trước.", "This vote has already been removed.")
QRELS = Text("Tải qrels", "Download qrels")
QUESTIONS = Text("Tải câu hỏi", "Download questions")
MEASURE = Text("Đo bằng hai tệp ấy:", "Measure with the two files:")

_NOT_KEPT = Text(
    "Chưa ghi được đánh giá vì kho tài liệu đang gặp trục trặc. Xin thử lại sau.",
    "The judgement was not saved because of a problem with the collection. Try again later.",
)
_ERRORS = {
    "NoJudgementsError": NONE_YET,
    "JudgementsDamagedError": Text(
        "Không đọc được tệp lưu đánh giá (judgements.db) của kho. Xin báo người quản trị; tài liệu không bị ảnh hưởng.",
        "The file of judgements (judgements.db) cannot be read. Tell the administrator; the documents are intact.",
    ),
}


def error_words(error: QAError, language: Language) -> str:
    """Return what to say when a judgement could not be kept or read."""
    return words.error_words(error, _ERRORS, _NOT_KEPT)[language]
