"""Citations read back: whether their quotes still stand, whatever copying did to them."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import subprocess
import sys
import textwrap
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from conftest import SEEDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from toy import WordEmbedder

import qa
from qa.answer.citation import CITATION_FORMATS, CitationFormat
from qa.cli import main
from qa.errors import CitationError
from qa.index.rows import to_stored_text
from qa.passages import split

ACCESSED = date(2026, 11, 25)
TEXT = "Mưa lũ ở miền núi.\nSáng 5-9, mưa làm 12 nhà hư hỏng. Bà con “được cứu” kịp thời.\n"
QUOTE = "Sáng 5-9, mưa làm 12 nhà hư hỏng."
START = TEXT.index(QUOTE)
UGLY = st.text(
    alphabet=st.one_of(st.sampled_from('aáâ1,. \n\t“”"\\{}%_*`>qa:#-\x00\u0301\u200b\u202e'), st.characters()),
    min_size=1,
    max_size=80,
)


def cite(quote: str, start: int = START, document_id: str = "flood") -> qa.Citation:
    return qa.Citation(quote, "Lũ", "paper/flood", None, document_id, start, start + len(quote), ACCESSED)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> qa.Index:
    return qa.Index.create(tmp_path_factory.mktemp("verify") / "index", WordEmbedder())


@pytest.fixture
def flood(shelf: qa.Index) -> Callable[[str], qa.Index]:
    """The index, its only document being given this text."""

    def put(text: str) -> qa.Index:
        shelf.upsert([qa.Document("flood", text)])
        return shelf

    return put


def test_a_quote_of_a_member_is_looked_for_in_that_member(tmp_path: Path) -> None:
    archive = tmp_path / "x" / "a.zip"
    archive.parent.mkdir()

    def write(text: str) -> None:
        with zipfile.ZipFile(archive, "w") as writer:
            writer.writestr("nắng.txt", "Sáng 6-9, trời nắng.")
            writer.writestr("mưa/lũ.txt", text)

    write(TEXT)
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert(qa.read_documents(archive))
    cited = cite(QUOTE, document_id="x/a.zip/mưa/lũ.txt")
    assert qa.verify(cited, index).on_disk == "stands"
    write("Tin vắn.\n\n" + TEXT)
    assert qa.verify(cited, index).on_disk == "moved"
    write("Không có gì.")
    assert qa.verify(cited, index).on_disk == "changed"


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_a_quote_that_stands(flood: Callable[[str], qa.Index], name: CitationFormat) -> None:
    found = qa.verify(cite(QUOTE).format(name), flood(TEXT))
    assert (found.standing, found.start, found.end) == ("stands", START, START + len(QUOTE))
    assert (found.stands, found.nearest, found.path, found.on_disk) == (True, None, None, None)


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_a_quote_that_moved(flood: Callable[[str], qa.Index], name: CitationFormat) -> None:
    found = qa.verify(cite(QUOTE).format(name), flood(f"Tin mới. {TEXT}"))
    assert (found.standing, found.start, found.end) == ("moved", START + 9, START + 9 + len(QUOTE))
    assert found.stands


def test_of_several_places_the_nearest_is_reported(flood: Callable[[str], qa.Index]) -> None:
    found = qa.verify(cite("Mưa to.", start=22), flood("Mưa to. Nắng. Mưa to. Nắng nóng. Mưa to."))
    assert (found.standing, found.start) == ("moved", 14)


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_a_quote_that_changed(flood: Callable[[str], qa.Index], name: CitationFormat) -> None:
    found = qa.verify(cite(QUOTE).format(name), flood(TEXT.replace("12 nhà", "15 nhà")))
    assert (found.standing, found.stands, found.start, found.end) == ("changed", False, None, None)
    assert found.nearest == "Sáng 5-9, mưa làm 15 nhà hư hỏng."


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("12 nhà", "Mưa làm 112 nhà hư hỏng."),
        ("có 5", "Cả nước có 5.248 người."),
        ("có 5.248", "Cả nước có 5.248.607 người."),
        ("là an", "Họ là anh em."),
        ("mưa to", "Trời Mưa to."),
        ("mua to", "Trời mưa to."),
    ],
)
def test_part_of_a_word_or_number_is_not_the_quote(flood: Callable[[str], qa.Index], quote: str, text: str) -> None:
    at_its_place = text.lower().find(quote)
    for start in (max(0, at_its_place), 3):
        assert qa.verify(cite(quote, start=start), flood(text)).standing == "changed"


def test_a_document_that_is_gone(flood: Callable[[str], qa.Index]) -> None:
    found = qa.verify(cite(QUOTE, document_id="drought").plain(), flood(TEXT))
    assert (found.standing, found.stands, found.document_id) == ("gone", False, "drought")


def test_nothing_like_the_quote(flood: Callable[[str], qa.Index]) -> None:
    assert qa.verify(cite(QUOTE), flood("Cá ăn rong.")).nearest is None


@pytest.mark.parametrize("name", CITATION_FORMATS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    text=UGLY,
    title=UGLY,
    copied=st.sampled_from(
        ["as it is", "NFD", "wrapped", "straight", "indented", "answered", "without what is not seen"]
    ),
)
def test_every_passage_stands_however_it_is_copied(
    flood: Callable[[str], qa.Index], name: CitationFormat, text: str, title: str, copied: str
) -> None:
    document = qa.Document("flood", text, title, "tin tức/lũ “1”")
    index = flood(text)
    for passage in filter(visible, split(document)):
        citation = qa.Citation.of(passage, ACCESSED).format(name)
        found = qa.verify(COPIES[copied](citation), index)
        assert (found.standing, found.start, found.end) == ("stands", passage.start, passage.end)


def visible(passage: qa.Passage) -> bool:
    return any(unicodedata.category(one)[0] not in "CZ" for one in passage.text)


def wrapped(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(part for line in lines for part in (textwrap.wrap(line, 20, break_long_words=False) or [""]))


COPIES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "wrapped": wrapped,
    "straight": lambda text: text.replace("“", '"').replace("”", '"'),
    "indented": lambda text: textwrap.indent(text, "    ") + "\n\n",
    "without what is not seen": lambda text: re.sub("[\u200b\u00ad\u202e]", "", text),
    "answered": lambda text: textwrap.indent(wrapped(text), "> > ", lambda _: True),
}


def test_a_copy_of_what_a_markdown_reader_shows_stands(flood: Callable[[str], qa.Index]) -> None:
    text = "Có *12* nhà_hỏng \\ [1] “tại xã” <b>A</b> &amp; `B`."
    document = qa.Document("flood", text, "*Lũ* `qa:a#1-2`", "a_b")
    markdown = qa.Citation.of(split(document)[0], ACCESSED).markdown()
    shown = re.sub(r"<[^>]*>", "", MarkdownIt("commonmark").render(markdown))
    assert qa.verify(html.unescape(shown), flood(text)).standing == "stands"


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_a_title_or_quote_that_looks_like_a_citation(flood: Callable[[str], qa.Index], name: CitationFormat) -> None:
    lie = "“Mưa lũ ở miền núi.” qa:flood#0-18 note = {“Mưa lũ ở miền núi.” qa:flood#0-18} `qa:flood#0-18`"
    lying = qa.Citation(QUOTE, lie, lie, None, "flood", START, START + len(QUOTE), ACCESSED)
    assert qa.verify(lying.format(name), flood(TEXT)).quote == QUOTE
    quoting = qa.Citation(lie, "", "", None, "flood", 0, len(lie), ACCESSED)
    found = qa.verify(quoting.format(name), flood(lie))
    assert (found.standing, found.start, found.end) == ("stands", 0, len(lie))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no quote"),
        ("Cả nước có 5.248.607 đảng viên.", "There is no quote"),
        ("“Mưa to.” Báo Mưa, 2022", "does not say where"),
        ("“Mưa to.” qa:flood", "does not say where"),
        ("“ ” qa:flood#1-2", "is empty"),
        ("@misc{a, title = {“Mưa” qa:flood#1-2}}", "There is no quote"),
        (f"“{'mưa ' * 6000}” qa:flood#1-2", "has 23,999 characters"),
    ],
)
def test_a_text_that_is_no_citation(flood: Callable[[str], qa.Index], text: str, says: str) -> None:
    with pytest.raises(CitationError, match=says):
        qa.verify(text, flood(TEXT))


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_citations_are_verified_one_by_one(flood: Callable[[str], qa.Index], name: CitationFormat) -> None:
    two = f"{cite(QUOTE).format(name)}\n\n{cite('Mưa lũ ở miền núi.', 0).format(name)}\n"
    with pytest.raises(CitationError, match="more than one citation"):
        qa.verify(two, flood(TEXT))


# The file on disk, and the command


@pytest.fixture
def newspaper(tmp_path: Path) -> Path:
    paper = tmp_path / "news"
    paper.mkdir()
    (paper / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["index", str(paper), "--into", str(tmp_path / "index")]) == 0
    return paper / "a.txt"


def standing(newspaper: Path) -> tuple[str, str | None, bool]:
    index = qa.Index.open(newspaper.parent.parent / "index")
    text = index.document("news/a.txt").text
    found = qa.verify(cite(QUOTE, text.index(QUOTE), "news/a.txt"), index)
    assert found.path == str(newspaper)
    return found.standing, found.on_disk, found.stands


def test_the_file_is_read_again(newspaper: Path) -> None:
    assert standing(newspaper) == ("stands", "stands", True)
    newspaper.write_text(f"Tin mới nhất trong ngày.\n{TEXT}", encoding="utf-8")
    assert standing(newspaper) == ("stands", "moved", True)
    newspaper.write_text(TEXT.replace("12 nhà", "15 nhà"), encoding="utf-8")
    assert standing(newspaper) == ("stands", "changed", False)
    newspaper.write_bytes(b"\0\1\2\3")
    assert standing(newspaper) == ("stands", "unreadable", True)
    newspaper.unlink()
    assert standing(newspaper) == ("stands", "gone", True)


def test_a_stored_text_that_differs_from_what_was_indexed_is_reported(
    newspaper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = newspaper.parent.parent / "index"
    text = qa.Index.open(folder).document("news/a.txt").text
    changed = to_stored_text(text.replace("12 nhà", "15 nhà"))
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute("UPDATE document SET text = ? WHERE id = 'news/a.txt'", [changed])
    quote = QUOTE.replace("12 nhà", "15 nhà")
    citation = cite(quote, text.index(QUOTE), "news/a.txt")
    found = qa.verify(citation, qa.Index.open(folder))
    assert (found.standing, found.damaged, found.stands) == ("stands", True, False)
    capsys.readouterr()
    assert main(["verify", citation.plain(), "--index", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "The index's copy of news/a.txt is damaged. Delete it there, then index it again."


def test_the_command(newspaper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = str(newspaper.parent.parent / "index")
    capsys.readouterr()
    assert main(["search", "mưa làm hư hỏng", "--index", index, "--cite", "plain", "-k", "1"]) == 0
    citation = capsys.readouterr().out
    assert main(["verify", citation, "--index", index]) == 0
    at = citation.rsplit("#")[1].strip()
    assert capsys.readouterr().out == (
        f"The quote stands in news/a.txt at {at}.\n{newspaper} holds the quote as well.\n"
    )
    assert main(["verify", f"{citation}\n{citation}", "--index", index]) == 0
    assert capsys.readouterr().out.splitlines()[::2] == [f"The quote stands in news/a.txt at {at}."] * 2
    changed = citation.replace("12 nhà", "15 nhà")
    assert main(["verify", f"{citation}\n{changed}", "--index", index, "--json"]) == 1
    assert [one["stands"] for one in json.loads(capsys.readouterr().out)["citations"]] == [True, False]
    assert main(["verify", changed, "--index", index]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "The quote no longer stands in news/a.txt.",
        "The sentence most like it:",
        f"    {QUOTE}",
        f"{newspaper} does not hold it either.",
    ]
    assert main(["verify", changed, "--index", index, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["stands"], report["standing"], report["on_disk"]) == (False, "changed", "changed")
    newspaper.write_text(TEXT.replace("12 nhà", "15 nhà"), encoding="utf-8")
    for quote, report in ((citation, "no longer holds the quote"), (changed, "holds the quote")):
        assert main(["verify", quote, "--index", index]) == 1
        assert capsys.readouterr().out.splitlines()[-1] == (
            f"{newspaper} {report}: bring the index up to date with qa index."
        )
    assert main(["verify", "“Mưa.”", "--index", index]) == 1
    assert capsys.readouterr().err.startswith("qa: This citation does not say where")


@pytest.mark.parametrize("name", CITATION_FORMATS)
def test_what_ask_cites_stands(newspaper: Path, name: CitationFormat) -> None:
    index = str(newspaper.parent.parent / "index")
    command = [sys.executable, "-m", "qa"]
    asked = [*command, "ask", "Mưa làm bao nhiêu nhà hư hỏng?", "--index", index, "--cite", name]
    cited = subprocess.run(asked, capture_output=True, check=True)
    verified = subprocess.run([*command, "verify", "-", "--index", index], input=cited.stdout, capture_output=True)
    assert verified.stdout.decode().startswith("The quote stands in news/a.txt at ")
    assert (verified.returncode, verified.stderr) == (0, b"")


def test_a_declined_question_cites_nothing(newspaper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = str(newspaper.parent.parent / "index")
    capsys.readouterr()
    arguments = ["ask", "Công thức nấu phở bò như thế nào?", "--index", index, "--cite", "apa"]
    assert main(arguments) == 0
    assert capsys.readouterr() == ("", "No answer in these documents, so there is nothing to cite.\n")
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["citations"] == []


def test_every_passage_of_the_seeds_stands(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "seeds", WordEmbedder())
    index.upsert(qa.read_documents([SEEDS]))
    for document in index.documents():
        for passage in split(document):
            citation = qa.Citation.of(passage, ACCESSED)
            for name in CITATION_FORMATS:
                assert qa.verify(citation.format(name), index).standing == "stands"


def test_a_quote_among_invisible_characters_is_looked_for_in_a_straight_line(flood: Callable[[str], qa.Index]) -> None:
    words = " \u200b".join(["nhà"] * 300)
    assert qa.verify(cite("nhà " * 299 + "cửa", 0), flood(f"{words}.")).standing == "changed"
