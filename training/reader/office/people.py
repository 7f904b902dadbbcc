"""Make texts about who holds which role, who did what to whom, and who belongs to which group."""

from __future__ import annotations

from random import Random

from training.reader.office import words
from training.reader.office.scene import Scene, marked

DEEDS = (
    "sát hại", "tố cáo", "đánh bại", "giới thiệu", "bổ nhiệm", "cứu", "khởi kiện", "thay thế", "phê bình",
    "đào tạo", "lừa đảo",
    "cách chức", "kế nhiệm", "bảo lãnh", "điều tra", "chữa bệnh cho", "trao bằng khen cho",
)  # fmt: skip
GROUPS = (
    "con liệt sĩ", "trẻ mồ côi", "học sinh tiểu học", "học sinh trung học cơ sở", "hộ nghèo", "hộ cận nghèo",
    "người khuyết tật",
    "người cao tuổi", "sinh viên năm cuối", "cựu chiến binh", "người lao động nữ", "giáo viên hợp đồng",
    "chủ hộ kinh doanh",
    "xe ưu tiên", "lao động tự do", "hội viên mới", "khách vãng lai", "chủ phương tiện", "phụ nữ mang thai",
    "đoàn viên",
)  # fmt: skip
RIGHTS = (
    ("được miễn", "phải đóng", "học phí"), ("được giảm", "phải nộp đủ", "phí vệ sinh"),
    ("được vay", "không được vay", "vốn ưu đãi"),
    ("phải khai báo", "không phải khai báo", "tạm trú"), ("được ưu tiên", "không được ưu tiên", "xét tuyển"),
    ("được hỗ trợ", "không được hỗ trợ", "tiền điện"), ("phải nộp", "được miễn nộp", "lệ phí"),
    ("được dự", "không được dự", "kỳ thi"),
    ("được tham gia", "bị cấm tham gia", "đấu giá"), ("phải mang", "không phải mang", "thẻ ra vào"),
)  # fmt: skip
HONORS = (
    ("được tặng Cờ thi đua", "bị nhắc nhở"), ("được khen thưởng", "bị kỷ luật"), ("đạt chuẩn", "chưa đạt chuẩn"),
    ("hoàn thành kế hoạch", "không hoàn thành kế hoạch"), ("trúng thầu", "bị loại"),
    ("đã nộp báo cáo", "chưa nộp báo cáo"),
)  # fmt: skip


def roles(random: Random) -> Scene:
    """Return chiefs and deputies of a body, in sentences, a list or capitals."""
    where, kinds = words.body(random), words.roles(random, 4)
    chief = kinds[0].removeprefix("Phó ")
    if random.random() < 0.6 and f"Phó {chief}" in words.ROLES:
        kinds[:2] = random.sample([chief, f"Phó {chief}"], 2)
    number = random.choice((2, 3))
    holders = [(key, kind, words.person(random)) for key, kind in zip("abc"[:number], kinds[:number], strict=True)]
    text = random.choice((_sentences, _capitals, _numbered, _speakers))(random, where, holders)
    key, kind, _ = random.choice(holders)
    ask = random.choice(("Ai là {k} {w}?", "{k} {w} là ai?", "ai làm {k} {w}", "{k} {w} tên gì?"))
    return Scene(
        text.lower() if random.random() < 0.15 else text,
        [
            (ask.format(k=kind.lower() if random.random() < 0.5 else kind, w=where), key),
            (ask.format(k=kinds[3], w=where), None),
            (ask.format(k=kind, w=words.near(where, random)), None),
            (ask.format(k=kind, w=words.body(random)), None),
        ],
    )


Holders = list[tuple[str, str, str]]
"""(key, role, name) of each."""


def _sentences(random: Random, where: str, holders: Holders) -> str:
    return " ".join(f"{kind} {where} là {words.honorific(random)} {marked(key, name)}." for key, kind, name in holders)


def _capitals(random: Random, where: str, holders: Holders) -> str:
    lines = [
        f"{kind.upper()}: {random.choice(('ÔNG', 'BÀ'))} {marked(key, name.upper())}"
        + f" - {random.choice(words.ROLES).upper()} {words.area(random).upper()}" * (random.random() < 0.5)
        for key, kind, name in holders
    ]
    return "\n".join([f"DANH SÁCH CÁN BỘ {where.upper()}", *lines])


def _numbered(random: Random, where: str, holders: Holders) -> str:
    lines = [
        f"{number}. {words.honorific(random).capitalize()} {marked(key, name)}, {kind}"
        for number, (key, kind, name) in enumerate(holders, 1)
    ]
    return "\n".join([f"Lãnh đạo {where} gồm:", *lines])


def _speakers(random: Random, where: str, holders: Holders) -> str:
    return " ".join(
        f"{words.honorific(random).capitalize()} {marked(key, name)}, {kind} {where}, đã phát biểu."
        for key, kind, name in holders
    )


def named(random: Random) -> Scene:
    """Return a person's role, beside the roles of others, which do not answer."""
    people, kinds, where = [words.person(random) for _ in range(3)], words.roles(random), words.body(random)
    text = " ".join(
        f"{words.honorific(random).capitalize()} {name} giữ chức {marked(key, kind)} {where} từ {words.date(random)}."
        if random.random() < 0.5
        else f"{words.honorific(random).capitalize()} {name} là {marked(key, kind)} {where}."
        for key, name, kind in zip("ab", people[:2], kinds[:2], strict=True)
    )
    asks = ("{n} giữ chức vụ gì?", "{n} làm chức gì?", "Chức vụ của {n} là gì?", "{n} là ai?")
    ask = random.choice(asks)
    return Scene(
        text,
        [
            (ask.format(n=people[0]), "a"),
            (ask.format(n=people[1]), "b"),
            (ask.format(n=words.near(people[0], random)), None),
            (ask.format(n=people[2]), None),
            (f"{people[0]} sinh năm nào?", None),
        ],
    )


def deeds(random: Random) -> Scene:
    """Return who did something, and to whom it was done."""
    deed, undone = random.sample(DEEDS, 2)
    one, other, third = (words.person(random) for _ in range(3))
    titles = [words.honorific(random) for _ in range(2)]
    active = f"{titles[0]} {marked('a', one)} {deed} {titles[1]} {marked('b', other)}"
    passive = f"{titles[1]} {marked('b', other)} bị {titles[0]} {marked('a', one)} {deed}"
    opening = random.choice((f"Ngày {words.date(random)}, ", "Theo biên bản, ", ""))
    text = (
        f"{opening}{random.choice((active, passive))}"
        f" tại {marked('w', words.area(random))}. Vụ việc do {words.body(random)} ghi nhận."
    )
    return Scene(
        text[0].upper() + text[1:],
        [
            (random.choice((f"Ai {deed} {other}?", f"{other} bị ai {deed}?")), "a"),
            (random.choice((f"{one} {deed} ai?", f"Ai bị {one} {deed}?")), "b"),
            (random.choice((f"Ai {deed} {one}?", f"{one} bị ai {deed}?", f"{other} {deed} ai?")), None),
            (f"Ai {deed} {third}?", None),
            (f"Ai {undone} {other}?", None),
        ],
    )


def groups(random: Random) -> Scene:
    """Return who may, who must and who need not do something."""
    may, must, what = random.choice(RIGHTS)
    one, second, other, nobody = random.sample(GROUPS, 4)
    both = f"{one}, {second}" if random.random() < 0.5 else one
    both, other = both[0].upper() + both[1:], other[0].upper() + other[1:]
    parts = [f"{marked('a', both)} {may} {what}.", f"{marked('b', other)} {must} {what}."]
    third = random.choice([right for right in RIGHTS if right[2] != what])
    whole = " ".join(random.sample(parts, 2))
    who = random.choice(("Ai", "Những ai", "Đối tượng nào", "Trường hợp nào", "Người nào"))
    only = random.random() < 0.4
    return Scene(
        parts[0] if only else whole,
        [
            (f"{who} {may} {what}?", "a"),
            (f"{who} {must} {what}?", None if only else "b"),
            (f"{who} {third[0]} {third[2]}?", None),
            (f"{nobody} {may} gì?", None),
        ],
    )


def honored(random: Random) -> Scene:
    """Return lists whose lead-in applies to their items."""
    good, bad = random.choice(HONORS)
    year = random.randint(2012, 2025)
    units = [random.choice((words.body, words.area))(random) for _ in range(random.randint(3, 5))]
    units = [unit[0].upper() + unit[1:] for unit in units]
    cut = random.randint(1, len(units) - 1)
    bullet = random.choice(("- ", "* ", "+ ", "• "))
    lines = [f"{bullet}{marked(f'u{n}', unit)}" for n, unit in enumerate(units)]
    text = (
        f"Đơn vị {good} năm {year}:\n"
        + "\n".join(lines[:cut])
        + f"\nĐơn vị {bad} năm {year}:\n"
        + "\n".join(lines[cut:])
    )
    who = random.choice(("Đơn vị nào", "Những đơn vị nào", "Đơn vị nào là đơn vị"))
    third = random.choice([kind for pair in HONORS for kind in pair if kind not in (good, bad)])
    return Scene(
        text,
        [
            (f"{who} {good} năm {year}?", "u0"),
            (f"{who} {bad} năm {year}?", f"u{cut}"),
            (f"{who} {good} năm {year + random.choice((-3, -1, 1, 2))}?", None),
            (f"{who} {third} năm {year}?", None),
        ],
    )


KINDS = (roles, named, deeds, groups, honored)
