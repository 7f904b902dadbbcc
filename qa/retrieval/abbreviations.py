"""Abbreviations of the administration and what they stand for, both ways.

Knows canonical syllables; does not know weights.
"""

from __future__ import annotations

import re

from qa.text import canonical

# As they are written in documents; shorter than three letters they count in capitals alone ("TU", but not "tu").
_MEANINGS = {
    "ANQP": "an ninh quốc phòng",
    "ATGT": "an toàn giao thông",
    "ATTP": "an toàn thực phẩm",
    "BBT": "ban bí thư",
    "BCĐ": "ban chỉ đạo",
    "BCH": "ban chấp hành",
    "BCT": "bộ chính trị",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BTC": "ban tổ chức",
    "BTV": "ban thường vụ",
    "CBCC": "cán bộ công chức",
    "CCHC": "cải cách hành chính",
    "CLB": "câu lạc bộ",
    "CNTT": "công nghệ thông tin",
    "CNXH": "chủ nghĩa xã hội",
    "CP": "chính phủ",
    "CSGT": "cảnh sát giao thông",
    "CT": "chỉ thị",
    "ĐBQH": "đại biểu quốc hội",
    "GDĐT": "giáo dục và đào tạo",
    "GTVT": "giao thông vận tải",
    "HCM": "hồ chí minh",
    "HĐND": "hội đồng nhân dân",
    "HTX": "hợp tác xã",
    "KL": "kết luận",
    "KTXH": "kinh tế xã hội",
    "LĐTBXH": "lao động thương binh và xã hội",
    "MTTQ": "mặt trận tổ quốc",
    "NĐ": "nghị định",
    "NNPTNT": "nông nghiệp và phát triển nông thôn",
    "NQ": "nghị quyết",
    "NSNN": "ngân sách nhà nước",
    "NTM": "nông thôn mới",
    "PCCC": "phòng cháy chữa cháy",
    "QĐ": "quyết định",
    "QH": "quốc hội",
    "QPAN": "quốc phòng an ninh",
    "TAND": "tòa án nhân dân",
    "THCS": "trung học cơ sở",
    "THPT": "trung học phổ thông",
    "TNMT": "tài nguyên và môi trường",
    "TP": "thành phố",
    "TPHCM": "thành phố hồ chí minh",
    "TT": "thông tư",
    "TTG": "thủ tướng",
    "TU": "tỉnh ủy",
    "TƯ": "trung ương",
    "TW": "trung ương",
    "UBMTTQ": "ủy ban mặt trận tổ quốc",
    "UBND": "ủy ban nhân dân",
    "VHTTDL": "văn hóa thể thao và du lịch",
    "VKSND": "viện kiểm sát nhân dân",
    "XHCN": "xã hội chủ nghĩa",
}
_CAPITALS_BELOW = 3
# Not within a document's number such as 18-NQ/TW.
_ABBREVIATION = re.compile(
    rf"(?<![\w/-])(?:{'|'.join(sorted(_MEANINGS, key=len, reverse=True))})(?![\w/-])", re.IGNORECASE
)
_SHORT_FOR = {meaning: abbreviation.lower() for abbreviation, meaning in _MEANINGS.items()}
_MEANING = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_SHORT_FOR, key=len, reverse=True))})(?!\w)")


def other_forms(text: str) -> list[str]:
    """What the abbreviations in a text stand for, then the abbreviations of what stands written out in it."""
    meanings = (_meaning(match[0]) for match in _ABBREVIATION.finditer(text))
    shorts = (_SHORT_FOR[match[0]] for match in _MEANING.finditer(canonical(text)))
    return [*filter(None, meanings), *shorts]


def _meaning(found: str) -> str | None:
    if len(found) < _CAPITALS_BELOW and not found.isupper():
        return None
    return _MEANINGS[found.upper()]
