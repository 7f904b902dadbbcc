"""The words of the tab that asks, in both languages."""

from __future__ import annotations

from qa import Answer
from qa.index import NAME_FILTERS
from qa.page.parts.words import Text

ASK_TAB = Text("Hỏi đáp", "Ask")

# The question

QUESTION = Text("Câu hỏi", "Question")
QUESTION_HINT = Text("Gõ câu hỏi, có dấu hay không dấu đều được", "Type a question, in Vietnamese or in English")
ASK = Text("Hỏi", "Ask")
EXAMPLES = Text("Thử hỏi", "Try")
FILTERS = Text("Bộ lọc", "Filters")
FROM = Text("Từ ngày", "From")
TO = Text("Đến ngày", "To")
SOURCE = Text("Nguồn", "Source")
ANY_SOURCE = Text("Mọi nguồn", "Any source")
TAG = Text("Nhãn", "Tag")
OF_OFFICES = Text("Văn bản pháp luật, hành chính", "Law and office documents")
BY_NAMES = {"number": "legislationIdentifier", **NAME_FILTERS}
"""The filters by names, each with the item of metadata that it looks at."""
BY_FORCE = {
    "in_force_from": Text("Hiệu lực từ ngày", "In force from"),
    "in_force_to": Text("đến ngày", "to"),
}
NO_FILTERS = Text("Bỏ lọc", "Clear filters")
FILTERED = Text("đang lọc", "on")
DATED_ONLY = Text("Lọc theo ngày chỉ tìm trong văn bản có ghi ngày.", "A filter by date covers dated documents only.")

# The reply

READING = Text("Đang đọc…", "Reading…")
VERDICTS = {
    "answer": Text("Trả lời", "Answer"),
    "keywords": Text("Từ khóa", "Keywords"),
    "related": Text("Có thể liên quan", "Possibly related"),
    "not_found": Text("Không thấy trong kho", "Not found in the collection"),
}
DECLINED = {
    "keywords": Text(
        "Đây là từ khóa, chưa thành câu hỏi; dưới đây là các đoạn có những từ này.",
        "These are keywords rather than a question; below are the passages that contain them.",
    ),
    "related": Text(
        "Có đoạn nói về nội dung này, nhưng không đoạn nào thật sự trả lời câu hỏi.",
        "Some passages are about this, but none of them really answers the question.",
    ),
    "not_found": Text(
        "Dưới đây chỉ là những đoạn gần với câu hỏi nhất.", "Below are only the passages closest to the question."
    ),
}
RULES_ONLY = Text(
    "Máy chưa cài gói onnxruntime nên chỉ đọc bằng quy tắc, kém chính xác hơn nhiều. Cách sửa: {}",
    "The package onnxruntime is not installed, so only rules read here, which are wrong far more often. To fix it: {}",
)
UNFITTED = Text("độ tin cậy chưa được hiệu chỉnh cho mô hình này", "not calibrated for this model")
OTHER_WORDS = Text("Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc.", "Try other words, or widen the filters.")
ABSENT = Text("Không văn bản nào có từ {}.", "No document has the word {}.")
ABSENT_MANY = Text("Không văn bản nào có các từ {}.", "No document has the words {}.")
AS_OF = Text("Theo văn bản ngày {}", "As of a document dated {}")
RELATIONS = Text("Theo kho này: {}", "In this collection: {}")
RELATED = {
    "replaced": Text("bị thay thế bởi {}", "replaced by {}"),
    "repealed": Text("bị bãi bỏ bởi {}", "repealed by {}"),
    "amended": Text("được sửa đổi, bổ sung bởi {}", "amended by {}"),
}
PARTLY = Text("một phần", "partly")
OTHERS = Text("Văn bản khác nêu", "Other documents say")
SEARCHED = Text("Đang tìm: {}", "Searching for: {}")
SEARCH_LITERALLY = Text("Tìm đúng như đã gõ", "Search as typed")
LITERAL = Text("Đang tìm đúng như đã gõ: {}", "Searching as typed: {}")
SEARCH_RESTORED = Text("Tìm có dấu: {}", "With diacritics: {}")
COPY_LINK = Text("Sao chép liên kết", "Copy link")
CITE = Text("Sao chép trích dẫn", "Copy citation")
CITATION_FORMATS = {
    "plain": Text("Văn bản thường", "Plain text"),
    "markdown": Text("Markdown", "Markdown"),
    "bibtex": Text("BibTeX", "BibTeX"),
    "apa": Text("APA", "APA"),
}

# What was found

FOUND = {
    "reading": Text("Các đoạn tìm được", "Passages found"),
    "answer": Text("Căn cứ", "Evidence"),
    "keywords": Text("Các đoạn có từ khóa", "Passages with the keywords"),
    "related": Text("Các đoạn có thể liên quan", "Passages that may be related"),
    "not_found": Text("Các đoạn gần nhất", "Nearest passages"),
}
MATCHED = Text("khớp từ: {}", "words matched: {}")
NO_MATCH = Text("không khớp từ nào", "no word matched")
SIMILAR_ONE = Text("và 1 đoạn gần giống", "and 1 nearly identical passage")
SIMILAR_MANY = Text("và {} đoạn gần giống", "and {} nearly identical passages")
ARTICLE = Text("Toàn văn", "Full text")
TO_RESULTS = Text("Về danh sách", "Back to the list")
CHANGED = Text(
    "Văn bản đã thay đổi sau khi bạn hỏi, nên không đánh dấu được đoạn trích. Xin hỏi lại.",
    "The document has changed since you asked, so the passage cannot be marked. Please ask again.",
)
PAGE_IMAGE = Text("Trang của tệp gốc ({}), chỗ trích được tô màu", "The page of the file itself ({}), the quote marked")
NO_PAGE_IMAGE = Text(
    "Tệp gốc không còn, đã thay đổi hoặc không mở được, nên dưới đây chỉ có văn bản lưu trong kho.",
    "The file itself is gone, has changed or cannot be opened, so below is only the text that the collection keeps.",
)
COUNTS = Text("{} văn bản · {} đoạn", "{} documents · {} passages")
OFFLINE = Text("Chạy ngoại tuyến, không gửi gì ra Internet", "Runs offline, sends nothing to the Internet")

# What a language model wrote

WRITTEN_TITLE = Text("Do mô hình ngôn ngữ viết", "Written by a language model")
WRITTEN_BASIS = Text(
    "từ các đoạn bên dưới; hãy đối chiếu trước khi dùng", "from the passages below; check before you use it"
)
AT_WORK = Text("Đang viết…", "Writing…")
WRITTEN_NOTHING = Text(
    "Mô hình không thấy câu trả lời trong các đoạn bên dưới.", "The model found no answer in the passages below."
)
OPEN_PASSAGE = Text("Mở đoạn {}", "Open passage {}")
UNSUPPORTED = Text("Không có trong đoạn được dẫn", "Not in the passages that it cites")
SOME_UNSUPPORTED = Text(
    "Phần gạch chân đỏ không có trong đoạn được dẫn, hoặc không dẫn đoạn nào.",
    "Text underlined in red is not in the passages that it cites, or cites none.",
)
NOT_WRITTEN = Text(
    "Mô hình ngôn ngữ chưa viết được câu trả lời. Câu trích nguyên văn ở trên không bị ảnh hưởng.",
    "The language model could not write an answer. The quoted answer above does not depend on it.",
)
SENT_TO = Text(
    "Câu hỏi và các đoạn tìm được được gửi tới mô hình ngôn ngữ ở {}",
    "Questions and the passages found are sent to the language model at {}",
)

# What goes wrong

NO_QUESTION = Text("Hãy gõ một câu hỏi rồi bấm Hỏi.", "Type a question, then press Ask.")
NO_WORDS = Text(
    "Câu hỏi chưa có chữ nào để tìm. Hãy hỏi bằng lời, chẳng hạn “Cả nước có bao nhiêu đảng viên?”.",
    "The question has no words to search for. Ask in words, as in “How many party members are there?”.",
)
NO_DAY = Text("Bộ lọc có ngày không đọc được: {}.", "A date in the filters cannot be read: {}.")
DAYS_CROSSED = Text(
    "Bộ lọc có ngày đầu sau ngày cuối, nên không văn bản nào lọt qua.",
    "A first date in the filters is after its last date, so no document passes.",
)
NOT_READ = Text(
    "Mô hình đọc đang gặp trục trặc nên chưa trả lời được; những đoạn tìm được vẫn ở dưới đây. "
    "Xin báo cho người quản trị.",
    "The reading model is not working, so there is no answer; the passages found are still shown below. "
    "Please tell the administrator.",
)
_CONFIDENCE = (
    (0.75, Text("Độ tin cậy cao", "High confidence")),
    (0.5, Text("Độ tin cậy khá", "Fair confidence")),
    (0.0, Text("Độ tin cậy thấp, nên đọc kỹ đoạn trích", "Low confidence, read the passage with care")),
)


def question_problem(question: str) -> Text | None:
    """Return what to say to a question without words; None for one that can be searched for."""
    if not question.strip():
        return NO_QUESTION
    return None if any(character.isalnum() for character in question) else NO_WORDS


def verdict(answer: Answer) -> str:
    """Return the verdict, or "keywords" for words that passages have but that ask nothing."""
    return "keywords" if answer.verdict == "related" and "keywords" in answer.notes else answer.verdict


def confidence_words(answer: Answer) -> Text:
    """Return how sure an answer is."""
    return next(words for least, words in _CONFIDENCE if answer.confidence >= least)
