"""Rich text as its writers write it: headings, titles, tables and notes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_documents_formats import FIRST, SECOND, labelled, read

from qa.documents.formats.rich_text import read_rtf

TITLE, FIRST_PART, SECOND_PART = "Hướng dẫn hỗ trợ", "Phần I. Đối tượng", "Phần II. Hồ sơ"


def coded(text: str) -> str:
    return "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text)


# The texts of one document as each writer wraps them: title, heading, paragraph, heading of a lower level, paragraph.
# Long property lists are cut.

_WORD_RUN = r"{\rtlch\fcs1 \af0 \ltrch\fcs0 \insrsid6626730 %s\par }"
_WORD_STYLES = r"""{\stylesheet{\ql \li0\ri0\nowidctlpar\rin0\lin0\itap0 \rtlch\fcs1 \af0 \ltrch\fcs0
\fs24\lang1066 \snext0 \sqformat \spriority0 Normal;}{\s1\ql \li0\ri0\sb240\keepn\outlinelevel0\itap0 \rtlch\fcs1 \ab
\ltrch\fcs0 \b\fs32 \sbasedon0 \snext0 \slink15 \sqformat heading 1;}{\*\cs15 \additive \b\fs32 \sbasedon10 \slink1
Heading 1 Char;}{\s16\ql \itap0 \fs56 \sbasedon0 \snext0 \slink17 \sqformat Title;}{\s21\ql\outlinelevel1 \sbasedon1
{\*\keycode \shift\ctrl n}Ch\'fd \'fd;}}"""
WORD = rf"""{{\rtf1\adeflang1025\ansi\ansicpg1258\uc1\adeff0{{\fonttbl{{\f0\fbidi \froman\fcharset0 Times New Roman;}}}}
{_WORD_STYLES}{{\*\rsidtbl \rsid6626730}}{{\info{{\title ghi nh\'f4}}}}\pard\plain \ltrpar\s16\ql \itap0
{_WORD_RUN}\pard\plain \ltrpar\s1\ql \keepn\outlinelevel0\itap0
{{\*\bkmkstart _Toc1}}{_WORD_RUN}{{\*\bkmkend _Toc1}}\pard\plain \ltrpar\ql \itap0
{_WORD_RUN}\pard\plain \ltrpar\s21\ql \itap0
{_WORD_RUN}\pard\plain \ltrpar\ql \itap0
{_WORD_RUN}}}"""
LIBREOFFICE = r"""{\rtf1\ansi\deff3\adeflang1025
{\stylesheet{\s0\snext0\rtlch\alang1081 \ltrch\lang1033\loch\fs24 Normal;}
{\s1\sbasedon15\snext16\rtlch\af6\afs36\ab \ltrch\hich\af4\loch\ilvl0\sb240\keepn\b Heading 1;}
{\s2\sbasedon15\snext16\rtlch\af6\afs36\ab \ltrch\hich\af4\loch\ilvl0\sb240\keepn\b Heading 2;}
{\*\cs14\sbasedon17\snext18 Heading 1 Char;}
{\s60\sbasedon0\snext0\rtlch\af12 \ltrch\hich\af6\loch\sl240 Title;}
}{\*\listtable{\list\listtemplateid1
{\listlevel\levelnfc255\leveljc0{\leveltext \'00;}{\levelnumbers;}\fi0\li0}\listid1}
}{\*\generator LibreOffice/7.4.7.2}
{\*\ftnsep\chftnsep}\pgndec\pard\plain \s60\rtlch\af12 \ltrch\hich\af6\loch\sl240{\loch
%s}
\par \pard\plain \s1\rtlch\af6 \ltrch\loch\ilvl0\keepn\b{\listtext\pard\plain \tab}\ls1 \li0\fi0\ql\ltrpar{\loch
%s}
\par \pard\plain \s0\rtlch\alang1081 \ltrch\loch\fs24{\loch
%s}
\par \pard\plain \s2\rtlch\af6 \ltrch\loch\keepn\b{\loch
%s}
\par \pard\plain \s0\rtlch\alang1081 \ltrch\loch\fs24{\loch
%s}
\par }"""
WORDPAD = r"""{\rtf1\ansi\ansicpg1252\deff0\nouicompat{\fonttbl{\f0\fnil\fcharset0 Calibri;}}
{\stylesheet{ Normal;}{\s1 heading 1;}{\s2 heading 2;}}
{\*\generator Riched20 10.0.19041}\viewkind4\uc1
\pard\sa200\f0\fs22 %s\par

\pard\keep\keepn\s1\sb480\b\fs28 %s\par

\pard\sa200\b0\fs22 %s\par

\pard\keep\keepn\s2\sb200\b\fs26 %s\par

\pard\sa200\b0\fs22 %s\par
}"""
PANDOC = r"""{\rtf1\ansi\deff0{\fonttbl{\f0 \fswiss Helvetica;}{\f1 \fmodern Courier;}}
\widowctrl\hyphauto

{\pard \qc \f0 \sa180 \li0 \fi0 \b \fs36 %s\par}
{\pard \ql \f0 \sa180 \li0 \fi0 \outlinelevel0 \b \fs36 %s\par}
{\pard \ql \f0 \sa180 \li0 \fi0 %s\par}
{\pard \ql \f0 \sa180 \li0 \fi0 \outlinelevel1 \b \fs32 %s\par}
{\pard \ql \f0 \sa180 \li0 \fi0 %s\par}
}"""
WRITERS = {"Word": WORD, "LibreOffice": LIBREOFFICE, "WordPad": WORDPAD, "pandoc": PANDOC}
TEXTS = (TITLE, FIRST_PART, FIRST, SECOND_PART, SECOND)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_heading_of_rich_text_names_what_is_below_it(tmp_path: Path, writer: str) -> None:
    (tmp_path / "a.rtf").write_text(WRITERS[writer] % tuple(map(coded, TEXTS)), "ascii")
    document = read(tmp_path / "a.rtf")
    assert document.title == TITLE
    assert document.text.split("\n") == list(TEXTS)
    assert [labelled(document, text) for text in TEXTS] == ["", FIRST_PART, FIRST_PART, SECOND_PART, SECOND_PART]


def test_a_heading_over_several_lines_and_one_at_the_end() -> None:
    styled = (
        r"{\rtf1{\stylesheet{\s3 Heading 3;}}\pard\s3 CHUONG I\line QUY DINH\par\pard Mot\line hai.\par\pard\s3 Het}"
    )
    content = read_rtf(styled.encode())
    assert content.text == "CHUONG I\nQUY DINH\nMot\nhai.\nHet"
    assert [(content.text[one.start : one.end], one.label) for one in content.places] == [
        ("CHUONG I\nQUY DINH\nMot\nhai.\n", "CHUONG I QUY DINH"),
        ("Het", "Het"),
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        r"\pard\outlinelevel9 Mot\par",
        r"\pard\s1\outlinelevel9 Mot\par",
        r"\pard\s2 Mot\par",
        r"\pard\s3 Mot\par",
        r"\pard\s5 Mot\par",
        r"\pard\s6 Mot\par",
        r"\pard\s1\pard Mot\par",
        r"{\pard\s1}Mot\par",
        r"\pard\cs1 Mot\par",
        r"\pard Mot\par{\*\x\pard\s1 an\par}",
        r"\pard Mot\par{\header\pard\s1 dau\par}",
        r"\pard Mot{\*\blipuid{\bin9 \par\s1 }{}}\par",
    ],
)
def test_what_is_no_heading_of_rich_text(paragraph: str) -> None:
    styles = r"{\stylesheet{\s1 heading 1;}{\s2 heading 1 Char;}{\s3\sbasedon1\outlinelevel9 TOC Heading;}"
    styles += r"{\s4 Heading;}{\s5\sbasedon4 Subtitle;}{\s6\sbasedon6 Loop;}}"
    content = read_rtf(f"{{\\rtf1{styles}{paragraph}}}".encode())
    assert (content.text, content.places) == ("Mot\n", ())


def test_a_style_based_on_a_heading_is_one_and_a_file_that_breaks_off_is_reported() -> None:
    text = r"{\rtf1{\stylesheet{\s1 heading 1;}{\s7\sbasedon1 Chuong;}}\pard\s7 Phan I\par\pard Mot"
    content = read_rtf(f"{text}}}\0".encode())
    assert ([one.label for one in content.places], content.damage) == (["Phan I"], "")
    cut = read_rtf(text.encode())
    assert (cut.text, [one.label for one in cut.places]) == (content.text, ["Phan I"])
    assert cut.damage.startswith("a damaged or truncated file: open it")


def test_a_note_to_a_heading_names_nothing() -> None:
    styled = r"{\rtf1\pard\outlinelevel0 Phan I{\super 1{\footnote Theo Cuc.\par}}\par\pard Mot.\par}"
    content = read_rtf(styled.encode())
    assert content.text == "Phan I1\nMot.\n\nTheo Cuc.\n"
    assert [one.label for one in content.places] == ["Phan I1"]


def test_paragraphs_in_a_cell_stay_in_its_row() -> None:
    rows = r"\trowd\cellx3000\pard\intbl Xa\par An\line Binh\cell {\pard\intbl\s1 So ho\par}\cell\row\pard Het.\par"
    content = read_rtf(rf"{{\rtf1{{\stylesheet{{\s1 heading 1;}}}}{rows}}}".encode())
    assert (content.text, content.places) == ("| Xa An Binh | So ho |\nHet.\n", ())


@given(words=st.lists(st.sampled_from([*WORD.split("\\"), "{", "}", "par", "s1 ", "outlinelevel0 ", "bin99999 ", "*"])))
def test_any_rich_text_is_read_or_refused_with_its_places_in_order(words: list[str]) -> None:
    content = read_rtf(("{\\rtf1" + "\\".join(words)).encode("latin-1"))
    assert [*content.places] == sorted(content.places, key=lambda one: one.start)
    assert all(0 <= one.start < one.end <= len(content.text) and one.label for one in content.places)
    assert not {"\ufdd0", "\ufdd1"} & {*content.text}


def test_rich_text(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(
        f"{{\\rtf1\\ansi {{\\b Bão}}\\par {coded(FIRST)}\\par}}".replace("ã", "\\u227?"), "ascii"
    )
    assert read(tmp_path / "a.rtf").text == f"Bão\n{FIRST}"


def test_tables_and_notes_of_rich_text(tmp_path: Path) -> None:
    rows = [r"\trowd\cellx3000\cellx6000\intbl Xa\cell So ho\cell\row", r"\trowd\cellx3000\intbl An\cell 96\cell\row"]
    note = r"{\super 1{\footnote\pard Theo {\i Cuc} \{Thong ke\}.}}"
    (tmp_path / "a.rtf").write_text(rf"{{\rtf1\ansi Bang{note} mot\par{''.join(rows)}\pard Het.\par}}", "ascii")
    assert read(tmp_path / "a.rtf").text.split("\n") == [
        *("Bang1 mot", "| Xa | So ho |", "| An | 96 |", "Het.", "", "Theo Cuc {Thong ke}."),
    ]
    (tmp_path / "b.rtf").write_text(r"{\rtf1 Mot\par{\footnote hai", "ascii")
    assert read(tmp_path / "b.rtf").text == "Mot"
