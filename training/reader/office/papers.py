"""Make forms, tables, regulations and chats."""

from __future__ import annotations

from random import Random

from training.reader.office import figures, words
from training.reader.office.scene import Scene, marked

FIELDS = (
    ("Ngày sinh", words.date, "{n} sinh ngày nào?"), ("Quê quán", words.area, "Quê quán của {n} ở đâu?"),
    ("Chức vụ", lambda random: random.choice(words.ROLES), "{n} giữ chức vụ gì?"),
    ("Đơn vị công tác", words.body, "{n} công tác ở đơn vị nào?"),
    ("Số điện thoại", words.phone, "Số điện thoại của {n} là gì?"),
    ("Ngày vào Đảng", words.date, "{n} vào Đảng ngày nào?"), ("Mã số", words.code, "Mã số của {n} là gì?"),
    ("Trình độ chuyên môn", lambda random: random.choice(("Thạc sĩ", "Cử nhân", "Kỹ sư")) + " " + random.choice(
        ("Luật", "Kinh tế", "Quản lý công", "Nông học", "Kế toán")), "Trình độ chuyên môn của {n} là gì?"),
    ("Biển số xe", words.plate, "Biển số xe của {n} là gì?"),
    ("Hệ số lương", words.decimal, "Hệ số lương của {n} là bao nhiêu?"),
)  # fmt: skip
ARTICLES = (
    ("Phạm vi điều chỉnh", "Quy định này quy định về {s} trên địa bàn {p}."),
    ("Đối tượng áp dụng", "Tổ chức, cá nhân có hoạt động liên quan đến {s}."),
    ("Miễn, giảm phí", "Hộ nghèo được miễn toàn bộ phí {s}."),
    ("Mức thu phí", "Mức thu phí {s} là {m} mỗi tháng."),
    ("Trách nhiệm của chủ hộ", "Chủ hộ tự bảo quản thiết bị {s} trong phạm vi đất của mình."),
    ("Xử phạt", "Hành vi cản trở {s} bị phạt {m}."),
    ("Thời hạn giải quyết", "Hồ sơ {s} được giải quyết trong {d} ngày làm việc."),
    ("Cơ quan quản lý", "{b} quản lý {s}."), ("Hồ sơ đăng ký", "Hồ sơ {s} gồm đơn đăng ký và bản sao giấy tờ nhà đất."),
)  # fmt: skip
SUBJECTS = (
    "thoát nước", "quản lý chợ", "thu gom rác", "cấp nước sạch", "chiếu sáng", "vỉa hè", "cây xanh",
    "bến bãi", "nghĩa trang",
    "quảng cáo ngoài trời", "nuôi thủy sản", "khai thác cát",
)  # fmt: skip
MATTERS = (
    ("tiền quỹ lớp", "đóng bao nhiêu"), ("tiền áo đồng phục", "bao nhiêu"), ("vé xe", "giá bao nhiêu"),
    ("tiền ăn trưa", "bao nhiêu"),
    ("phí gửi xe", "mấy tiền"), ("tiền điện tháng này", "hết bao nhiêu"),
)  # fmt: skip


def form(random: Random) -> Scene:
    """Return a form of "key: value" lines about one person."""
    fields, name = random.sample(FIELDS, random.randint(4, 7)), words.person(random)
    shown, missing = fields[:-1], fields[-1]
    separator, newline = random.choice((": ", ":\t", " : ", " - ", ": ")), random.choice(("\n", "\n", "\n- ", "; "))
    lines = [f"{label}{separator}{marked(f'f{n}', value(random))}" for n, (label, value, _) in enumerate(shown)]
    first = f"Họ và tên{separator}{marked('n', name.upper() if random.random() < 0.4 else name)}"
    header = random.choice(("PHIẾU THÔNG TIN CÁN BỘ\n", "SƠ YẾU LÝ LỊCH\n", "Phiếu đăng ký\n", ""))
    called = random.choice((name, f"ông {name}", f"bà {name}"))
    picked = random.sample(range(len(shown)), 2)
    questions: list[tuple[str, str | None]] = [(shown[n][2].format(n=called), f"f{n}") for n in picked]
    questions.append((missing[2].format(n=called), None))
    questions.append((shown[picked[0]][2].format(n=words.near(name, random)), None))
    return Scene(header + newline.join([first, *lines]), questions)


def table(random: Random) -> Scene:
    """Return a table of counts by place: in Markdown, with tabs, or with each header before its value."""
    nouns = random.choice(figures.NOUNS)
    columns, missing = random.sample(nouns, 3)[:2], ""
    missing = next(noun for noun in nouns if noun not in columns)
    years = random.random() < 0.3
    heads = [f"Số {columns[0]} năm {year}" for year in (2021, 2022)] if years else [f"Số {noun}" for noun in columns]
    kind = random.choice(words.AREAS)
    places = list(dict.fromkeys(words.place(random) for _ in range(random.randint(3, 7))))
    cells = {(r, c): marked(f"c{r}x{c}", words.integer(random)) for r in range(len(places)) for c in range(2)}
    labels = [f"{kind.capitalize()} {name}" if random.random() < 0.5 else name for name in places]
    style = random.random()
    if style < 0.4:
        lines = [f"| Tên {kind} | {heads[0]} | {heads[1]} |", "|---|---:|---:|"]
        lines += [f"| {label} | {cells[r, 0]} | {cells[r, 1]} |" for r, label in enumerate(labels)]
    elif style < 0.6:
        gap = random.choice(("\t", "   ", ";"))
        lines = [gap.join((f"Tên {kind}", *heads))]
        lines += [gap.join((label, cells[r, 0], cells[r, 1])) for r, label in enumerate(labels)]
    else:
        lines = [
            f"Tên {kind}: {label}; {heads[0]}: {cells[r, 0]}; {heads[1]}: {cells[r, 1]}."
            for r, label in enumerate(labels)
        ]
    row, column = random.randrange(len(places)), random.randrange(2)
    asked = heads[column].lower()
    absent = f"{asked[:-4]}2019" if years else f"số {missing}"
    ask = random.choice(("{h} của {k} {p} là bao nhiêu?", "{k} {p} có {h} là bao nhiêu?", "{h} {k} {p}?"))
    return Scene(
        "\n".join(lines),
        [
            (ask.format(h=asked, k=kind, p=places[row]), f"c{row}x{column}"),
            (ask.format(h=heads[1 - column].lower(), k=kind, p=places[-1]), f"c{len(places) - 1}x{1 - column}"),
            (ask.format(h=asked, k=kind, p=words.near(places[row], random)), None),
            (ask.format(h=absent, k=kind, p=places[row]), None),
        ],
        random.choice(("", f"Số liệu các {kind}")),
    )


def regulation(random: Random) -> Scene:
    """Return numbered articles and clauses under a letterhead, with its date and the date it takes effect."""
    number, subject, where = words.regulation(random), random.choice(SUBJECTS), words.place(random)
    first = random.randint(1, 14)
    chosen = random.sample(ARTICLES, random.randint(2, 3))
    parts = []
    for n, (title, body) in enumerate(chosen):
        clause = body.format(s=subject, p=where, m=words.money(random), d=random.randint(2, 30), b=words.body(random))
        rest = f"2. Các trường hợp khác do {words.body(random)} xem xét."
        parts.append(f"Điều {first + n}. {marked(f't{n}', title)}\n1. {marked(f'k{n}', clause.rstrip('.'))}.\n{rest}")
    issued, effect = words.date(random), words.date(random)
    head = (
        f"Số: {number}\n{where}, ngày {marked('i', issued)}\n" if random.random() < 0.7 else f"Quyết định số {number}\n"
    )
    last = first + len(chosen)
    tail = f"\nĐiều {last}. Hiệu lực thi hành\nQuyết định này có hiệu lực từ ngày {marked('e', effect)}."
    has_tail = random.random() < 0.7
    text = head + "\n".join(parts) + (tail if has_tail else "")
    n = random.randrange(len(chosen))
    named = random.choice((f"Quyết định {number}", f"quyết định số {number}", "quyết định này", number))
    return Scene(
        text,
        [
            (f"Điều {first + n} {named} quy định về gì?", f"t{n}"),
            (f"Khoản 1 Điều {first + n} {named} quy định gì?", f"k{n}"),
            (f"{named} có hiệu lực từ ngày nào?", "e" if has_tail else None),
            (f"Điều {last + random.randint(1, 9)} {named} quy định về gì?", None),
            (f"Quyết định {words.regulation(random)} có hiệu lực từ ngày nào?", None),
        ],
    )


def chat(random: Random) -> Scene:
    """Return a chat in which a question is asked and answered; the question itself does not answer."""
    people = [f"{random.choice(('Chị', 'Anh', 'Cô', 'Thầy'))} {random.choice(words.GIVEN)}" for _ in range(3)]
    (matter, how), (unsaid, _) = random.sample(MATTERS, 2)
    day = f"{random.randint(1, 28):02d}/{random.randint(1, 12):02d}/{random.randint(2019, 2026)}"
    minute = random.randint(10, 40)

    def line(who: str, text: str) -> str:
        nonlocal minute
        minute += random.randint(0, 3)
        return f"[08:{minute:02d}, {day}] {who}: {text}"

    meeting, amount = words.clock(random), words.money(random).replace(" đồng", "đ")
    lines = [
        line(
            people[0],
            f"Mai họp lúc {marked('h', meeting)} tại phòng {marked('r', str(random.randint(101, 409)))} nha mọi người",
        ),
        line(people[1], f"dạ, {matter} {how} ạ"),
        line(
            people[0],
            f"{marked('a', amount)}{random.choice(('', '/em', '/người'))}, chuyển cho {marked('p', people[2])} nhé",
        ),
        line(people[1], "ok ạ 👍"),
    ]
    return Scene(
        "\n".join(lines),
        [
            (f"{matter} là bao nhiêu?", "a"),
            (random.choice(("Họp lúc mấy giờ?", "mấy giờ họp")), "h"),
            (random.choice((f"{unsaid} là bao nhiêu?", "Họp ngày nào thì xong?", f"{matter} hạn nộp ngày nào?")), None),
            (random.choice(("Họp ở phòng nào?", "họp phòng mấy")), "r"),
            (random.choice((f"Chuyển {matter} cho ai?", f"ai nhận {matter}")), "p"),
        ],
    )


def assigned(random: Random) -> Scene:
    """Return things with licence plates and codes."""
    plates = [random.choice((words.plate, words.code))(random) for _ in range(3)]
    units, kinds = (
        [words.body(random) for _ in range(2)],
        random.sample(("xe cứu thương", "xe tải", "máy kéo", "máy phát điện", "xe bán tải"), 2),
    )
    text = " ".join(
        f"{kind.capitalize()} mang số {marked('p' + key, plate)} được giao cho {marked(key, unit)}."
        for key, kind, plate, unit in zip("ab", kinds, plates[:2], units, strict=True)
    )
    return Scene(
        text,
        [
            (f"Xe mang số {plates[0]} được giao cho đơn vị nào?", "a"),
            (f"Số {plates[1]} giao cho ai?", "b"),
            (f"{kinds[0]} mang số nào?", "pa"),
            (f"Xe mang số {plates[2]} được giao cho đơn vị nào?", None),
            (f"{units[1]} được giao xe mang số nào?", "pb"),
        ],
    )


def english(random: Random) -> Scene:
    """Return English questions over a Vietnamese text; those with a wrong name, deed or kind have no answer."""
    thing, director, day = words.body(random), words.person(random), words.date(random)
    count, cost = words.integer(random), words.money(random)
    text = (
        f"{thing} được thành lập ngày {marked('d', day)} với {marked('c', count + ' nhân viên')}. "
        f"Giám đốc là {words.honorific(random)} {marked('p', director)}. Tổng vốn đầu tư là {marked('m', cost)}."
    )
    name = " ".join(thing.split()[-2:])
    other = words.near(name, random)
    asked: list[tuple[str, str | None]] = [
        (f"Who is the director of {name}?", "p"), (f"When was {name} established?", "d"),
        (f"How many employees does {name} have?", "c"), (f"How much was invested in {name}?", "m"),
        (f"Who is the director of {other}?", None), (f"When was {other} established?", None),
        (f"Who is the deputy director of {name}?", None), (f"When was {name} closed?", None),
        (f"How many students does {name} have?", None), (f"Where is {name} located?", None),
        (f"Who founded {name}?", None), (f"How long is the {name} road?", None),
    ]  # fmt: skip
    return Scene(text, random.sample(asked[:4], 2) + random.sample(asked[4:], 2))


KINDS = (form, table, regulation, chat, assigned, english)
