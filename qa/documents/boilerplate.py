"""Recognise boilerplate by its words: what a Vietnamese page has besides its article. Knows single lines only.

A line is boilerplate only as a whole line. Words that an author could use as a heading are *weak*: they count little as
evidence of a saved page, and one alone cuts nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from qa.text import canonical, syllables

Strength = Literal["strong", "weak"]
MAX_LINE = 90  # characters; longer lines are never boilerplate by their words


def _phrases(text: str) -> frozenset[str]:
    return frozenset(canonical(phrase) for phrase in text.split(","))


# What only a page says: lists of other articles, comment forms, counters.
_STRONG = _phrases("""
    các tin khác, tin khác, các tin bài khác, các bài khác, các bài viết khác, bài viết khác, tin bài khác,
    tin liên quan, các tin liên quan, tin bài liên quan, bài liên quan, bài viết liên quan, các bài viết liên quan,
    tin cùng chuyên mục, bài cùng chuyên mục, các bài cùng chuyên mục, các tin cùng chuyên mục, cùng chuyên mục,
    bài viết cùng chuyên mục, tin cùng loại, tin cùng chủ đề, bài cùng chủ đề, tin cùng sự kiện, tin mới hơn,
    tin cũ hơn, các tin mới hơn, các tin cũ hơn, những tin mới hơn, những tin cũ hơn, tin đã đăng, các tin đã đăng,
    các tin đã đưa, tin mới nhất, tin đọc nhiều, tin đọc nhiều nhất, tin xem nhiều, xem nhiều nhất, đọc nhiều nhất,
    đọc nhiều, xem nhiều, được quan tâm nhất, bài đọc nhiều, bài viết mới nhất, viết bình luận mới, viết bình luận,
    viết bình luận của bạn, gửi bình luận, gửi phản hồi, gửi ý kiến, gửi ý kiến của bạn, ý kiến bạn đọc,
    ý kiến bạn đọc về bài viết này, ý kiến độc giả, bình luận của bạn đọc, bình luận bài viết, bình luận facebook,
    vui lòng đăng nhập để bình luận, đăng nhập để bình luận, giới thiệu tạp chí in, tra cứu tạp chí in, video clips,
    thư viện ảnh, thư viện video, lượt truy cập, thống kê truy cập, số lượt truy cập, đang truy cập,
    liên kết website, liên kết web, về đầu trang, lên đầu trang, về trang chủ, quay về trang chủ,
    có thể bạn quan tâm, bạn có thể quan tâm, đăng ký nhận tin, đăng ký nhận bản tin, sao chép liên kết,
    gửi bài viết qua email, ý kiến của bạn sẽ được biên tập trước khi đăng
""")

# What a page says around its article, and an author may also write.
_WEAK_AROUND = _phrases("""
    mới nhất, chia sẻ, chia sẻ bài viết, chia sẻ facebook, nhiều người đọc, in bài, in bài viết, in bài này,
    in trang, in trang này, in tin, bản in, gửi email, gửi mail, gửi bạn bè, gửi cho bạn bè, gửi bài viết, lưu,
    lưu bài, lưu bài viết, lưu tin, nghe đọc bài, nghe bài viết, nghe audio, đăng nhập, đăng ký, đăng xuất,
    facebook, twitter, zalo, google, youtube, tiktok, instagram, messenger, pinterest, linkedin, email, copy link,
    like, share, thích, quay lại, trở về, trở lại, trang trước, trang sau, trang chủ, xem thêm, đọc thêm, đọc tiếp,
    xem tiếp, xem tất cả, tags, tag, thẻ, từ khóa, quảng cáo, sơ đồ trang, rss, gửi, gửi đi, hủy, hủy bỏ, nhập lại,
    làm lại, đóng, theo dõi chúng tôi, kết nối với chúng tôi, cỡ chữ, cỡ chữ nhỏ, cỡ chữ lớn, tương phản,
    đọc bài viết, tin nổi bật, tìm kiếm, tra cứu tạp chí in trước năm 2010
""")

# Fields of forms and headings of boxes; above the prose they may be the article's own headings.
_WEAK_BELOW = _phrases("""
    mã bảo vệ, mã xác nhận, mã an toàn, họ và tên, họ tên, địa chỉ, điện thoại, số điện thoại, tiêu đề, nội dung,
    ý kiến, ý kiến của bạn, bình luận của bạn, kết quả, chủ đề, thảo luận, phản hồi, góp ý, liên hệ, bình luận,
    video, clip, ảnh, thông tin cần biết, thời tiết, dự báo thời tiết, thăm dò ý kiến, bình chọn, biểu quyết
""")

_WEAK = _WEAK_AROUND | _WEAK_BELOW

# Names of sections; a line consisting of these is above a headline.
_SECTIONS = _phrases("""
    trang chủ, thời sự, chính trị, tin tức, tin, sự kiện, tin tức sự kiện, hoạt động, tin hoạt động,
    tin tức hoạt động, hoạt động lãnh đạo, kinh tế, xã hội, văn hóa, thể thao, pháp luật, giáo dục, đào tạo, y tế,
    sức khỏe, khoa học, công nghệ, thế giới, quốc tế, trong nước, đời sống, giải trí, du lịch, bạn đọc, an ninh,
    quốc phòng, xây dựng đảng, xây dựng chính quyền, đoàn thể, địa phương, tin địa phương, tin trong tỉnh,
    tin trong nước, tin quốc tế, tin thế giới, môi trường, tài nguyên, nông nghiệp, nông thôn, lao động, việc làm,
    thị trường, tài chính, ngân hàng, doanh nghiệp, đầu tư, bất động sản, công nghiệp, thương mại, giao thông,
    nghiên cứu, trao đổi, nghiên cứu trao đổi, bình luận, phóng sự, ký sự, góc nhìn, đối ngoại, nhân sự, thông báo,
    tin mới, tin nổi bật, tin nóng, multimedia, media
""")

# Headings of boxes that hold a sentence or two which are not the article's.
_BOXES = _phrases("thông tin cần biết, thời tiết, dự báo thời tiết, thăm dò ý kiến, bình chọn")

_STRONG_FORM = re.compile(
    r"(?:©|copyright|bản quyền(?: thuộc| ©|:)|ghi rõ nguồn|® ghi rõ).*"
    r"|(?:lượt|số lượt|số lần) (?:xem|đọc|truy cập) ?:? ?[\d.,]+|[\d.,]+ lượt (?:xem|đọc|truy cập)"
    r"|bình luận ?\(\d+\)|\(?\d+\)? bình luận"
)
_WEAK_FORM = re.compile(r"(?:từ khóa|tags?|thẻ) ?: .*|(?:chia sẻ|thích|like|share) ?:? ?\(?\d+\)?")
_FOOTER_FORM = re.compile(
    r"[©®]|(?:copyright|bản quyền|giấy phép|cơ quan chủ quản|đơn vị chủ quản|tổng biên tập|phó tổng biên tập"
    r"|chịu trách nhiệm|tòa soạn|trụ sở|địa chỉ|điện thoại|hotline|đường dây nóng|email|ghi rõ nguồn"
    r"|liên hệ quảng cáo)\b"
)
_FONT_SIZES = re.compile(r"(?=.*[aA])(?=.*[+\-–])[aA+\-–\s|]{2,14}")
_COUNTER = re.compile(r"\d[\d.,]{0,9}")
_EDGES = " \t:*•·»«>›<|+-–—…."
_BREADCRUMB = re.compile(r"\s*[>»›]\s*|\s+[/|]\s+")
_SECTION_PARTS = re.compile(r"\s*[>»›/|,&]\s*|\s+[-–—]\s+|\s+và\s+")


def strength(line: str) -> Strength | None:
    """Return how surely a whole line is boilerplate by its words; None when it is not."""
    if len(line) > MAX_LINE:
        return None
    if is_font_sizes(line):
        return "strong"
    words = _words(line)
    if words.strip(_EDGES) in _STRONG or _STRONG_FORM.fullmatch(words):
        return "strong"
    weak = words.strip(_EDGES) in _WEAK or _WEAK_FORM.fullmatch(words)
    return "weak" if weak else None


def is_heading(line: str) -> bool:
    """Return whether a line is boilerplate below the prose only; above it, it may be a heading of the article."""
    return len(line) <= MAX_LINE and _words(line).strip(_EDGES) in _WEAK_BELOW


def is_font_sizes(line: str) -> bool:
    """Recognise the control that makes letters larger or smaller: "+ aa -", "A- A+"."""
    return bool(_FONT_SIZES.fullmatch(line.strip()))


def is_counter(line: str) -> bool:
    """Recognise a bare number."""
    return bool(_COUNTER.fullmatch(line.strip()))


def is_section(line: str) -> bool:
    """Recognise a line of section names only: "Thời sự - Chính trị", "Trang chủ > Tin tức"."""
    parts = _SECTION_PARTS.split(_words(line)) if len(line) <= MAX_LINE else []
    return any(parts) and all(part.strip(_EDGES) in _SECTIONS for part in parts if part)


def is_breadcrumb(line: str) -> bool:
    """Recognise a trail that begins at the home page: "Trang chủ » Tin tức » Hoạt động của tỉnh"."""
    first, *others = _BREADCRUMB.split(_words(line)) if len(line) <= 2 * MAX_LINE else [""]
    return bool(others) and first.strip(_EDGES) in _SECTIONS


def is_box(line: str) -> bool:
    """Recognise the heading of a box that holds a sentence or two: the weather, a poll."""
    return len(line) <= MAX_LINE and _words(line).strip(_EDGES) in _BOXES


def is_footer(line: str) -> bool:
    """Recognise a line of the imprint at the foot of a page; only its place tells it from an author's line."""
    return bool(_FOOTER_FORM.match(_words(line[: 2 * MAX_LINE])))


def _words(line: str) -> str:
    return canonical(" ".join(line.split()))


# Lines that occur twice in a row, like the alternative text of a picture and its caption. Of two such lines the one
# with more words stays, so that no word is lost; then the one without a stray list number ("7;"); then the one that
# ends like a sentence; then the second, since a caption is corrected more often than an alternative text.


MIN_SYLLABLES = 5
MAX_EXTRA = 2  # syllables that one line may have more than the other
EXTRA_SHARE = 0.2  # of the longer line
MAX_EXTRA_CHARACTERS = 40  # spares counting the syllables of lines that cannot be doubles
MAX_COMPARED = 600  # characters; longer lines are doubles only when they are equal

_LIST_NUMBER = re.compile(r"^\s*\d{1,2}\s?[;.)]\s+")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


def doubled(lines: list[str]) -> frozenset[int]:
    """Return the indexes to leave out so that no neighbours say the same; blank lines do not separate neighbours."""
    kept: list[int] = []
    dropped: set[int] = set()
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        best = index
        while kept and are_doubles(lines[kept[-1]], lines[best]):
            pair = {kept.pop(), best}
            best = max(sorted(pair, reverse=True), key=lambda one: _quality(lines[one]))
            dropped |= pair - {best}
        kept.append(best)
    return frozenset(dropped)


def are_doubles(first: str, second: str) -> bool:
    """Tell whether two texts are the same but for case, punctuation and two more syllables within one.

    A syllable in place of another is never a double: two captions may differ in a name alone. Nor is one in front: it
    makes another line of it ("Địa chỉ: ..."), unless it is a list number that the other line does not have.
    """
    if len(first) > MAX_COMPARED or len(second) > MAX_COMPARED:
        return first.strip() == second.strip()
    if abs(len(first) - len(second)) > MAX_EXTRA_CHARACTERS:
        return False
    if bool(_LIST_NUMBER.match(first)) != bool(_LIST_NUMBER.match(second)):
        first, second = _without_number(first), _without_number(second)
    short, long = sorted((_forms(first), _forms(second)), key=len)
    extra = len(long) - len(short)
    if len(short) < MIN_SYLLABLES or short[0] != long[0] or extra > min(MAX_EXTRA, EXTRA_SHARE * len(long)):
        return False
    remaining = iter(long)
    return all(form in remaining for form in short)


def _forms(line: str) -> list[str]:
    return [syllable.form for syllable in syllables(line)]


def _without_number(line: str) -> str:
    return _LIST_NUMBER.sub("", line)


def _quality(line: str) -> tuple[int, bool, bool]:
    bare = _without_number(line)
    return len(syllables(bare)), bare == line, bool(_END.search(line.rstrip()))
