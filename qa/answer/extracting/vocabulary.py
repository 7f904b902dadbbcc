"""Words that Vietnamese questions, offices and news are made of, for the rules that tell kinds and find spans.

Alternatives of patterns are strings joined by "|"; sets of words are canonical, or folded where they say so.
"""

from __future__ import annotations

import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UPPER = "".join(letter for letter in map(chr, range(0x2000)) if unicodedata.category(letter) == "Lu")
"""Capital letters, to stand in a class of a pattern."""

# What "nào" and "gì" ask for after these nouns.
PERSONS = (
    "người|(?<!đơn )vị|nhân vật|ông|bà|cụ|đồng chí|tác giả|vua|hoàng đế|nhà thơ|nhà văn|nhạc sĩ|ca sĩ|họa sĩ|diễn viên"
    "|cầu thủ|huấn luyện viên|tổng thống|thủ tướng|chủ tịch|bộ trưởng|bí thư|giám đốc|nhà khoa học|nhà soạn kịch"
    "|đạo diễn"
)
PLACES = (
    "nơi|chỗ|nước|quốc gia|tỉnh|thành phố|huyện|quận|xã|phường|thị xã|thị trấn|làng|khu vực|vùng|miền|địa phương"
    "|địa điểm|châu|châu lục|lục địa|đảo|sông|núi|hồ|biển|bang|tiểu bang|thủ đô"
)
ORGANISATIONS = (
    "cơ quan|đơn vị|tổ chức|công ty|tập đoàn|doanh nghiệp|hãng|trường|đại học|học viện|viện|ngân hàng|bộ|ban|cục"
    "|(?<!chức )vụ|sở|ủy ban|hội đồng|đội|câu lạc bộ|đảng|nhóm|ban nhạc|nhà xuất bản|tập thể|tờ báo|đài"
)
DOCUMENTS = (
    "nghị quyết|quyết định|kết luận|quy định|chỉ thị|thông tư|nghị định|thông báo|công văn|hướng dẫn|kế hoạch|văn bản"
    "|bộ luật|luật|hiến pháp|điều"
)

GRAMMAR = _words(
    "là có được bị của và các những cho ở tại trong khi thì đã đang sẽ với về từ đến này do không nhất theo bởi so một"
)
"""Words that stand everywhere and say nothing of what is asked."""

ENGLISH_GRAMMAR = _words(
    "the of in is was were did does do a an to by for and at on with how what which who has have been will be are"
)
"""The same in a question in English; many of them are Vietnamese words as well."""

NUMBERED = _words("so quy khoa hang cum thu")
"""Folded nouns whose number, small or Roman, names a thing: "quý III", "cụm số 7"."""

LESSER = _words("pho nguyen cuu quyen")
"""Folded words that make another post of the one after them: "Phó Bí thư" is not "Bí thư"."""

FOCUS_ENDS = _words(
    "đã đang sẽ được bị không có là của trong ở tại cho về từ theo do để và với hoàn tham thuộc vào trên một so khi"
    " nhất này đó mà làm thì ra nói trao tặng"
)
"""Words that end the noun that a question counts."""

UNIT_ENDS = _words(
    "là và của trong trên ở tại từ đến cho với về do bởi bị được đã đang sẽ có không chưa vào ra lên xuống theo so"
    " trước sau khi nếu mà thì để nhằm gồm thuộc này đó kia ấy nên cũng còn như vì qua diện đạt hoặc hay tham tới"
    " nhưng giữa năm ngày tháng"
)
"""Words that end the noun after a number."""

MEASURES = _words(
    "km m cm mm kg g tấn tạ ha km² km2 m² m2 lít usd đô euro năm tháng tuần ngày giờ phút giây lần người tuổi độ"
)
"""Units that need no further noun."""

NAMED_BY_NUMBER = (
    "ngày|tháng|năm|số|khóa|khoá|quý|điều|khoản|thứ|trung ương|cụm|kết luận|nghị quyết|quyết định|lúc|hạng|covid|sars"
    "|sáng|trưa|chiều|tối|đêm|chương|mục|trang|bài|hình|bảng|phiên bản"
)
"""A number after these counts nothing."""

HONORIFICS = (
    r"[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô|[Cc]hú|[Bb]ác|[Tt]iến sĩ|TS\.?|GS\.?|PGS\.?|[Nn]hà thơ"
    r"|[Nn]hà văn|[Nn]hạc sĩ|[Cc]a sĩ|[Vv]ua|[Tt]ướng|[Bb]ác sĩ|[Ll]uật sư"
)

SURNAMES = _words(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lữ mai trương hà văn đinh đoàn lâm tô tạ"
    " thái trịnh cao châu chu đào kiều la lương lưu ninh nghiêm phùng quách tống từ vương tăng triệu thân ông"
)

OFFICES = (
    "Ban|BTC|BTCTU|Bộ|Cục|Vụ|Sở|Hội đồng|Ủy ban|Uỷ ban|UBND|HĐND|Đảng ủy|Đảng uỷ|Tỉnh ủy|Thành ủy|Huyện ủy|Chính phủ"
    "|Quốc hội|Công ty|Trường|Đại học|Viện|Văn phòng|Đảng bộ|Chi bộ|Hội|Liên đoàn|Tổng công ty|Tập đoàn|Ngân hàng|Báo"
    "|Đài|Học viện|Trung tâm|Đoàn|Đảng|Tòa án|Bệnh viện|Câu lạc bộ|Tổ chức|Liên minh"
)

SECOND_SYLLABLES = (
    "chức|ương|ủy|uỷ|phương|vệ|giáo|vận|tra|vụ|trực|hành|thư|trị|viên|ban|dân|hội|phủ|đồng|phòng|bộ|an|chính|dục|tế|lạc"
    "|trí|án|thanh|tuyên|hóa|nghiệp|học|thao|lịch|thông|đoàn|tải|trường|tử|quốc|gia|nghệ|tư|lý|sản"
)
"""Second halves of words that names of offices are made of ("Trung ương"); another small letter ends the name."""

REGIONS = (
    r"tỉnh|[Tt]hành phố|TP\.?|huyện|quận|xã|phường|thị xã|thị trấn|nước|khu vực|miền|vùng|đảo|quần đảo|sông|núi|phía"
    "|bang|tiểu bang|châu|làng|hồ|biển|Vịnh|vịnh"
)

ACTS = (
    "[Nn]ghị quyết|[Qq]uyết định|(?:[Tt]hông báo )?[Kk]ết luận|[Qq]uy định|[Cc]hỉ thị|[Tt]hông tư|[Nn]ghị định"
    "|[Tt]hông báo|[Cc]ông văn|[Hh]ướng dẫn|[Kk]ế hoạch|[Bb]ộ luật|[Ll]uật|[Hh]iến pháp|[Đđ]iều"
)
"""Documents as they stand in a text."""
