"""Citations: their four formats, whatever the document holds, and what they cite."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import qa
from qa.answer import Finding
from qa.answer.citation import LATEX, one_line
from qa.errors import CitationError

ACCESSED = date(2026, 11, 25)
QUOTE = "Trong năm, đã kết nạp 56.376 đảng viên, nâng tổng số đảng viên trong cả nước là 5.248.607 đảng viên."
CITATION = qa.Citation(
    QUOTE, "Cả nước có 5.248.607 đảng viên", "seeds/004.txt", date(2022, 1, 13), "seeds/004.txt", 40, 141, ACCESSED
)
HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("\\{}%&#_$~^`*[]<>|“”\"'-> \n\t\r\x00\x1b\u202e"), st.characters())
)


def citation(quote: str, title: str, source: str) -> qa.Citation:
    return qa.Citation(quote, title, source, None, "a", 0, max(1, len(quote)), ACCESSED)


def test_plain() -> None:
    assert CITATION.plain() == (
        f"“{QUOTE}”\n— Cả nước có 5.248.607 đảng viên, seeds/004.txt, 2022-01-13, accessed 2026-11-25, "
        "qa:seeds/004.txt#40-141"
    )


def test_markdown() -> None:
    assert CITATION.markdown() == (
        f"> “{QUOTE}”\n>\n> — *Cả nước có 5.248.607 đảng viên*, seeds/004.txt, 2022-01-13, accessed 2026-11-25, "
        "`qa:seeds/004.txt#40-141`"
    )


def test_bibtex() -> None:
    assert CITATION.bibtex() == (
        "@misc{qa-9652e5189085,\n"
        "  title = {{Cả nước có 5.248.607 đảng viên}},\n"
        "  howpublished = {{seeds/004.txt}},\n"
        "  year = {2022},\n"
        "  month = jan,\n"
        "  day = {13},\n"
        "  urldate = {2026-11-25},\n"
        f"  note = {{“{QUOTE}” Accessed 2026-11-25. qa:seeds/004.txt\\#40-141}},\n"
        "}"
    )


def test_apa() -> None:
    assert CITATION.apa() == (
        "Cả nước có 5.248.607 đảng viên. (2022, January 13). seeds/004.txt. "
        f"Retrieved November 25, 2026, from qa:seeds/004.txt#40-141\n“{QUOTE}”"
    )


def test_a_citation_in_vietnamese() -> None:
    where = "seeds/004.txt#40-141"
    assert CITATION.plain("vi") == (
        f"“{QUOTE}”\n— Cả nước có 5.248.607 đảng viên, seeds/004.txt, 13/01/2022, truy cập 25/11/2026, qa:{where}"
    )
    assert CITATION.markdown("vi").splitlines()[-1] == (
        f"> — *Cả nước có 5.248.607 đảng viên*, seeds/004.txt, 13/01/2022, truy cập 25/11/2026, `qa:{where}`"
    )
    assert CITATION.bibtex("vi").splitlines()[-2] == (
        f"  note = {{“{QUOTE}” Truy cập 25/11/2026. qa:seeds/004.txt\\#40-141}},"
    )
    assert CITATION.apa("vi") == (
        "Cả nước có 5.248.607 đảng viên. (2022, ngày 13 tháng 1). seeds/004.txt. "
        f"Truy cập ngày 25 tháng 11 năm 2026, từ qa:{where}\n“{QUOTE}”"
    )
    undated = qa.Citation("Cá sống.", "", "", None, "a", 0, 8, ACCESSED)
    assert undated.apa("vi").startswith("Khuyết danh. (không ghi ngày). Truy cập ngày")


def test_what_is_not_known_is_left_out() -> None:
    bare = qa.Citation("Cá sống.", "", "", None, "tin tức/cá #1", 0, 8, ACCESSED)
    locator = "qa:tin%20t%E1%BB%A9c/c%C3%A1%20%231#0-8"
    assert bare.plain() == f"“Cá sống.”\n— n.d., accessed 2026-11-25, {locator}"
    assert bare.markdown() == f"> “Cá sống.”\n>\n> — n.d., accessed 2026-11-25, `{locator}`"
    assert bare.apa() == f"Anonymous. (n.d.). Retrieved November 25, 2026, from {locator}\n“Cá sống.”"
    assert re.findall(r"^  (\w+) =", bare.bibtex(), re.MULTILINE) == ["urldate", "note"]
    titled = qa.Citation("Cá sống.", "Cá.", "", None, "a", 0, 8, ACCESSED)
    assert titled.apa().startswith("Cá. (n.d.). Retrieved")


def test_hostile_text_in_markdown_and_bibtex() -> None:
    hostile = citation("*a* [b](javascript:c) <img src=x> 50 % {d} e_f\\ – -- ''", "“T”", "x`y\n# z")
    assert hostile.markdown().splitlines() == [
        "> “\\*a\\* \\[b\\](javascript:c) \\<img src=x\\> 50 % {d} e\\_f\\\\ – -- ''”",
        ">",
        "> — *‘T’*, x\\`y # z, n.d., accessed 2026-11-25, `qa:a#0-55`",
    ]
    assert hostile.bibtex().splitlines()[1:3] == [
        "  title = {{“T”}},",
        "  howpublished = {{x\\textasciigrave{}y \\# z}},",
    ]
    assert (
        "note = {“*a* [b](javascript:c) <img src=x> 50 \\% \\textbraceleft{}d\\textbraceright{} "
        "e\\_f\\textbackslash{} – -{}- '{}'” Accessed"
    ) in hostile.bibtex()


def shown_markdown(source: str) -> tuple[str, set[str]]:
    """The text that a Markdown reader shows, and the kinds of elements in it."""
    text, kinds = "", set()
    for block in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(source):
        kinds.add(block.type)
        for inline in block.children or []:
            kinds.add(inline.type)
            text += inline.content if inline.type in ("text", "text_special", "code_inline") else ""
    return text, kinds


@given(quote=HOSTILE, title=HOSTILE, source=HOSTILE)
def test_markdown_shows_any_text_as_text(quote: str, title: str, source: str) -> None:
    made = citation(quote, title, source)
    text, kinds = shown_markdown(made.markdown())
    known = [one for one in (made.title, made.source) if one_line(one)]
    shown = ", ".join(one_line(one).translate(str.maketrans('“”"', "‘’'")) for one in known)
    ending = "n.d., accessed 2026-11-25, " + made.locator
    assert text == f"“{one_line(quote)}”— {shown + ', ' if known else ''}{ending}"
    assert kinds <= {
        *("blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"),
        *("text", "text_special", "em_open", "em_close", "code_inline"),
    }


def bibtex_fields(entry: str) -> dict[str, str]:
    """Fields of an entry as BibTeX cuts them: braces count wherever they stand, behind a backslash too."""
    fields, depth, at = {}, 0, entry.index(",")
    body = entry[at + 1 : -1]
    for match in re.finditer(r"  (\w+) = ((?:[^{},\n]+|\{.*\})),\n", body):
        fields[match[1]] = match[2]
    for character in entry:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert entry.count("\n") == len(fields) + 1
    return fields


def read_latex(text: str) -> str:
    """What LaTeX shows for the commands that are used, by the simplest means."""
    for shown, command in LATEX.items():
        text = text.replace(command, f"\x00{ord(shown)}\x00")
    text = text.replace("{}", "")
    assert not re.search(r"[\\{}%&#$~^`]", text)
    return re.sub("\x00(\\d+)\x00", lambda match: chr(int(match[1])), text)


@given(quote=HOSTILE, title=HOSTILE, source=HOSTILE)
def test_bibtex_holds_any_text_in_balanced_braces(quote: str, title: str, source: str) -> None:
    made = citation(quote, title, source)
    fields = bibtex_fields(made.bibtex())
    for name, text in (("title", title), ("howpublished", source)):
        assert (name in fields) == bool(one_line(text))
        assert read_latex(fields.get(name, "{{}}")[2:-2]) == one_line(text)
    assert read_latex(fields["note"][1:-1]) == f"“{one_line(quote)}” Accessed 2026-11-25. {made.locator}"


@given(quote=HOSTILE, title=HOSTILE, source=HOSTILE)
def test_plain_and_apa_are_two_lines_with_one_quote(quote: str, title: str, source: str) -> None:
    made = citation(quote, title, source)
    for text in (made.plain(), made.apa()):
        assert len(text.splitlines()) == 2
        assert not any(unicodedata.category(one) == "Cc" or one == "\u202e" for one in text.replace("\n", ""))
        outside = text.replace(f"“{one_line(quote)}”", "", 1)
        assert not set('“”"') & set(outside)
        assert made.locator in outside


# What is cited


def test_an_answer_is_cited_by_its_sentence() -> None:
    passage = qa.Passage("a#1", "a", 1, "Mưa. Có 12 nhà hỏng. Hết.", 100, 125, "Lũ", "paper/a", None)
    hit = qa.Hit(passage, 1.0, 1)
    reply = qa.Answer("Bao nhiêu?", Finding("12 nhà", 108, 114, hit, "Có 12 nhà hỏng."), 0.9, (hit,))
    assert qa.Citation.of(reply, ACCESSED) == qa.Citation(
        "Có 12 nhà hỏng.", "Lũ", "paper/a", None, "a", 105, 120, ACCESSED
    )
    other = Finding("Mưa", 100, 103, hit)
    assert (qa.Citation.of(other, ACCESSED).quote, qa.Citation.of(other, ACCESSED).end) == ("Mưa.", 104)
    across = Finding("Mưa. Có 12", 100, 110, hit)
    assert qa.Citation.of(across, ACCESSED).quote == "Mưa. Có 12 nhà hỏng."
    assert qa.Citation.of(passage).accessed == date.today()
    assert (qa.Citation.of(passage).quote, qa.Citation.of(passage).end) == (passage.text, 125)


def test_a_declined_answer_cannot_be_cited() -> None:
    with pytest.raises(CitationError, match="Cite a passage"):
        qa.Citation.of(qa.Answer("Bao nhiêu?", None, 0.0, ()))
