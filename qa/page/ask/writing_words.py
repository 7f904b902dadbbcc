"""What the page says of a language model's answer, in both languages."""

from __future__ import annotations

from qa.page.parts.language import Text

TITLE = Text("Mô hình ngôn ngữ viết", "Written by a language model")
BASIS = Text("từ các đoạn bên dưới; hãy đối chiếu trước khi dùng", "from the passages below; check before you use it")
AT_WORK = Text("Đang viết…", "Writing…")
NOTHING = Text(
    "Mô hình không thấy câu trả lời trong các đoạn bên dưới.", "The model found no answer in the passages below."
)
PASSAGE = Text("Mở đoạn {}", "Open passage {}")
UNSUPPORTED = Text("Không có trong đoạn được dẫn", "Not in the passages that it cites")
SOME_UNSUPPORTED = Text(
    "Phần gạch chân đỏ không có trong đoạn được dẫn, hoặc không dẫn đoạn nào.",
    "What is underlined in red is not in the passages that it cites, or cites none.",
)
FAILED = Text(
    "Mô hình ngôn ngữ chưa viết được câu trả lời. Câu trích nguyên văn ở trên không bị ảnh hưởng.",
    "The language model could not write an answer. The quoted answer above does not depend on it.",
)
SENT_TO = Text(
    "Câu hỏi và các đoạn tìm được được gửi tới mô hình ngôn ngữ ở {}",
    "Questions and the passages found are sent to the language model at {}",
)
