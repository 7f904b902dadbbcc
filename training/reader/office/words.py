"""Make random names, places, figures, dates and codes in the forms used in office papers."""

from __future__ import annotations

from random import Random

from training.reader.names import listed

FAMILY = listed(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Lò Giàng Hà Tô Cao Mai Thạch "
    "Lương Tạ Quách Kiều Ứng Khúc Lục Vi"
)
MIDDLE = listed("Văn Thị Đức Minh Hữu Quốc Thanh Ngọc Thu Hồng Xuân Đình Công Kim Anh Bảo Khắc Bá Đăng Mạnh")
GIVEN = listed(
    "An Bình Chi Dũng Duyên Giang Hà Hải Hạnh Hiền Hòa Hùng Hương Khánh Lan Linh Long Mai Nam "
    "Nga Nhung Phong Phúc Quân "
    "Quỳnh Sơn Tâm Thảo Thắng Thúy Tiến Trang Trung Tuấn Tú Vân Việt Yến Kha Thịnh Duy Lâm Đạt Khoa Nghĩa Sinh Thái"
)
FIRST = listed(
    "Tân Phú Hòa Bình Thanh Vĩnh An Long Mỹ Đông Tây Nam Bắc Thạnh Hưng Quang Xuân Cẩm Kim Yên "
    "Sơn Thủy Phước Đại Trung "
    "Hải Ngọc Đồng Sông Cổ Liên Thượng"
)
SECOND = listed(
    "Lập Thịnh Lợi Hưng Thành Phú Sơn Hà An Bình Tiến Xuân Long Giang Lộc Khê Hòa Mỹ Thắng Đức Minh Hải Châu Phong "
    "Trạch Quang Lạc Tâm Cầu Mơ Đa Lĩnh"
)
AREAS = ("xã", "phường", "thị trấn", "huyện", "thôn", "ấp", "tổ dân phố", "khu phố")
ROLES = (
    "Chủ tịch", "Phó Chủ tịch", "Giám đốc", "Phó Giám đốc", "Bí thư", "Phó Bí thư", "Trưởng phòng", "Phó Trưởng phòng",
    "Trưởng ban", "Phó Trưởng ban", "Hiệu trưởng", "Phó Hiệu trưởng", "Kế toán trưởng", "Thư ký", "Thủ quỹ",
    "Chánh Văn phòng", "Phó Chánh Văn phòng", "Chánh Thanh tra", "Đội trưởng", "Đội phó", "Trưởng trạm", "Tổ trưởng",
)  # fmt: skip
BODIES = (
    "Ủy ban nhân dân {area}", "Hợp tác xã {place}", "Trạm y tế {place}", "Trường THCS {place}",
    "Trường Tiểu học {place}",
    "Ban Quản lý chợ {place}", "Công ty Cấp nước {place}", "Hội Nông dân {area}", "Đoàn Thanh niên {area}",
    "Trung tâm Văn hóa {area}", "Bệnh viện Đa khoa {place}", "Phòng Tài chính {area}", "Nhà máy gạch {place}",
    "Trạm bơm {place}", "Quỹ Tín dụng {place}", "Câu lạc bộ {place}", "Thư viện {area}", "Hạt Kiểm lâm {area}",
    "Cảng {place}", "Vườn ươm {place}", "Trạm khuyến nông {place}", "Nhà hát {place}", "Bến xe {place}",
)  # fmt: skip
DIGITS = listed("không một hai ba bốn năm sáu bảy tám chín")


def person(random: Random) -> str:
    """Return a full name of two to four syllables."""
    middle = random.sample(MIDDLE, random.choice((0, 1, 1, 1, 1, 2)))
    return " ".join([random.choice(FAMILY), *middle, random.choice(GIVEN)])


def place(random: Random) -> str:
    """Return a place's name of two syllables, without its kind."""
    return f"{random.choice(FIRST)} {random.choice(SECOND)}"


def near(name: str, random: Random) -> str:
    """Return another name that shares all but one syllable with a name."""
    words = name.split()
    spot = random.randrange(max(0, len(words) - 2), len(words))
    words[spot] = random.choice([word for word in SECOND + GIVEN if word not in words])
    return " ".join(words)


def area(random: Random) -> str:
    """Return a place with its kind."""
    return f"{random.choice(AREAS[:6])} {place(random)}"


def body(random: Random) -> str:
    """Return the name of an office, a school or a firm."""
    return random.choice(BODIES).format(place=place(random), area=area(random))


def roles(random: Random, number: int = 3) -> list[str]:
    """Return `number` different roles."""
    return random.sample(ROLES, number)


def honorific(random: Random) -> str:
    """Return an honorific, as it stands before a name."""
    return random.choice(("ông", "bà", "ông", "bà", "đồng chí", "anh", "chị"))


def integer(random: Random, low: int = 2, high: int = 99_999) -> str:
    """Return a number with points or, seldom, spaces between its thousands."""
    size = random.choice([n for n in (30, 300, 3_000, 30_000, 3_000_000) if low <= n <= max(high, 30)])
    written = f"{random.randint(max(low, size // 10), min(high, size)):,}"
    return written.replace(",", " " if random.random() < 0.12 else ".")


def decimal(random: Random) -> str:
    """Return a number with a decimal comma."""
    whole = random.choice((random.randint(0, 99), random.randint(100, 9_999)))
    separator = random.choice((".", ".", " ", ""))
    return f"{whole:,}".replace(",", separator) + f",{random.randint(1, 99)}"


def money(random: Random) -> str:
    """Return an amount with its currency."""
    return random.choice(
        (
            f"{random.randint(2, 990) * random.choice((1_000, 10_000, 500)):,} đồng".replace(",", "."),
            f"{random.randint(2, 999)} triệu đồng",
            f"{random.randint(1, 99)},{random.randint(1, 9)} tỷ đồng",
            f"{random.randint(2, 95) * 10}k",
            f"{random.randint(2, 9)},{random.randint(1, 9)} triệu đồng",
        )
    )


def date(random: Random) -> str:
    """Return a day in one of the usual spellings, without "ngày" before it."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(1985, 2026)
    return random.choice(
        (
            f"{day}/{month}/{year}", f"{day:02d}/{month:02d}/{year}", f"{day:02d}-{month:02d}-{year}",
            f"{day:02d}.{month:02d}.{year}", f"{day} tháng {month} năm {year}",
            f"{day:02d} tháng {month:02d} năm {year}",
        )
    )  # fmt: skip


def clock(random: Random) -> str:
    """Return a time of day."""
    hour, minutes = random.randint(5, 22), random.choice(("00", "15", "30", "45", "10", "20"))
    return random.choice(
        (
            f"{hour}h{minutes}", f"{hour} giờ {minutes} phút", f"{hour:02d}:{minutes}",
            f"{hour} giờ", f"{hour}h", f"{hour}g{minutes}",
        )
    )  # fmt: skip


def in_words(number: int) -> str:
    """Return a number from 1 to 99 in words."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    last = {0: "", 1: " mốt" if tens > 1 else " một", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
    return ("mười" if tens == 1 else f"{DIGITS[tens]} mươi") + last


def regulation(random: Random) -> str:
    """Return a document's number."""
    year = random.randint(2005, 2026)
    number = random.choice((f"{random.randint(1, 300)}", f"{random.randint(1, 99):02d}"))
    kind = random.choice(("QĐ-UBND", "NQ-HĐND", "NĐ-CP", "TT-BTC", "KH-UBND", "TB-VP", "CT-UBND", "TT-BGDĐT"))
    return f"{number}/{year}/{kind}" if random.random() < 0.6 else f"{number}/{kind}"


def plate(random: Random) -> str:
    """Return a vehicle's licence plate."""
    return f"{random.randint(11, 99)}{random.choice('ABCDH')}-{random.randint(100, 999)}.{random.randint(10, 99)}"


def code(random: Random) -> str:
    """Return a short code of letters and figures."""
    letters = "".join(random.choice("ABCDEGHKLMNPQTVX") for _ in range(random.randint(1, 3)))
    return f"{letters}{random.choice(('-', '', '.'))}{random.randint(10, 9999)}"


def phone(random: Random) -> str:
    """Return a phone number, with or without spaces."""
    digits = f"0{random.choice('35789')}" + "".join(random.choice("0123456789") for _ in range(8))
    return digits if random.random() < 0.4 else f"{digits[:4]} {digits[4:7]} {digits[7:]}"
