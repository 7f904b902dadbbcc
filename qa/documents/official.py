"""Read legal and office documents: what their head and foot say, apart from their text.

The head of a document of the state or the party (name of the state and motto, office, number, place and day) is neither
its title nor a sentence of it: it becomes metadata, under the names of schema.org/Legislation. Only place and day stay
in the text, where they can be cited. Knows lines; does not know files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from qa.documents.dates import read_date_line, read_opening
from qa.documents.offices import signer_at
from qa.documents.places import HEAD, Place

HEAD_LINES = 30  # that hold something; no head is longer
MAX_SUBJECT = 400  # characters

_TYPES = (
    "HIẾN PHÁP|BỘ LUẬT|LUẬT|PHÁP LỆNH|LỆNH|NGHỊ QUYẾT LIÊN TỊCH|NGHỊ QUYẾT|NGHỊ ĐỊNH|QUYẾT ĐỊNH|CHỈ THỊ"
    "|THÔNG TƯ LIÊN TỊCH|THÔNG TƯ"
    "|THÔNG BÁO|THÔNG TRI|THÔNG CÁO|KẾT LUẬN|QUY ĐỊNH|QUY CHẾ|QUY TRÌNH|HƯỚNG DẪN|KẾ HOẠCH|CHƯƠNG TRÌNH|ĐỀ ÁN"
    "|PHƯƠNG ÁN|DỰ ÁN|BÁO CÁO|TỜ TRÌNH|BIÊN BẢN|CÔNG ĐIỆN|CÔNG VĂN|GIẤY MỜI|GIẤY PHÉP|ĐIỀU LỆ|NỘI QUY|HỢP ĐỒNG|TUYÊN BỐ"
)
_NUMBER = r"\d+[a-zA-Z]?\s?[/-]\s?(?:\d{4}\s?/\s?)?[A-ZĐ][A-ZĐa-zđ0-9]*(?:[-–/&][A-ZĐƯ][A-ZĐƯa-zđ0-9]*)*"
_UNDATED = re.compile(r"(?:[^\W\d_]+[ .]+){0,3}[^\W\d_]+, ?ngày.{0,30}")
_TYPE_LINE = re.compile(rf"(?P<type>{_TYPES})(?:\s*(?:[Ss]ố|SỐ)?\s*:?\s*(?P<number>{_NUMBER}))?\s*:?")
_TITLED = re.compile(rf"(?P<type>{_TYPES})\s+[^\W\d_]")
_STATE = re.compile(
    r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGH(?:ĨA|IÃ)\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM", re.I
)
_MOTTO = re.compile(r"Độc\s+lập\s*[-–—.]+\s*Tự\s+do\s*[-–—.]+\s*Hạnh\s+phúc", re.I)
_NUMBER_LINE = re.compile(rf"(?:Luật\s+)?Số\s*:?\s*(?P<number>{_NUMBER})?", re.I)
_ABOUT = re.compile(r"V/[vV]:?\s+")
_GAP = re.compile(r"\s{3,}|\t|\s*\|\s*")
_BLANK_DAY = re.compile(r"ngày[\s.…_/]*tháng[\s.…_/]*năm\s*\d{0,4}")
_RULE = re.compile(r"[-–—_=*~\s.]+")
_END_OF_SUBJECT = re.compile(
    r"(?:Căn cứ|Chương|Phần|Mục|Điều|Kính gửi:?|Thực hiện|Theo|Xét|Thi hành|[IVX]+\.|\d+[.)])\s|[-–—_*]{3,}", re.I
)
_IN_FORCE = re.compile(
    r"(?:có hiệu lực|hiệu lực thi hành)(?: thi hành)?(?: kể)? từ "
    r"(?:ngày (?P<day>\d{1,2}(?: tháng \d{1,2} năm |[/.-]\d{1,2}[/.-])\d{4})|(?P<signed>ngày ký))",
    re.I,
)
_OFFICE = re.compile(
    r"(?:ỦY BAN|UBND|HỘI|SỞ|BỘ|TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ|XÃ|PHƯỜNG|BAN|CHI|ĐẢNG|TRƯỜNG|CÔNG TY|CỤC|TỔNG|VĂN PHÒNG"
    r"|VIỆN|TÒA|CHÍNH PHỦ|QUỐC HỘI|THỦ TƯỚNG|CHỦ TỊCH|PHÒNG|TRUNG TÂM|LIÊN|MẶT TRẬN|ĐOÀN|NGÂN HÀNG|BẢO HIỂM|CÔNG AN"
    r"|THANH TRA|KIỂM TOÁN|ĐẠI HỌC|BỆNH VIỆN|TẬP ĐOÀN|KHU|CƠ QUAN)\b"
)


@dataclass(frozen=True)
class Official:
    """An office document with only place and date left of its head; `metadata` is empty for any other text."""

    text: str
    title: str = ""
    published: date | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()


@dataclass
class _Head:
    """What was found so far, and the indexes of the lines that said nothing else."""

    state: bool = False
    motto: bool = False
    number: str = ""
    kind: str = ""
    about: str = ""
    title: str = ""
    day: date | None = None
    issued: str = ""
    issued_at: int = -1
    offices: list[str] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)


def is_office(line: str) -> bool:
    """Return whether a line in capitals begins like the name of an office, a school or a firm."""
    return bool(_OFFICE.match(line))


def read_official(text: str) -> Official:
    """Separate the head of an office document from its text, and read it; any other text is unchanged."""
    lines = text.split("\n")
    head = _read_head(lines)
    is_official = head.state or (head.offices and head.number) or (head.kind and _is_of_office(head))
    if not (head.kind or head.about) or not is_official:
        return Official(text)
    body = _without(head, lines)
    head.day = head.day or next(filter(None, map(read_opening, lines[:HEAD_LINES])), None)
    kind = head.kind or "Công văn"
    named = f"{kind} {head.number}".rstrip()
    title = head.title or (f"{named}: {head.about}" if head.about else named)
    found = {
        "legislationIdentifier": head.number,
        "legislationType": kind,
        "legislationPassedBy": " ".join(head.offices),
        "legislationDate": _iso(head.day),
        "legislationDateOfApplicability": _iso(_in_force(body, head.day)),
        "accountablePerson": text[slice(*signer_at(text))],
    }
    start = body.find(head.issued)
    places = (Place(start, start + len(head.issued), HEAD),) if head.issued else ()
    return Official(body, title, head.day, {name: value for name, value in found.items() if value}, places)


def _without(head: _Head, lines: Sequence[str]) -> str:
    """Return lines without those of the head; of the one with place and date, just these are kept."""
    kept = (
        head.issued if index == head.issued_at else line
        for index, line in enumerate(lines)
        if index not in head.dropped or index == head.issued_at
    )
    return "\n".join(kept).strip("\n")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# The head


def _read_head(lines: Sequence[str]) -> _Head:
    """Read down to the line that gives the kind of document; a line that says something else stays in the text."""
    head = _Head()
    filled = [index for index, line in enumerate(lines) if line.strip()][:HEAD_LINES]
    for index in filled:
        line = lines[index].strip()
        kind = _TYPE_LINE.fullmatch(line)
        if kind:
            head.kind = kind["type"].capitalize()
            head.number = head.number or _squeezed(kind["number"] or "")
            head.about = _subject(lines[index + 1 : index + 12])
            break
        titled = _TITLED.match(line)
        if titled and line.isupper() and (_is_of_office(head) or head.motto):
            head.kind = titled["type"].capitalize()
            head.title = _whole_title(lines[index : index + 6])
            break
        if _is_other_kind(head, line):
            head.kind = " ".join(line.split())
            break
        cells = [cell for cell in _GAP.split(_BLANK_DAY.sub("ngày", line)) if cell]
        known = [_take(head, cell) for cell in cells]  # each of them, though one may not be known
        if all(known):
            head.dropped.add(index)
            head.issued_at = index if head.issued in cells and head.issued_at < 0 else head.issued_at
        elif not head.state or head.about or _END_OF_SUBJECT.match(line):
            break
    return head


def _is_other_kind(head: _Head, line: str) -> bool:
    """Recognise a line in capitals below the motto that is not an office: "ĐƠN ĐỀ NGHỊ HỖ TRỢ"."""
    one_cell = len([cell for cell in _GAP.split(line) if cell]) == 1
    return head.motto and not head.about and one_cell and line.isupper() and not is_letterhead(line)


def is_letterhead(line: str) -> bool:
    """Return whether a line is the name of an office in capitals, that of the state, or the motto below it."""
    return bool(is_office(line) or _STATE.fullmatch(line) or _MOTTO.fullmatch(line))


def _is_of_office(head: _Head) -> bool:
    return any(map(is_office, head.offices))


def _whole_title(lines: Sequence[str]) -> str:
    """Return a line in capitals, with the lines below that continue it in capitals or with its subject."""
    title = " ".join(lines[0].split())
    for line in lines[1:]:
        if not (line.isupper() or re.match(r"\s*(?:về|Về|V/v)\s", line)) or len(title) > MAX_SUBJECT:
            break
        title += f" {' '.join(line.split())}"
    return title


def _take(head: _Head, cell: str) -> bool:
    """Return whether a cell of the head says something known, and keep that."""
    number, stamp = _NUMBER_LINE.match(cell), read_date_line(cell)
    if _STATE.fullmatch(cell) or _MOTTO.fullmatch(cell) or _RULE.fullmatch(cell):
        head.state |= not _RULE.fullmatch(cell)
        head.motto |= bool(_MOTTO.fullmatch(cell))
    elif stamp and stamp.office:
        head.issued = head.issued or (cell if stamp.published else "")
        head.day = head.day or stamp.published
        head.number = head.number or _squeezed(number["number"] or "" if number else "")
    elif number:
        head.number = head.number or _squeezed(number["number"] or "")
    elif _ABOUT.match(cell):
        about = _ABOUT.sub("", cell).strip()
        head.about = about[:1].upper() + about[1:]
    elif cell.isupper() and len(cell.split()) > 1 and not head.about:
        head.offices.append(" ".join(cell.split()))
    else:
        return bool(_UNDATED.fullmatch(cell))
    return True


def _squeezed(number: str) -> str:
    return re.sub(r"\s", "", number).replace("–", "-")


def _subject(lines: Sequence[str]) -> str:
    """Return what a document is about: the lines below its kind.

    They end at a blank one, its grounds or its first heading.
    """
    found: list[str] = []
    for line in lines:
        office = line.isupper() and found and not found[-1].isupper()
        if office or _END_OF_SUBJECT.match(line.strip()) or (not line.strip() and found):
            break
        if line.strip():
            found.append(" ".join(line.split()))
    subject = re.sub(r"^(?:V/[vV]:?|Về việc|VỀ VIỆC)\s+", "Về việc ", " ".join(found))
    return subject.rstrip(" .;:") if len(subject) <= MAX_SUBJECT else ""


# What its text says of it


def _in_force(text: str, signed: date | None) -> date | None:
    found = _IN_FORCE.search(text)
    if not found:
        return None
    line = read_date_line(f"ngày {found['day']}") if found["day"] else None
    return line.published if line else signed


def number_key(number: str) -> str:
    """Return one form for all spellings of a number: "05/2023/QĐ-UBND" and "5/2023/QĐ - UBND" are the same."""
    return re.sub(r"[\s/.–-]+", "-", number.strip()).lstrip("0").casefold()


# How others refer to it, in lower case as within a sentence; only the number keeps its capitals


LEGAL = r"hiến pháp|bộ luật|luật|pháp lệnh|nghị quyết|nghị định|quyết định|chỉ thị|thông tư(?: liên tịch)?|qđ|nđ|nq|tt"
TYPE = rf"(?:{LEGAL}|quy định|quy chế|điều lệ|hướng dẫn|kết luận|kế hoạch|thông báo|công văn|văn bản)"
_NUMBER_IN_TEXT = r"\d{1,5}[a-z]? ?[/-] ?(?:\d{4} ?/ ?)?[A-ZĐ][A-ZĐa-zđ]*\d*(?: ?[-–/&] ?[A-ZĐƯ][A-ZĐƯa-zđư]*\d*)*"
_DATE_IN_TEXT = r"ngày (?P<day>\d{1,2})(?:[/.-]| tháng )(?P<month>\d{1,2})(?:[/.-]|,? năm )(?P<year>\d{4})"
MENTION = re.compile(
    rf"(?i:(?<!\w)(?P<type>{TYPE})(?: (?!(?:{TYPE}|này)(?!\w))[^\s,;:.()“”\"]+){{0,12}}? )?"
    rf"(?i:số ?:? ?)?(?<![\w/-])(?P<number>{_NUMBER_IN_TEXT})(?!\w)(?i:,? (?:ký |ban hành )?{_DATE_IN_TEXT})?"
)
_ISSUER = re.compile(
    r",? (?:của|do) (?P<issuer>[^,;:.()“”\"]{2,80}?)(?=[,;:.()]|\s*$"
    r"| (?:về|ban hành|quy định|và|ngày|có|hết|được|bị|thì|trước|hướng dẫn|sửa đổi|thay thế|bãi bỏ|phê duyệt)(?!\w))",
    re.IGNORECASE,
)
_SHORT = {"qđ": "Quyết định", "nđ": "Nghị định", "nq": "Nghị quyết", "tt": "Thông tư"}


def named_document(title: str) -> tuple[str, str, str] | None:
    """Return the type and number at the start of a title, and the rest; None if it begins otherwise."""
    found = MENTION.match(title)
    return (_called(found["type"]), number_of(found), title[found.end() :]) if found and found["type"] else None


def number_of(mention: re.Match[str]) -> str:
    """Return the number of a `MENTION`, without spaces."""
    return re.sub(r"\s", "", mention["number"]).replace("–", "-")


def _called(kind: str) -> str:
    kind = " ".join(kind.split())
    return _SHORT.get(kind.lower(), kind.capitalize())


def name_of(mention: re.Match[str]) -> str:
    """Return the type and the number of a `MENTION`, such as "Quyết định 5/2023/QĐ-UBND"."""
    return f"{_called(mention['type'] or '')} {number_of(mention)}".strip()


def issuer_of(mention: re.Match[str]) -> str:
    """Return who issued the document of a `MENTION`, from the words after it; empty if they do not say."""
    found = _ISSUER.match(mention.string, mention.end())
    return found["issuer"] if found else ""


def day_of(mention: re.Match[str]) -> date | None:
    """Return the date in a `MENTION`, None if it has none, or one that does not exist."""
    try:
        return date(*(int(mention[part]) for part in ("year", "month", "day"))) if mention["year"] else None
    except ValueError:
        return None
