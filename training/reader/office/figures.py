"""Make texts about which figure, date or time belongs to which noun, verb or clause."""

from __future__ import annotations

from random import Random

from training.reader.office import words
from training.reader.office.scene import Scene, marked

NOUNS = (
    ("con bò", "con trâu", "con lợn", "con dê", "con gia cầm", "đàn ong"),
    ("hộ", "hộ nghèo", "hộ cận nghèo", "nhân khẩu", "hộ kinh doanh", "hộ thoát nghèo"),
    ("học sinh", "giáo viên", "lớp", "học sinh nữ", "học sinh khuyết tật", "phòng học"),
    ("đảng viên", "chi bộ", "đoàn viên", "đảng viên dự bị", "đảng viên nữ"),
    ("giường bệnh", "bác sĩ", "điều dưỡng", "lượt khám", "máy thở", "hộ lý"),
    ("xe tải", "xe khách", "xe máy", "tàu cá", "xuồng máy", "xe đạp điện"),
    ("gian hàng", "nhân viên", "ki-ốt", "bãi xe", "khách tham quan"),
    ("đại biểu", "đại biểu nữ", "khách mời", "tổ thảo luận", "phiếu bầu"),
    ("máy bơm", "cống", "trạm biến áp", "công nhân", "hồ chứa", "đập dâng"),
    ("đầu sách", "máy tính", "bạn đọc", "tạp chí", "thẻ bạn đọc"),
)
UNITS = (
    ("diện tích tự nhiên", "ha"), ("diện tích trồng lúa", "ha"), ("chiều dài", "m"), ("công suất", "m3/giờ"),
    ("sản lượng", "tấn"), ("độ cao", "m"), ("dung tích", "m3"), ("chiều rộng", "m"),
    ("khoảng cách đến trung tâm", "km"),
)  # fmt: skip
DEEDS = (
    ("khởi công", "khánh thành", "tạm dừng hoạt động", "nghiệm thu", "mở rộng"),
    ("thành lập", "giải thể", "đổi tên", "chuyển trụ sở"),
    ("nộp hồ sơ", "thẩm định hồ sơ", "công bố kết quả", "trả kết quả"),
    ("ban hành", "sửa đổi", "bãi bỏ", "công bố"),
    ("khai mạc", "bế mạc", "tổng duyệt", "trao giải"),
)
HAPPENINGS = (
    ("Lễ khai giảng", "bắt đầu"), ("Hội nghị tổng kết", "khai mạc"), ("Buổi tiếp dân", "bắt đầu"),
    ("Giải bóng chuyền", "khai mạc"),
    ("Lớp tập huấn", "bắt đầu"), ("Chợ phiên", "mở cửa"), ("Cuộc họp giao ban", "bắt đầu"),
    ("Phiên đấu giá", "bắt đầu"),
    ("Đêm văn nghệ", "bắt đầu"), ("Thư viện", "mở cửa"), ("Ca trực", "bắt đầu"), ("Đoàn xe", "khởi hành"),
)  # fmt: skip
MONEY = (
    ("thu", "chi", "còn dư"), ("thu ngân sách", "chi ngân sách", "kết dư ngân sách"),
    ("vốn điều lệ", "doanh thu", "lợi nhuận"),
    ("học phí", "tiền ăn", "tiền bảo hiểm"), ("giá vé người lớn", "giá vé trẻ em", "phí gửi xe"),
    ("tiền thưởng", "tiền phạt", "tạm ứng"),
)  # fmt: skip


def counted(random: Random) -> Scene:
    """Return several counts in one sentence, beside those of another place."""
    nouns = random.sample(random.choice(NOUNS), 4)
    one, other, third = (random.choice((words.area, words.body))(random) for _ in range(3))
    in_words = random.random() < 0.25
    values = [
        f"{words.in_words(random.randint(2, 98)) if in_words else words.integer(random)} {noun}" for noun in nouns[:3]
    ]
    listed = f"{marked('a', values[0])}, {marked('b', values[1])} và {marked('c', values[2])}"
    opening = random.choice(
        ("", f"Năm {random.randint(2008, 2025)}, ", f"Tính đến {words.date(random)}, ", "Hiện nay ")
    )
    text = f"{opening}{one} có {listed}."
    if random.random() < 0.7:
        text += f" {other[0].upper()}{other[1:]} có {marked('d', words.integer(random) + ' ' + nouns[0])}."
    picked = random.choice("abc")
    noun = nouns["abc".index(picked)]
    ask = random.choice(
        ("{p} có bao nhiêu {n}?", "Có bao nhiêu {n} ở {p}?", "Số {n} của {p} là bao nhiêu?", "số {n} {p}")
    )
    questions: list[tuple[str, str | None]] = [
        (ask.format(p=one, n=noun), picked),
        (ask.format(p=third if random.random() < 0.5 else words.near(one, random), n=noun), None),
        (ask.format(p=one, n=nouns[3]), None),
    ]
    if "⟦d|" in text and other != one:
        questions.append((ask.format(p=other, n=nouns[0]), "d"))
        questions.append((ask.format(p=other, n=nouns[1]), None))
    return Scene(text, questions)


def measured(random: Random) -> Scene:
    """Return two quantities of one measure, as numbers with spaces, commas and units."""
    measure, unit = random.choice(UNITS)
    one = random.choice((words.area, words.body))(random)
    other = words.near(one, random)
    values = [f"{words.decimal(random) if random.random() < 0.6 else words.integer(random)} {unit}" for _ in range(2)]
    missing = random.choice([name for name, _ in UNITS if name != measure])
    text = random.choice(
        (
            f"{one} có {measure} {marked('a', values[0])}. {other} có {measure} {marked('b', values[1])}.",
            f"{measure} của {one} là {marked('a', values[0])}, của {other} là {marked('b', values[1])}.",
            f"{one}, {measure} {marked('a', values[0])}, giáp {other} ({measure} {marked('b', values[1])}).",
        )
    )
    return Scene(
        text[0].upper() + text[1:],
        [
            (f"{measure} của {one} là bao nhiêu?", "a"),
            (f"{other} có {measure} bao nhiêu?", "b"),
            (f"{missing} của {one} là bao nhiêu?", None),
            (f"{words.near(one, random)} có {measure} bao nhiêu?", None),
        ],
    )


def paid(random: Random) -> Scene:
    """Return amounts received, spent and left."""
    kinds = random.choice(MONEY)
    owner, unnamed = random.choice((words.body, words.area))(random), words.body(random)
    values = [words.money(random) for _ in kinds]
    text = f"{owner} {kinds[0]} {marked('a', values[0])}, {kinds[1]} {marked('b', values[1])}"
    held = random.random() < 0.6
    text += f", {kinds[2]} {marked('c', values[2])}." if held else "."
    key = random.choice("ab")
    kind = kinds["ab".index(key)]
    question = random.choice(
        (f"{owner} {kind} bao nhiêu?", f"{kind} của {owner} là bao nhiêu?", f"{owner} {kind} bao nhiêu tiền?")
    )
    return Scene(
        text[0].upper() + text[1:],
        [
            (question, key),
            (f"{owner} {kinds[2]} bao nhiêu?", "c" if held else None),
            (question.replace(owner, unnamed), None),
            (f"{owner} {random.choice(random.choice([other for other in MONEY if other != kinds]))} bao nhiêu?", None),
        ],
    )


def dated(random: Random) -> Scene:
    """Return the dates of different events of one thing."""
    deeds = random.sample(random.choice(DEEDS), 3)
    thing, unnamed = words.body(random), words.body(random)
    days = [words.date(random) for _ in deeds]
    text = random.choice(
        (
            f"{thing} {deeds[0]} ngày {marked('a', days[0])}, {deeds[1]} ngày {marked('b', days[1])}.",
            f"Ngày {marked('a', days[0])}, {thing} {deeds[0]}. Đến ngày {marked('b', days[1])} thì {deeds[1]}.",
            f"{thing} ({deeds[0]}: {marked('a', days[0])}; {deeds[1]}: {marked('b', days[1])}) do "
            f"{words.area(random)} quản lý.",
        )
    )
    key = random.choice("ab")
    ask = random.choice(
        (
            "{t} {d} ngày nào?",
            "{t} {d} khi nào?",
            "Ngày {d} của {t} là ngày nào?",
            "ngày {d} {t}",
            "{t} {d} từ ngày nào?",
        )
    )
    return Scene(
        text,
        [
            (ask.format(t=thing, d=deeds["ab".index(key)]), key),
            (ask.format(t=thing, d=deeds[2]), None),
            (ask.format(t=words.near(thing, random), d=deeds["ab".index(key)]), None),
            (ask.format(t=unnamed, d=deeds[0]), None),
        ],
    )


def timed(random: Random) -> Scene:
    """Return a time of day beside a date and another time."""
    (event, begins), (second, again) = random.sample(HAPPENINGS, 2)
    owner, day, where = words.body(random), words.date(random), words.body(random)
    opens, closes, later = (words.clock(random) for _ in range(3))
    until = random.random() < 0.4
    text = f"{event} {owner} {begins} lúc {marked('a', opens)} ngày {marked('d', day)} tại {marked('w', where)}."
    if until:
        text = (
            f"{owner} mở cửa từ {marked('a', opens)} đến {marked('e', closes)} hằng ngày, trừ ngày {marked('d', day)}."
        )
        event, begins = "", "mở cửa từ"
    given = random.random() < 0.6
    text += f" {second} {again} lúc {marked('b', later)}." if given else f" {second} diễn ra ngày {words.date(random)}."
    subject = f"{event} {owner}".strip()
    questions: list[tuple[str, str | None]] = [
        (
            random.choice(
                (f"{subject} {begins} lúc mấy giờ?", f"Mấy giờ {subject} {begins}?", f"{subject} {begins} mấy giờ?")
            ),
            "a",
        ),
        (f"{second} {again} lúc mấy giờ?", "b" if given else None),
        (f"Mấy giờ {words.near(subject, random)} {begins}?", None),
    ]
    if until:
        questions += [(f"{owner} đóng cửa lúc mấy giờ?", "e"), (f"{owner} mở cửa đến mấy giờ?", "e")]
    else:
        questions += [(f"{subject} tổ chức ở đâu?", "w"), (f"{subject} kết thúc lúc mấy giờ?", None)]
        questions.append((f"{subject} diễn ra ngày nào?", "d"))
    unanswered = questions.pop(2)  # the one that is unanswered in every case
    return Scene(text, [unanswered, *random.sample(questions, 3)])


def ranged(random: Random) -> Scene:
    """Return ranges of months, days and amounts, whole, beside a score or a plain number."""
    low = random.randint(2, 30)
    unit = random.choice(("tháng", "ngày", "tuần", "năm", "%", "buổi", "giờ", "ngày làm việc"))
    dash = random.choice(("-", "–", " - ", " đến "))
    spans = [f"{low + n}{dash}{low + n + random.randint(1, 12)} {unit}".replace(" %", "%") for n in (0, 7)]
    owner = words.body(random)
    subjects = random.sample(
        (
            "giảm giá thuê",
            "bảo hành",
            "đào tạo",
            "miễn phí gửi xe",
            "gia hạn hợp đồng",
            "xử lý hồ sơ",
            "cho vay",
            "thử việc",
        ),
        3,
    )
    text = (
        f"{owner} {subjects[0]} trong {marked('a', spans[0])}. Thời gian {subjects[1]} là {marked('b', spans[1])}. "
        f"Đội bóng của đơn vị thắng {random.randint(1, 5)}-{random.randint(0, 4)}."
    )
    asks = (
        "{o} {s} trong bao lâu?",
        "Thời gian {s} của {o} là bao lâu?",
        "{o} {s} mấy " + unit.replace("%", "phần trăm") + "?",
    )
    ask = random.choice(asks)
    return Scene(
        text,
        [
            (ask.format(o=owner, s=subjects[0]), "a"),
            (ask.format(o=owner, s=subjects[1]), "b"),
            (ask.format(o=owner, s=subjects[2]), None),
            (ask.format(o=words.near(owner, random), s=subjects[0]), None),
        ],
    )


KINDS = (counted, measured, paid, dated, timed, ranged)
