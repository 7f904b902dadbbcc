"""Tell by whom an office document is: its office, however that is spelled, and who signed below it. Knows lines."""

from __future__ import annotations

import re

_WRITTEN_OUT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
}

FOOT_LINES = 25  # with the office and the name below it, and the recipients of copies beside them
MAX_NAME = 6  # words of a person's name

_SIGNED_FOR = re.compile(
    r"(?:T/?M|KT|TL|TUQ|Q)\.?\s"
    r"|(?:PHÓ |QUYỀN )?(?:CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC|THỦ TƯỚNG|BÍ THƯ|HIỆU TRƯỞNG|TRƯỞNG|CHÁNH VĂN PHÒNG|CỤC TRƯỞNG)"
)
_FOOT = re.compile(r"(?:Nơi nhận|\(?[Đđ]ã ký\)?|\(?[Kk]ý tên)")
_CELL = re.compile(r"[^\s|](?:(?!\s{3}|[\t|\n]).)*")


def office_key(office: str) -> str:
    """Return a key common to all spellings of an office: "UBND tỉnh Hà Nam" and "ỦY BAN NHÂN DÂN TỈNH HÀ NAM"."""
    words = re.findall(r"\w+", office.casefold().replace("uỷ", "ủy"))
    return " ".join(_WRITTEN_OUT.get(word, word) for word in words)


def signer_at(text: str) -> tuple[int, int]:
    """Return the place of the last name below the signing office; an empty one if nobody signed."""
    start = len(text.rstrip())
    for _ in range(FOOT_LINES):
        start = max(text.rfind("\n", 0, start), 0)
    cells = [(one[0].rstrip(), one.start()) for one in _CELL.finditer(text, start)]
    signs = [place for place, (cell, _) in enumerate(cells) if _SIGNED_FOR.match(cell) and cell[:12].isupper()]
    names = [one for one in cells[signs[-1] + 1 :] if _is_name(one[0])] if signs else []
    return (names[-1][1], names[-1][1] + len(names[-1][0])) if names else (0, 0)


def _is_name(cell: str) -> bool:
    words = cell.split()
    named = 1 < len(words) <= MAX_NAME and all(one.istitle() and one.replace("'", "").isalpha() for one in words)
    return named and not _FOOT.match(cell)
