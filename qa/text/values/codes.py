"""Find codes and numbers that name things in a canonical text: documents, plates, telephones, "lần thứ XXI"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qa.text.canonical import fold
from qa.text.values.spoken import spoken_number
from qa.text.values.value import Value, exact_number, roman_number

_PART = r"[a-zđ\d]+"
# Letters and digits without a space; points only before digits, so that the end of a sentence is not one.
_TOKEN = re.compile(rf"(?<![\w@])(?=[a-zđ\d./-]{{0,40}}\d){_PART}(?:(?:[/-]|\.(?=\d)){_PART})*(?![\w@])(?![/-]\w)")
_DOCUMENT = re.compile(r"\d{1,5}(?:/\d{4})?(?:[/-][a-zđ]{2,}\d{0,2}){1,3}")
_LETTERS_FIRST = re.compile(r"[a-zđ]+[-.]?\d[\w.-]*")
_PLATE = re.compile(r"\d{2}[a-zđ]{1,2}\d?[- ]\d{3}\.?\d{2}|\d{2}[a-zđ]{1,2}\d?[- ]\d{4}")
_SPACED_PLATE = re.compile(r"(?<!\w)\d{2}[a-z]{1,2}\d? \d{3}\.\d{2}(?!\w)")
_UNIT = re.compile(r"\d+(?:[.,]\d+)*(?:[a-zđ]{2,}\d?|[mglthwpvk])(?:/[^\W\d_]\w*)?|[kcdh]?m[23](?:/\w+)?")
_SHORT_MONEY = re.compile(r"\d{1,3}tr\d{1,3}")
_TELEPHONE = re.compile(
    r"(?<![\d.,/-])(?:\+84[ .]?|0)\d{1,4}(?:[ .-]\d{2,4}){1,4}(?![\w]|[.,-]\d| \d{3}(?!\d))|(?<![\d.,/-])0\d{7,}(?!\w)"
    r"|(?<![\d.,/-])1[89]00(?:[ .]?\d{2,4}){1,2}(?![\w]|[.,]\d)|\(0\d{1,3}\)(?:[ .]?\d{3,4}){1,3}(?![\w]|[.,]\d)"
)
_NUMBERED = re.compile(
    r"\b(?:stk|số tài khoản|tài khoản|cccd|cmnd|mã số(?: thuế)?|mã|hotline|sđt|đt|điện thoại|tổng đài|số hiệu)"
    r"(?: số| là)?[ :]{1,2}(?P<code>\+?\d{2,}(?:[ .-]\d{2,})*)(?!\w|[.,/-]\d)"
)
_STANDARD = re.compile(r"\b(?:tcvn|qcvn|iso|iec|tcxd)(?:/iec)? \d{1,5}(?:[-:]\d{1,4})*(?!\w)")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@\w+(?:[.-]\w+)+|\b(?:https?://|www\.)[^\s<>()\"“”]*[\w/]")
_SAME_SIGN = re.compile(r"(?<![\w.,:/-])\d+([.,:/-])\d+(?:\1\d+)+(?!\w)(?![.,:/-]\d)")

_NAMING = (
    r"lần thứ|thứ|khóa|quý|thế kỷ(?: thứ)?|đại hội|nhiệm kỳ|kỳ họp|học kỳ|kỳ|đợt|hội nghị|trung ương|chương|mục|phần"
    r"|điều|khoản|tiết|phụ lục|mẫu(?: số)?|tập|quyển|trang|bài|bảng|hình|biểu|vòng|hạng|cấp|loại|lớp|tổ|quận|phường"
    r"|khu phố|khu|thôn|xóm|ấp|cụm|quốc lộ|tỉnh lộ|số|covid|câu|bước|giải"
)
_NAMED = re.compile(rf"\b(?:{_NAMING})(?: số)?\s(?P<number>\d{{1,6}}(?![\w]|[.,/-]\d|\s?[%‰])|[ivxlcdm]+(?!\w))")
_LABEL = re.compile(r"(?<![^\s;:])\((?P<number>\d{1,2})\)(?=\s)|(?<![^\n])(?P<line>\d{1,2})[.)](?=\s[^\W\d])")
_SPOKEN = re.compile(r"\bthứ\s(?P<words>[^\W\d_]+(?:\s[^\W\d_]+){0,4})")
_FIRSTS = {"nhất": 1, "nhì": 2, "tư": 4}
_ROMAN = re.compile(r"(?<![\w.-])[ivx]{2,6}(?![\w-])")


def codes(form: str, is_upper: Callable[[int], bool]) -> Iterator[Value]:
    """Yield codes of a canonical text; `is_upper` tells whether a character is a capital as its author wrote it."""
    for match in _TOKEN.finditer(form):
        if _is_code(match[0], has_capital=any(map(is_upper, range(*match.span())))):
            yield _code(*match.span(), match[0])
    for pattern in (_TELEPHONE, _SPACED_PLATE, _STANDARD, _ADDRESS):
        for match in pattern.finditer(form):
            yield _code(*match.span(), match[0])
    for match in _SAME_SIGN.finditer(form):
        if exact_number(match[0]) is None:
            yield Value("code", *match.span(), ("code", re.sub("[/.,-]", "-", match[0])))
    for match in _NUMBERED.finditer(form):
        yield _code(*match.span("code"), match["code"])


def ordinals(form: str, is_upper: Callable[[int], bool]) -> Iterator[Value]:
    """Yield numbers, in digits, Roman numerals or words, that name things instead of counting them."""
    for match in _NAMED.finditer(form):
        number = match["number"]
        value = int(number) if number.isdigit() else roman_number(number)
        if value:
            yield Value("ordinal", *match.span("number"), ("ordinal", str(value)))
    for match in _LABEL.finditer(form):
        yield Value("ordinal", *match.span(match.lastgroup or 0), ("ordinal", str(int(match[match.lastgroup or 0]))))
    for match in _ROMAN.finditer(form):
        if (value := roman_number(match[0])) and all(map(is_upper, range(*match.span()))):
            yield Value("ordinal", *match.span(), ("ordinal", str(value)))
    for match in _SPOKEN.finditer(form):
        words = match["words"].split()
        value, taken = spoken_number(words)
        value, taken = (value, taken) if taken else (_FIRSTS.get(words[0], 0), 1)
        if value:
            end = match.start("words") + len(" ".join(words[:taken]))
            yield Value("ordinal", match.start("words"), end, ("ordinal", str(value)))


def _is_code(token: str, *, has_capital: bool) -> bool:
    if token.isdigit() or not any(character.isalpha() for character in token):
        return False
    if _SHORT_MONEY.fullmatch(token) and not has_capital:
        return False
    if _UNIT.fullmatch(token) and not (has_capital and re.fullmatch(r"\d+[a-z]", token)):
        return False
    if _DOCUMENT.fullmatch(token):
        return has_capital or ("/" in token and len(re.split("[/-]", token)) > 2)
    return bool(
        _LETTERS_FIRST.fullmatch(token)
        or _PLATE.fullmatch(token)
        or has_capital
        or token[-1].isdigit()
        or len(token) < 4
    )


def _code(start: int, end: int, written: str) -> Value:
    """Return the value of a code, the same however its parts are separated.

    In a plate or a number no sign counts, nor do zeros before the number of a document.
    """
    digits = re.sub(r"[ .+()-]", "", written)
    if digits.isdigit():
        return Value("code", start, end, ("code", re.sub(r"^84(?=\d{9}$)", "0", digits) if "+" in written else digits))
    if _PLATE.fullmatch(written):
        return Value("code", start, end, ("code", re.sub("[ .-]", "", fold(written))))
    parts = re.sub(r"[ /.-]+", "-", fold(written))
    return Value("code", start, end, ("code", parts.lstrip("0") if _DOCUMENT.fullmatch(written) else parts))


# Articles and clauses as a question names them


_ASKED = re.compile(
    r"\b(?:(?:khoản|khoan)\s+(?P<clause>\d+)[\s,]+)?(?:điều|dieu)\s+(?P<article>\d+[a-zđ]?)\b"
    r"(?:[\s,]+(?:khoản|khoan)\s+(?P<behind>\d+)\b)?",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """An article, and the clause in it, if one is named."""

    article: str
    clause: str | None


def address_of(question: str) -> Address | None:
    """Return the article that a question names, with or without diacritics; None if it names none."""
    match = _ASKED.search(question)
    return Address(match["article"].lower(), match["clause"] or match["behind"]) if match else None
