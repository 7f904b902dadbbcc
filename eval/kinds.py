"""What a question asks for, by its question words (Vietnamese with diacritics, and English).

Used where a set does not say the kind itself. It knows words only: a question that none of them fits is "other".
"""

from __future__ import annotations

import re
import unicodedata

_RULES: tuple[tuple[str, str], ...] = (
    ("number", r"bao nhiêu|mấy\b|số lượng|tỷ lệ|tỉ lệ|bao lâu|bao xa|how (many|much|long|far|old|big|large|tall)"),
    ("date", r"khi nào|bao giờ|lúc nào|(năm|ngày|tháng|thế kỷ) (nào|mấy|gì)|when\b|(what|which) (year|date|day)"),
    ("place", r"ở đâu|từ đâu|nơi nào|(nước|tỉnh|thành phố|quốc gia|vùng) nào|where\b|(what|which) (city|country)"),
    ("person", r"\bai\b|người nào|của ai|who\b|whose\b|whom\b"),
    ("reason", r"tại sao|vì sao|do đâu|lý do|nguyên nhân|why\b"),
    ("manner", r"như thế nào|thế nào|làm sao|ra sao|bằng cách nào|how\b"),
    ("thing", r"\bgì\b|\bnào\b|what\b|which\b"),
)
_PATTERNS = tuple((kind, re.compile(rf"(?<!\w)(?:{pattern})")) for kind, pattern in _RULES)


def kind_of(question: str) -> str:
    """Return number, date, place, person, reason, manner, thing or other: the first rule that fits."""
    text = unicodedata.normalize("NFC", question).lower()
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "other")
