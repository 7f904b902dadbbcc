"""Words of Vietnamese questions, offices and news, for the rules that classify questions and find spans.

Alternatives of patterns are strings joined by "|"; sets of words are canonical, or folded where they say so.
"""

from __future__ import annotations

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UPPER = "".join(letter for letter in map(chr, range(0x2000)) if unicodedata.category(letter) == "Lu")
"""Capital letters, for use within a character class."""
_CAPITALISED = rf"[{UPPER}](?:\.|[^\W_]*)"
NAME = re.compile(rf"{_CAPITALISED}(?:[ -]{_CAPITALISED})*")
"""A sequence of capitalised words or initials."""

# What "nào" and "gì" ask for after these nouns.
PERSONS = (
    "người|(?<!đơn )vị|nhân vật|ông|bà|cụ|đồng chí|tác giả|vua|hoàng đế|nhà thơ|nhà văn|nhạc sĩ|ca sĩ|họa sĩ|diễn viên"
    "|cầu thủ|huấn luyện viên|tổng thống|thủ tướng|chủ tịch|bộ trưởng|bí thư|giám đốc|nhà khoa học|nhà soạn kịch"
    "|đạo diễn|bác sĩ|y tá|điều dưỡng|giáo viên|thầy giáo|cô giáo|học sinh|sinh viên|nhân viên|luật sư|kỹ sư|tài xế"
    "|trọng tài|vận động viên|nghệ sĩ|nhà báo"
)
PLACES = (
    "nơi|chỗ|nước|quốc gia|tỉnh|thành phố|huyện|quận|xã|phường|thị xã|thị trấn|làng|khu vực|vùng|miền|địa phương"
    "|địa điểm|châu|châu lục|lục địa|đảo|sông|núi|hồ|biển|bang|tiểu bang|thủ đô"
)
ORGANISATIONS = (
    "cơ quan|đơn vị|tổ chức|công ty|tập đoàn|doanh nghiệp|hãng|trường|đại học|học viện|viện|ngân hàng|bộ|ban|cục"
    "|(?<!chức )vụ|sở|ủy ban|hội đồng|đội|câu lạc bộ|đảng|nhóm|ban nhạc|nhà xuất bản|tập thể|tờ báo|đài|trung tâm"
    "|bệnh viện|hợp tác xã|nhà máy"
)
DOCUMENTS = (
    "nghị quyết|quyết định|kết luận|quy định|chỉ thị|thông tư|nghị định|thông báo|công văn|hướng dẫn|kế hoạch|văn bản"
    "|bộ luật|luật|hiến pháp|điều"
)

GRAMMAR = _words(
    "là có được bị của và các những cho ở tại trong khi thì đã đang sẽ với về từ đến này do không nhất theo bởi so một"
)
"""Words that occur everywhere and say nothing about what is asked."""

ENGLISH_GRAMMAR = _words(
    "the of in is was were did does do a an to by for and at on with how what which who has have been will be are"
)
"""The same for a question in English; many of them are also Vietnamese words."""

COUNTRY = re.compile(r"(?:[Nn]ước )?[Vv]iệt [Nn]am")
WHOLE_COUNTRY = frozenset(["viet nam", "nuoc viet nam", "nuoc ta"])
"""Folded names of what Vietnamese documents mean when they name no place: "cả nước"."""

WHOLE = re.compile(r"\b(?:cả nước|toàn quốc|toàn Đảng)\b", re.IGNORECASE)
"""Words that say that a number is for the whole country, or the whole party."""

NOW = re.compile(
    r"\b(?:hiện (?:nay|tại|giờ|thời)|hiện(?= (?:có|còn) )|bây giờ|(?:mới|gần đây) nhất|hien (?:nay|tai|gio)|bay gio"
    r"|(?:moi|gan day) nhat|now|current|currently|latest)\b",
    re.IGNORECASE,
)
"""Words that ask for today's answer."""

UNTIL_NOW = re.compile(
    r"\A\W*hiện,? (?!tượng|vật|trường|thực|trạng|đại)|\b(?:hiện (?:nay|tại|giờ|thời|đang|có|còn)|bây giờ"
    r"|(?:đến|tới|cho đến) nay)\b",
    re.IGNORECASE,
)
"""Words by which a text refers to the day it was written."""

NEGATIONS = re.compile(r"\b(?:không|chưa|chẳng|miễn|ngoại trừ|trừ|khong|chua|not|never|no)\b", re.IGNORECASE)
"""Words of negation."""

FOCUS_ENDS = _words(
    "đã đang sẽ được bị không có là của trong ở tại cho về từ theo do để và với hoàn tham thuộc vào trên một so khi"
    " nhất này đó mà làm thì ra nói trao tặng diện đến 1 mỗi mot moi"
)
"""Words that end the noun counted in a question."""

MEASURES = _words(
    "km m cm mm kg g tấn tạ ha km² km2 m² m2 lít usd đô euro năm tháng tuần ngày giờ phút giây lần người tuổi độ"
)
"""Units that need no further noun."""

POSTS = (
    "(?:tong )?bi thu|chu tich|giam doc|thu truong|bo truong|thu tuong|tong thong|truong (?:ban|phong|doan|khoa)"
    "|(?:vu|cuc|vien|hieu|doi|so|chanh) truong|chanh van phong|tu lenh|tong bien tap"
)
"""Posts that have a deputy ("phó") with the same title, folded."""

HONORIFICS = (
    r"[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú|[Bb]ác|[Tt]iến sĩ|TS\.?|GS\.?|PGS\.?|[Nn]hà thơ"
    r"|[Nn]hà văn|[Nn]hạc sĩ|[Cc]a sĩ|[Vv]ua|[Tt]ướng|[Bb]ác sĩ|[Ll]uật sư"
)

ADDRESSED = re.compile(rf"\b(?i:ông|bà|anh|chị|cô|chú|bác) ({_CAPITALISED})")
"""A person referred to by one name: "ông Hưng"."""

PRONOUNS = _words("ông bà anh chị cô chú bác cụ em họ mình người")
"""Words for a person named elsewhere, if no name follows."""

SURNAMES = _words(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh dao doan vuong truong lam phung"
    " mai to ta ha cao chu chau thai tang luu luong quach kieu ninh nong trieu tu than tong lu thach hua ton ma cam"
)
"""Folded surnames, with which a person's name begins."""

QUANTITIES = (
    (
        "money",
        "giá|tiền|phí|vốn|ngân sách|lương|thu nhập|doanh thu|lợi nhuận|(?:trả|đóng|nộp|tốn|mất|hết) (?:bao nhiêu|mấy)",
        r"(?:nghìn |ngàn |triệu |tỷ |tỉ )*(?:đồng(?! chí)|vnđ|vnd|usd|đô la|đô|euro|yên|won|bảng anh|tiền|tệ"
        r"|nhân dân tệ|rúp|baht|ringgit|rupee|rupiah|peso|franc|kíp|riel|dollars?|dong)\b|[$€£¥]"
        r"|đ\b|(?:nghìn|ngàn|triệu|tỷ|tỉ) (?:một|mỗi)\b",
    ),
    ("area", "diện tích", r"(?:mét vuông|m2|km2|ha|hecta|héc ta)\b"),
    (
        "length",
        "dài|cao|sâu|xa",
        r"(?:km|m|cm|mm|mét|ki-lô-mét|cây số|dặm|hải lý|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|feet)\b(?! vuông)",
    ),
    (
        "mass",
        "nặng|khối lượng|cân nặng",
        r"(?:kg|tấn|tạ|yến|gam|g|ký|kí|lạng|ki-lô-gam|tons?|tonnes?|kilograms?|grams?)\b",
    ),
    (
        "duration",
        "thời hạn|thời gian|lâu",
        r"(?:năm|tháng|tuần|ngày|giờ|phút|giây|tiếng(?! nói)|đêm|hôm|buổi|quý|thế kỷ|thập (?:kỷ|niên)|(?:học|nhiệm) kỳ"
        r"|years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|decades?)\b",
    ),
    ("volume", "thể tích|dung tích", r"(?:lít|ml|m3|mét khối)\b"),
    ("temperature", "nhiệt độ", r"độ c\b|°c\b"),
    ("power", "công suất|điện năng", r"(?:w|kw|kwh|mw|oát)\b"),
    ("sound", "độ ồn|tiếng ồn", r"db\b"),
    ("part", "tỷ lệ|tỉ lệ|lãi suất", r"%|(?:phần trăm|phần nghìn)\b"),
    ("age", "tuổi", r"tuổi\b"),
    ("count", "(?!)", r"(?:người|hộ|em|con|chiếc|cái|cuốn|nhà|xã|phường|thôn|huyện|tỉnh)\b"),
)
"""What can be measured: the words in a question that ask for it, and its units, as patterns.

Things counted one by one have no entry.
"""
CHANGES = re.compile(r"\b(?:tăng|giảm|chiếm(?! đóng)|gấp|hơn|kém)\b")
"""Words of a question about the change of a measure, which may be answered in other units."""

OFTEN_TOGETHER = 1.5
"""How many times more often than by chance the syllables of a counted noun must occur together: "tín chỉ"."""
