"""Compare offices by their names, however these are spelled."""

from __future__ import annotations

import re

_WRITTEN_OUT = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
}


def office_key(office: str) -> str:
    """Return a key common to all spellings of an office: "UBND tỉnh Hà Nam" and "ỦY BAN NHÂN DÂN TỈNH HÀ NAM"."""
    words = re.findall(r"\w+", office.casefold().replace("uỷ", "ủy"))
    return " ".join(_WRITTEN_OUT.get(word, word) for word in words)
