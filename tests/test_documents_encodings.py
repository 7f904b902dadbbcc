"""Wrong encodings: Vietnamese is put right, word by word where need be, and nothing else is touched."""

import unicodedata
from html.entities import codepoint2name
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents import read_documents
from qa.documents.composing import compose
from qa.documents.formats.decoding import decode
from qa.documents.formats.protocol import Content
from qa.documents.mending.encoding import mend_encoding

PLAIN = (
    "Báo cáo tình hình xã hội phường Hòa Lạc năm 2023: số hộ nghèo là 48 hộ, giảm 12 hộ; nhà văn hóa được xây trên "
    "khu đất rộng 1.250 m² tại đường Trần Phú, thị trấn Đông Hỷ. Các ý kiến cử tri về mỹ thuật, lũy kế, nghĩa vụ."
)
TCVN3 = (
    "B¸o c¸o t×nh h×nh x· héi ph­êng Hßa L¹c n¨m 2023: sè hé nghÌo lµ 48 hé, gi¶m 12 hé; nhµ v¨n hãa ®­îc x©y trªn "
    "khu ®Êt réng 1.250 m² t¹i ®­êng TrÇn Phó, thÞ trÊn §«ng Hû. C¸c ý kiÕn cö tri vÒ mü thuËt, lòy kÕ, nghÜa vô."
)
VNI = (
    "Baùo caùo tình hình xaõ hoäi phöôøng Hoøa Laïc naêm 2023: soá hoä ngheøo laø 48 hoä, giaûm 12 hoä; nhaø vaên hoùa "
    "ñöôïc xaây treân khu ñaát roäng 1.250 m² taïi ñöôøng Traàn Phuù, thò traán Ñoâng Hyû. Caùc yù kieán cöû tri "
    "veà myõ thuaät, luõy keá, nghóa vuï."
)


def windows_1258(text: str) -> bytes:
    """Letters with their circumflex, breve or horn, and each tone behind them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    pieces = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        pieces.append(base + "".join(mark for mark in marks if mark in tones))
    return "".join(pieces).encode("cp1258")


def taken_for_letters(text: str) -> str:
    """UTF-8 read as Windows-1252 by a program that lets its gaps through."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


WRONG = {
    "TCVN3": TCVN3,
    "VNI": VNI,
    "Windows-1258": windows_1258(PLAIN).decode("latin-1"),
    "UTF-8 as letters": taken_for_letters(PLAIN),
    "UTF-8 as letters, without its hard spaces": taken_for_letters(PLAIN).replace("\u00a0", " "),
    "UTF-8 as letters, twice": taken_for_letters(taken_for_letters(PLAIN)),
    "entities": PLAIN.encode("ascii", "xmlcharrefreplace").decode(),
    "named entities": "".join(f"&{codepoint2name[ord(one)]};" if 127 < ord(one) < 256 else one for one in PLAIN),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_text_in_a_wrong_encoding_is_put_right(wrong: str) -> None:
    assert mend_encoding(wrong) == PLAIN


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_right_beside_it_stays(wrong: str) -> None:
    assert (
        mend_encoding(f"{PLAIN}\n{wrong}\nEnglish, please.\n{PLAIN}") == f"{PLAIN}\n{PLAIN}\nEnglish, please.\n{PLAIN}"
    )
    assert mend_encoding(f"{PLAIN} {wrong} {PLAIN}") == f"{PLAIN} {PLAIN} {PLAIN}"


def test_capitals_of_an_old_character_set() -> None:
    assert mend_encoding("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM") == "CỘNG HÒA Xã HỘI CHỦ NGHĨA VIỆT NAM"
    assert mend_encoding("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM") == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "L'été à Paris, garçon, naïve; où ça? «Oui», §5, ±2, ½ litre, 37 °C · fin",
        "Größe für schöne Mädchen müssen; España, señor, año; på så två år",
        "Đắk Lắk, Plei Kần, São Paulo, Malmö, Zürich, F. Schüssel",
        "x = y & 0xff; print('&eacute;'); AT&T &amp; R&D &lt;div&gt;",
        "日本語 ไทย русский ελληνικά",
    ],
)
def test_what_is_not_wrong_is_not_touched(text: str) -> None:
    assert mend_encoding(text) == text


@given(st.text())
def test_text_that_was_put_right_stays(text: str) -> None:
    assert mend_encoding(mend_encoding(PLAIN + text)) == mend_encoding(PLAIN + text)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_each_unicode_encoding_is_read(encoding: str) -> None:
    assert decode(PLAIN.encode(encoding)) == PLAIN


@pytest.mark.parametrize("data", [TCVN3.encode("latin-1"), VNI.encode("latin-1"), windows_1258(PLAIN)])
def test_bytes_of_an_old_encoding_are_read_also_beside_utf_8(data: bytes) -> None:
    assert decode(data) == PLAIN
    assert decode(PLAIN.encode() + b"\r\n" + data) == f"{PLAIN}\n{PLAIN}"


def test_bytes_that_are_not_vietnamese_are_not_made_so() -> None:
    assert decode("Le café à la crème, où est-il, garçon?".encode("latin-1")) is None


def test_a_text_that_was_cut_off_is_kept_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(PLAIN.encode() + b"\nHu\xe1\xba")
    [document] = read_documents(path)
    assert document.text == f"{PLAIN}\nHu"
    cut = "it ends in the middle of a character, so its end is missing: get the whole file"
    assert document.metadata["damage"] == cut


def test_what_stays_garbage_is_reported() -> None:
    assert compose(Content("kw×f z¿p y÷v q¡t\n\nTốt.")).metadata["damage"].startswith("1 of 2 lines cannot be read")
    assert compose(Content(PLAIN)).metadata == {}


def test_a_long_word_takes_no_longer_than_its_length() -> None:
    word = "9" * 200_000
    assert mend_encoding(f"th&ocirc;ng {word}") == f"thông {word}"
