"""Find names in questions and passages, with their kinds, and list the words that changed questions are made with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


def listed(words: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(words.split())


FAMILY = frozenset(
    listed(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đào "
        "Đoàn Mai Trương Lâm Hà Cao "
        "Tạ Tô Lương Thái Châu Quách Phùng Tăng Chu La Vương Triệu"
    )
)
GIVEN = listed(
    "An Bình Chi Cường Dũng Duy Đạt Giang Hải Hạnh Hiền Hòa Hùng Hương Khánh Lan Linh Long Mai Minh Nam Nga Phong Phúc "
    "Quân Quang Sơn Tâm Thảo Thắng Thịnh Tiến Trang Trung Tuấn Vân Việt Vinh Xuân Yên Lạc Lộc Mỹ Phú Thành Đức Hưng"
)
BEGINNINGS = frozenset(
    listed(
        "Bộ Cộng Tòa Toà Đảng Hội Chính Luật Điều Trường Công Ban Ủy Uỷ Sở Phòng Khoa Hiệu Quy Nhà "
        "Giải Chiến Cách Hòa Hoà "
        "Thời Quân Quốc Nghị Quyết Thông Đại Tổng Phó Chủ Giáo Thủ Cây Con Cô Ông Bà Chàng Sự Thế Khu Hiến Tuyên Kế Mặt"
    )
)
"""First syllables of titles and phrases that begin with a capital, and so are not names by themselves."""
PLACES = frozenset(
    listed(
        "ty đoàn hàng viện trường phố tỉnh huyện xã phường quận đảo sông núi hồ nước hãng bang thôn làng đội bộ vùng"
    )
)
KIN = frozenset(listed("vợ chồng bố mẹ cha thầy wife husband son daughter father mother brother"))
NOT_NAMES = frozenset(
    listed(
        "Ai Khi Năm Tại Vì Theo Trong Ở Có Bao Những Các Hãy Nơi Ngày Tên Từ Đâu Người Nước Cái "
        "Loài Vua Đến Sau Trước Để "
        "Điều Who What When Where Which How Why In On At The A An Is Was Did Does Do For From By After Before Of To"
    )
)
JOINTS = frozenset({"và", "hoặc", "hay", "với", "cùng", ",", "and", "or", "with"})
ROLES = (
    ("chủ tịch", "phó chủ tịch", "giám đốc", "bí thư", "thư ký", "tổng giám đốc", "trưởng ban", "phó giám đốc"),
    ("tổng thống", "phó tổng thống", "thủ tướng", "ngoại trưởng", "đại sứ"),
    ("bộ trưởng", "thứ trưởng", "vụ trưởng", "chánh văn phòng"),
    ("hiệu trưởng", "phó hiệu trưởng", "trưởng khoa", "giáo vụ"),
    ("tác giả", "dịch giả", "nhà xuất bản", "người minh họa"),
    ("đạo diễn", "nhà sản xuất", "biên kịch", "quay phim"),
    ("ca sĩ", "nhạc sĩ", "vũ công"),
    ("vợ", "chồng", "con trai", "con gái", "em gái", "anh trai", "bố", "mẹ", "ông nội"),
    ("cha", "mẹ", "anh trai", "em trai", "con gái", "thầy"),
    ("huấn luyện viên", "đội trưởng", "thủ môn", "trọng tài"),
    ("sinh viên", "giảng viên", "cán bộ thư viện", "nghiên cứu sinh"),
    ("người sáng lập", "người kế nhiệm", "nhà đầu tư"),
    ("diện tích", "dân số", "chiều dài", "chiều rộng", "độ cao"),
    ("thủ đô", "thành phố lớn nhất", "cảng chính"),
    ("president", "vice president", "secretary", "treasurer", "prime minister"),
    ("author", "translator", "publisher", "editor"),
    ("director", "producer", "screenwriter"),
    ("wife", "husband", "son", "daughter", "father", "mother", "brother"),
    ("founder", "successor", "owner"),
    ("capital", "largest port", "currency"),
    ("population", "area", "length", "height"),
)
OPPOSITES = (
    ("lớn nhất", "nhỏ nhất"), ("nhiều nhất", "ít nhất"), ("cao nhất", "thấp nhất"), ("dài nhất", "ngắn nhất"),
    ("đầu tiên", "cuối cùng"), ("trước tiên", "sau cùng"), ("nhiều", "ít"), ("tăng", "giảm"), ("trước khi", "sau khi"),
    ("bắt đầu", "kết thúc"), ("thành lập", "giải thể"), ("mở cửa", "đóng cửa"), ("chiến thắng", "thất bại"),
    ("phía bắc", "phía nam"), ("phía đông", "phía tây"), ("miền bắc", "miền nam"), ("trong nước", "ngoài nước"),
    ("sinh năm", "mất năm"), ("sinh ngày", "mất ngày"), ("sinh ở", "mất ở"), ("sinh ra", "qua đời"), ("lớn", "nhỏ"),
    ("khởi công", "khánh thành"), ("tiếp nhận", "bàn giao"), ("bổ nhiệm", "bãi nhiệm"), ("trúng", "trượt"),
    ("xây dựng", "phá bỏ"), ("cho phép", "cấm"), ("đồng ý", "từ chối"), ("ưu điểm", "nhược điểm"),
    ("lợi ích", "tác hại"),
    ("nhập khẩu", "xuất khẩu"), ("mua", "bán"), ("tối thiểu", "tối đa"), ("tấn công", "bảo vệ"), ("ủng hộ", "phản đối"),
    ("gia nhập", "rời khỏi"), ("công nhận", "bác bỏ"), ("phát hiện", "làm mất"), ("giàu", "nghèo"),
    ("largest", "smallest"), ("most", "fewest"), ("highest", "lowest"), ("longest", "shortest"), ("first", "last"),
    ("increase", "decrease"), ("before", "after"), ("begin", "end"), ("start", "end"), ("founded", "dissolved"),
    ("won", "lost"), ("win", "lose"), ("north", "south"), ("east", "west"), ("inside", "outside"), ("born", "buried"),
    ("built", "demolished"), ("import", "export"), ("bought", "sold"), ("minimum", "maximum"), ("oldest", "youngest"),
    ("joined", "left"), ("accepted", "rejected"), ("support", "oppose"), ("opened", "closed"), ("more", "less"),
)  # fmt: skip
NO_PATIENT = frozenset(
    listed("là được bị của có mang nằm ở tên được gọi vợ chồng cha mẹ lấy cưới yêu gặp làm từng đang sẽ hiện không")
)
"""Words between "ai" and a name that do not say what was done to somebody."""


WORD = re.compile(r"[^\W_][\w]*(?:[-.'’][\w]+)*")

Kinds = dict[str, list[str]]
"""Names by their kind."""


@dataclass(frozen=True)
class Name:
    """A run of capitalised words: its place, its text and the lower-case word before it."""

    start: int
    end: int
    text: str
    noun: str


def names(text: str) -> list[Name]:
    """Return runs of capitalised words, without a first word that only begins the sentence."""
    runs: list[list[re.Match[str]]] = []
    before: re.Match[str] | None = None
    for word in WORD.finditer(text):
        if not word.group()[0].isupper() or word.group() in NOT_NAMES:
            before = None
            continue
        if before is not None and text[before.end() : word.start()] == " ":
            runs[-1].append(word)
        else:
            runs.append([word])
        before = word
    return [
        Name(run[0].start(), run[-1].end(), text[run[0].start() : run[-1].end()], _noun(text, run[0].start()))
        for run in runs
        if len(run) > 1
        or not (_begins(text, run[0].start()) or run[0].group() in BEGINNINGS or len(run[0].group()) < 2)
    ]


def _begins(text: str, start: int) -> bool:
    return not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:;–-“\"'"


def _noun(text: str, start: int) -> str:
    before = text[:start].split()
    word = before[-1].lower() if before else ""
    return word if word.isalpha() else ""


def kind_of(name: Name) -> str:
    """Return a name's kind: by a person's family name, else the lower-case word before it, else its number of words."""
    words = name.text.split()
    if words[0] in FAMILY and len(words) > 1 and name.noun not in PLACES:
        return "person"
    return name.noun or str(len(words))


def pool_of(contexts: Iterable[str]) -> Kinds:
    """Return names by kind, from many passages."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for context in contexts:
        for name in names(context):
            kinds[kind_of(name)][name.text] = None
    return {kind: list(found) for kind, found in kinds.items() if len(found) > 4}
