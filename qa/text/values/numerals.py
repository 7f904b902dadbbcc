"""Find numbers in digits and in Vietnamese words, with their scale, in a canonical text.

Knows which syllables can be counted: "năm hộ" is five and "năm 2020" a year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qa.text.values.spoken import DENOMINATORS, NUMBER_WORDS, ONES, spoken_decimals, spoken_number
from qa.text.values.value import SCALES, exact_number

_DIGITS = (
    r"(?:[1-9]\d{0,2}(?: \d{3}){1,4}(?:,\d+)?(?![\d.]|,\d| \d{3}(?!\d))"
    r"|\d+(?:[.,]\d+)*)"
)
_START = r"(?<![\d])(?<!\d[.,])"
_NUMBER = re.compile(rf"{_START}(?P<sign>(?<=[ (])[-−](?=\d)(?<!\d [-−]))?(?P<digits>{_DIGITS})")
_FRACTION = re.compile(r"(?<![\d/.,-])\d{1,3}/\d{1,3}(?![\d/]|[.,]\d)|\b(\w+) phần (\w+)\b")
_LETTER = r"[^\W\d_]"
_SCALES = {"chục": 10, **SCALES}
_SCALE = re.compile(rf"\s?({'|'.join(_SCALES)})(?!{_LETTER})(?! (?:lệ|số|giá|trọng|suất))")
_SHORT = {"k": 10**3, "tr": 10**6, "ty": 10**9, "tỷ": 10**9, "tỉ": 10**9}
_SHORT_SCALE = re.compile(r"(k|(?: ?tr|ty|tỷ|tỉ)(?!\.)(?P<rest>\d{1,3})?)(?![^\W_])")
_HALF = re.compile(r" rưỡi\b")
_LAST_THREE = re.compile(r"\d{3}")
# After digits with a unit of their own ("12 nghìn 500 g"), or at the start of a range, a score or a date.
_APART = re.compile(r"[\w%‰]|[.,/:]\d|\s?[-–—−/:]\s?\d|\s(?:[%‰]|phần|đến|tới|tháng|(?:g|gr|gam|gram|ml|k)\b)")
# A half of a number, not of millionaires or symptoms.
_HALF_OF = re.compile(r"\bnửa(?=\s(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ)\b(?!\s(?:phú|chứng|tập|hồi)\b))")
_POINT = re.compile(rf" phẩy (?={_LETTER})")
_PERCENT = re.compile(r"\s?[%‰]|\sphần (?:trăm|nghìn|ngàn)\b")
_EXPONENT = re.compile(rf"(?<!{_LETTER})[kcdh]?m$")

_WORD = re.compile(rf"{_LETTER}+")

# What "năm", "một" and "ba" count, where elsewhere they are a year, an article and a father.
_COUNTED = re.compile(
    r" (?:hộ|người|em|con|cái|chiếc|học sinh|sinh viên|ngày|tháng|tuần|giờ|phút|giây|lần|xã|phường|huyện|quận|tỉnh|thôn"
    r"|đồng|cuộc|buổi|cuốn|quyển|bài|loại|nhóm|đội|tổ|lớp|trường|đơn vị|cán bộ|đảng viên|đại biểu|đồng chí|thành viên"
    r"|cơ sở|doanh nghiệp|công ty|dự án|công trình|nhiệm vụ|nội dung|điểm|giải|huy chương|ca|cây|căn|ngôi|nhà|phòng|bàn"
    r"|gia đình|nghề|vụ|bước|tầng|cửa|khu|cụm|chi bộ|tổ chức|mét|km|m|ki lô|kg|tấn|tạ|héc|ha|lít|độ|bậc|khóa|kỳ|quý|đợt"
    r"|tiêu chí|chỉ tiêu|mục tiêu|nhóm|bên|nước|quốc gia|thành phố|tác phẩm|bức|tấm|gói|suất|phần|tỷ|tỉ|triệu|nghìn)\b"
    r"(?! (?:trong|số|vài)\b)"
)
_YEARS_BEFORE = re.compile(
    r"(?:\b(?:mỗi|trong|hàng|hằng|cả|nhiều|vài|mấy|số|các|những|qua|sau|trước|đầu|cuối|giữa|tháng|từ|mươi|mười|chục|trăm)"
    r"|\d) $"
)
# Words after which "hai", "ba", ... do not count: grammar, and kin ("ba mẹ").
_NOT_COUNTED = re.compile(
    r" (?:là|và|của|trong|trên|ở|tại|từ|cho|với|về|do|bởi|bị|được|đã|đang|sẽ|có|không|vào|ra|lên|xuống|theo|so|sau"
    r"|khi|nếu|mà|thì|để|thuộc|này|đó|kia|ấy|nên|cũng|như|vì|mẹ|má|tôi)\b"
)
_GOES_ON = re.compile(rf" (?:đến|tới|hoặc|hay) (?:\d|(?:{'|'.join(ONES)}|mười)\b)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: `figure` times `scale`; `unit` is "%", "‰" or nothing."""

    start: int
    end: int
    figure: Decimal
    scale: Decimal = Decimal(1)
    unit: str = ""

    @property
    def spelled(self) -> str:
        """The value in plain digits, with its percent sign."""
        value = (self.figure * self.scale).normalize()
        return f"{value if value else Decimal(0):f}{self.unit}"


def numbers(form: str, is_upper: Callable[[int], bool]) -> Iterator[Number]:
    """Yield the numbers of a canonical text in digits and in words, some of them parts of others.

    `is_upper` tells whether a character is a capital as its author wrote it: "Hai Bà Trưng" is a name.
    """
    for match in _NUMBER.finditer(form):
        figure = exact_number(match["digits"])
        if figure is not None and not _is_code(match["digits"]) and not _is_exponent(form, match):
            yield _scaled(form, Number(*match.span(), -figure if match["sign"] else figure))
    for match in _HALF_OF.finditer(form):
        scale, end, _ = _scales_after(form, match.end())
        if scale > 1:
            yield Number(match.start(), end, Decimal("0.5"), scale)
    for number in _spoken(form.replace("\n", " ")):
        of_a_name = form[number.start : number.end] in ONES and is_upper(min(number.end + 1, len(form) - 1))
        if not of_a_name:
            yield number


def fractions(form: str) -> Iterator[tuple[int, int, str]]:
    """Yield spans of fractions ("3/4", "hai phần ba") and what they are in digits."""
    for match in _FRACTION.finditer(form):
        if match[1] is None:
            yield *match.span(), match[0]
        elif match[1] in ONES and match[2] in DENOMINATORS:
            yield *match.span(), f"{ONES[match[1]]}/{DENOMINATORS[match[2]]}"


def _is_code(digits: str) -> bool:
    return digits.isdigit() and len(digits) > 2 and digits[0] == "0"


def _is_exponent(form: str, match: re.Match[str]) -> bool:
    """Return whether the digit is that of "km2"."""
    return match[0] in {"2", "3"} and _EXPONENT.search(form, max(0, match.start() - 3), match.start()) is not None


def _scaled(form: str, number: Number) -> Number:
    """Return a number with the words after it that scale it: "2 tỷ 350 triệu", "1 triệu rưỡi", a percentage."""
    short = _SHORT_SCALE.match(form, number.end)
    if short:
        by, rest = _SHORT[re.sub(r"[ \d]", "", short[1])], Decimal(f"0.{short['rest'] or 0}")
        return replace(number, end=short.end(), figure=number.figure + rest, scale=Decimal(by))
    scale, end, word = _scales_after(form, number.end)
    if scale > 1:
        figure = exact_number(form[number.start : number.end].lstrip("-−"), word) or Decimal(0)
        return _with_rest(form, replace(number, end=end, figure=figure.copy_sign(number.figure), scale=scale))
    percent = _PERCENT.match(form, number.end)
    if percent:
        return replace(number, end=percent.end(), unit="%" if percent[0].strip() in {"%", "phần trăm"} else "‰")
    return number


def _scales_after(form: str, end: int) -> tuple[Decimal, int, str]:
    scale, word = Decimal(1), ""
    while match := _SCALE.match(form, end):
        scale, end, word = scale * _SCALES[match[1]], match.end(), match[1]
    return scale, end, word


def _with_rest(form: str, number: Number) -> Number:
    """Return the number with the smaller parts that follow it.

    These are a half, a number with a smaller scale, or the last three digits of thousands.
    """
    half = _HALF.match(form, number.end)
    if half:
        return replace(number, end=half.end(), figure=number.figure + Decimal("0.5"))
    match = _NUMBER.match(form, number.end + 1) if form[number.end : number.end + 1] == " " else None
    figure = exact_number(match["digits"]) if match else None
    if match is None or figure is None:
        return number
    scale, end, _ = _scales_after(form, match.end())
    if scale == 1 and _continues_thousands(form, number, match):
        return Number(number.start, end, number.figure * number.scale + figure)
    if not 1 < scale < number.scale:
        return number
    return _with_rest(form, Number(number.start, end, (number.figure * number.scale + figure * scale) / scale, scale))


def _continues_thousands(form: str, number: Number, rest: re.Match[str]) -> bool:
    """Return whether digits after thousands are their last three: "12 nghìn 500 người"."""
    whole = number.scale == 10**3 and number.figure > 0 and number.figure % 1 == 0
    return whole and _LAST_THREE.fullmatch(rest[0]) is not None and not _APART.match(form, rest.end())


def _spoken(form: str) -> Iterator[Number]:
    found = list(_WORD.finditer(form))
    at = 0
    while at < len(found):
        value, taken = spoken_number(_row_of_number_words(form, found[at : at + 16]))
        if decimal := _decimal(form, found[at : at + 16], value, taken):
            number, taken = decimal
            yield number
        elif taken and _counts(form, found[at].start(), found[at + taken - 1].end()):
            number = Number(found[at].start(), found[at + taken - 1].end(), Decimal(value))
            yield _scaled(form, number) if _PERCENT.match(form, number.end) else number
        else:
            taken = 1
        at += taken


def _decimal(form: str, found: Sequence[re.Match[str]], value: int, taken: int) -> tuple[Number, int] | None:
    """Return the number whose whole part is the first words, and how many words it has; None if no "phẩy" follows."""
    whole = taken or int(found[0][0] == "không")
    if not whole or not _POINT.match(form, found[whole - 1].end()):
        return None
    digits, decimals = spoken_decimals(_row_of_number_words(form, found[whole + 1 :]))
    if not decimals:
        return None
    figure, last = Decimal(f"{value}.{digits}"), found[whole + decimals].end()
    scale, end, _ = _scales_after(form, last)
    number = Number(found[0].start(), end, figure, scale)
    return number if scale > 1 else _scaled(form, number), whole + 1 + decimals


def _row_of_number_words(form: str, found: Sequence[re.Match[str]]) -> list[str]:
    row: list[str] = []
    for place, match in enumerate(found):
        beside = not place or form[found[place - 1].end() : match.start()].isspace()
        glued = form[match.start() - 1 : match.start()].isdigit()
        if match[0] not in NUMBER_WORDS or not beside or glued:
            break
        row.append(match[0])
    return row


def _counts(form: str, start: int, end: int) -> bool:
    """Return whether number words count something; of more than one syllable they do.

    But "hăm hai" may be a rash and a number: only "hăm mốt" and its like are certain.
    """
    word = form[start:end]
    if word.startswith("hăm "):
        return word.removeprefix("hăm ") not in ONES
    if word not in ONES or _PERCENT.match(form, end):
        return True
    if word == "năm" and _YEARS_BEFORE.search(form, max(0, start - 8), start):
        return False
    if _GOES_ON.match(form, end):
        return word not in {"năm", "một"}
    if word in {"năm", "một", "ba"}:
        return _COUNTED.match(form, end) is not None
    return re.match(rf" {_LETTER}", form[end : end + 2]) is not None and not _NOT_COUNTED.match(form, end)
