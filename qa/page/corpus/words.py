"""The words of the documents tab, in both languages, and the library's reasons for skipping a file, in Vietnamese."""

from __future__ import annotations

import re

from qa import QAError
from qa.page.parts import words
from qa.page.parts.words import Language, Text

CORPUS_TAB = Text("Kho tài liệu", "Documents")

STATE = Text("Tình trạng kho", "State of the collection")
DOCUMENTS = Text("Văn bản", "Documents")
PASSAGES = Text("Đoạn", "Passages")
MODEL = Text("Mô hình", "Model")
GENERATION = Text("Phiên bản", "Generation")
SIZE = Text("Dung lượng", "Size on disk")
FOLDER = Text("Thư mục", "Folder")

DROP = Text("Kéo tệp vào đây", "Drag files here")
CHOOSE = Text("hoặc chọn tệp", "or choose them")
LIMITS = Text(
    "Văn bản thuần, Markdown, PDF, Word, Excel, PowerPoint, CSV, OpenDocument, HTML, EPUB, RTF, thư .eml, .mbox "
    "hoặc tệp nén .zip, mỗi tệp tối đa {megabytes} MB, mỗi lần tối đa {files} tệp.",
    "Plain text, Markdown, PDF, Word, Excel, PowerPoint, CSV, OpenDocument, HTML, EPUB, RTF, .eml, .mbox or "
    ".zip files, up to {megabytes} MB each, up to {files} at a time.",
)
SAME_NAME = Text("Khi trong kho đã có văn bản khác cùng tên:", "If another document has the same name:")
KEEP_BOTH = Text("giữ cả hai, tệp mới thêm số (2)", "keep both; the new one gets a (2)")
REPLACE = Text("thay bằng tệp mới", "replace it")
SENDING = Text("Đang gửi {n}/{total}: {name}", "Sending {n} of {total}: {name}")
WAITING = Text("Đang chờ tới lượt thêm vào kho…", "Waiting for its turn…")
READING = Text("Đang đọc {n}/{total}: {name}", "Reading {n} of {total}: {name}")
STORING = Text("Đã đọc đủ {total} tệp, đang ghi vào kho…", "All files are read; adding them to the collection…")
PROGRESS = Text("Tiến độ thêm tệp", "Progress of adding files")

ADDED = Text("Thêm mới", "Added")
UPDATED = Text("Đã thay đổi", "Changed")
UNCHANGED = Text("Không đổi", "Unchanged")
SKIPPED = Text("Bỏ qua", "Skipped")
NOTHING_CAME = Text("Chưa có tệp nào được gửi lên.", "No file was sent.")
TOO_MANY = Text(
    "Mỗi lần chỉ nhận tối đa {files} tệp; lần này có {given}. Chưa thêm tệp nào, xin chia ra nhiều lần.",
    "At most {files} files at a time; you sent {given}. Nothing was added; send them in several batches.",
)
RENAMED = Text("trùng tên với văn bản khác nên được đổi tên", "renamed: another document has its name")

LIST = Text("Văn bản trong kho", "Documents in the collection")
SEARCH = Text("Tìm theo tên, nguồn…", "Search by title or source…")
FOUND = Text("{total} văn bản", "Documents: {total}")
NONE_FOUND = Text("Không có văn bản nào khớp.", "No document matches.")
EMPTY = Text("Kho chưa có văn bản nào. Hãy thêm tệp ở trên.", "There are no documents yet. Add files above.")
ONE_PASSAGE = Text("1\u00a0đoạn", "1\u00a0passage")
PASSAGE_COUNT = Text("{n}\u00a0đoạn", "{n}\u00a0passages")
FULL_TEXT = Text("Toàn văn", "Full text")
TO_LIST = Text("Về danh sách", "Back to the list")
DELETE = Text("Xóa", "Delete")
SURE = Text(
    "Xóa khỏi kho? Văn bản đã tải lên ở đây không còn bản nào khác.",
    "Delete from the collection? Documents uploaded here have no other copy.",
)
DELETE_NOW = Text("Xóa khỏi kho", "Yes, delete")
DELETED = Text("Đã xóa khỏi kho:", "Deleted from the collection:")

# By the name of the error's class or of one above it.
_ERRORS = {
    "IndexBusyError": Text(
        "Một chương trình khác đang ghi vào kho. Chưa có gì thay đổi; xin thử lại sau ít phút.",
        "Another program is writing to the collection. Nothing was changed; try again in a few minutes.",
    ),
    "IndexUnusableError": Text(
        "Hệ thống không cho ghi vào kho: có thể ổ đĩa đã đầy hoặc thiếu quyền. Những gì đã ghi vẫn còn.",
        "The system does not allow writing to the collection: the disk may be full, or permission missing. "
        "What was written is kept.",
    ),
    "DocumentNotFoundError": Text(
        "Văn bản này đã được xóa từ trước.", "This document has already been deleted from the collection."
    ),
}
FAILED = Text(
    "Chưa làm được vì kho tài liệu đang gặp trục trặc. Xin thử lại, hoặc báo cho người quản trị.",
    "This did not work because of a problem with the collection. Try again, or tell the administrator.",
)

NOT_RECEIVED = "was not received whole: send it again"
NO_ROOM = "there was no room for it: send fewer files at a time, or try later"
_REASONS = (
    (r"there was no room", "máy chủ tạm hết chỗ nhận tệp: hãy gửi ít tệp hơn mỗi lần, hoặc thử lại sau"),
    (r"was not received whole", "chưa nhận được trọn tệp: xin gửi lại"),
    (
        r"too large \(([\d.]+) MB; at most (\d+) MB",
        r"quá lớn (\1 MB; chỉ đọc tối đa \2 MB): hãy chia thành tệp nhỏ hơn",
    ),
    (r"not a kind of file", "không phải loại tệp đọc được: hãy lưu thành PDF, Word (.docx) hoặc văn bản thuần (.txt)"),
    (r"binary data", "là dữ liệu nhị phân, không phải văn bản: hãy xuất văn bản ra tệp .txt mã hóa UTF-8"),
    (r"empty ", "tệp trống, không có chữ hay số nào: hãy thêm nội dung hoặc bỏ tệp này"),
    (
        r"not UTF-8 \(line (\d+)\)",
        r"không phải UTF-8 (dòng \1), cũng không phải bảng mã tiếng Việt nào nhận ra được: hãy lưu lại theo UTF-8",
    ),
    (
        r"nothing left after boilerplate",
        "không còn gì sau khi bỏ phần khung trang: hãy lưu trang của chính bài viết",
    ),
    (r"locked with a password", "có mật khẩu: hãy lưu một bản không đặt mật khẩu"),
    (r"a scan, (\d+) pages?", r"là bản quét, \1 trang không có chữ: hãy nhận dạng chữ (OCR) trước rồi gửi lại"),
    (r"an old Word file", "là tệp Word đời cũ (.doc): hãy mở bằng Word hoặc LibreOffice và lưu thành .docx"),
    (r"an old PowerPoint file", "là tệp PowerPoint đời cũ (.ppt): hãy mở bằng PowerPoint và lưu thành .pptx"),
    (r"an archive:", "là tệp nén: hãy giải nén rồi gửi từng tệp"),
    (r"an archive within", "nằm trong quá nhiều lớp tệp nén: hãy giải nén rồi gửi riêng tệp này"),
    (
        r"more than .* in one archive",
        "tệp nén chứa quá nhiều, phần còn lại chưa đọc: hãy chia thành nhiều tệp",
    ),
    (r"its name leads out", "tên tệp trỏ ra ngoài tệp nén: hãy nén lại dưới tên khác"),
    (r"a link within an archive", "là liên kết trong tệp nén: hãy nén chính tệp mà nó trỏ tới"),
    (r"packed more than", "được nén nhỏ hơn mức một văn bản có thể có: hãy giải nén và xem bên trong có gì"),
    (r"damaged in its archive", "bị hỏng trong tệp nén: hãy nén lại"),
    (r"a message of more than", "là thư quá lớn: hãy lưu nội dung và tệp đính kèm thành từng tệp"),
    (r"belongs to the saved page", "là một phần của trang đã lưu bên cạnh: không cần làm gì"),
    (r"describes its folder", "chỉ giới thiệu thư mục chứa nó: nếu cần đọc, hãy gửi riêng tệp này"),
    (r"another file has the id", "trùng tên với một tệp khác: hãy đổi tên tệp"),
    (r"its reader (?:crashed|failed)", "làm trình đọc gặp lỗi: hãy mở bằng chương trình đã tạo ra nó và lưu lại"),
    (r"reading it takes", "đọc mất quá nhiều thời gian hoặc bộ nhớ: hãy chia thành tệp nhỏ hơn"),
    (r"an (?:old )?Office file", "là loại tệp Office chưa đọc được: hãy lưu thành PDF"),
    (r"a damaged", "bị hỏng hoặc bị cắt cụt: hãy mở bằng chương trình đã tạo ra nó và lưu lại"),
    (r"unpacked it would be larger", "bung ra sẽ lớn hơn 200 MB: hãy chia thành tệp nhỏ hơn"),
    (r"a message without text", "là thư không có chữ: hãy xem các tệp đính kèm"),
    (r"no page with text", "là trang không có chữ: hãy lưu lại từ trình duyệt"),
    (r"not a table that can be read", "là bảng không đọc được: hãy lưu thành .xlsx"),
    (r"its last row breaks off|it ends in the middle", "có lẽ bị cắt mất phần cuối: hãy lấy lại trọn tệp"),
    (r"its end is missing", "có lẽ bị cắt mất phần cuối: hãy lưu lại trang từ trình duyệt"),
    (r"cannot be opened", "không mở được: xin gửi lại"),
    (r"the id .* was given twice", "trùng với một tệp khác trong lần gửi này: chỉ giữ tệp đầu"),
)


def reason(english: str, language: Language) -> str:
    """Return why a file was skipped and what to do, as the library says it or in Vietnamese."""
    if language == "en":
        return english
    for pattern, vietnamese in _REASONS:
        found = re.match(pattern, english)
        if found:
            return found.expand(vietnamese)
    return english


def error_words(error: QAError, language: Language) -> str:
    """Return what to say when the index could not be changed or read."""
    return words.error_words(error, _ERRORS, FAILED)[language]


def megabytes(size: int, language: Language) -> str:
    """Return a size on disk with one decimal."""
    text = f"{size / 1024 / 1024:,.1f} MB"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
