"""The place of what is quoted: from files of real writers, through the index, to all that shows a quote."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_documents_formats import pdf
from toy import WordEmbedder

import qa
from qa.answer import Finding, Verification
from qa.cli import main
from qa.documents import Place, page_of, pages_of, place_of
from qa.documents.places import by_words
from qa.page.api import Endpoints
from qa.page.ask import cards, replies
from qa.page.ask.replies import choices
from qa.page.parts import words
from qa.page.parts.library import Library
from qa.page.parts.words import Language
from qa.passages import split

RICE = "Hộ trồng lúa thuần bị thiệt hại nặng được hỗ trợ 2.000.000 đồng cho mỗi héc-ta theo bảng giá của tỉnh."
FISH = "Hộ nuôi cá tra trên sông được hỗ trợ 7.500.000 đồng cho mỗi lồng nuôi bị nước lũ cuốn trôi hoàn toàn."
LONG = "Cá tra nuôi lồng là nghề chính của nhiều hộ dân ven sông, và cá giống do trại của tỉnh cung cấp hằng năm."
ACCESSED = date(2026, 11, 26)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "kho"
    folder.mkdir()
    (folder / "lu.pdf").write_bytes(pdf(["Hỗ trợ sau lũ", RICE, LONG], [FISH, LONG.replace("Cá tra", "Cá lóc")]))
    writer = docx.Document()
    writer.add_heading("Phần I. Thời tiết", 1)
    writer.add_paragraph("Nắng nóng kéo dài ở miền núi phía bắc trong suốt ba tuần của tháng sáu năm nay.")
    writer.add_heading("Phần II. Đảng viên", 1)
    writer.add_paragraph("Toàn huyện có 4.215 đảng viên sinh hoạt ở 96 chi bộ tính đến cuối tháng mười năm ngoái.")
    writer.save(str(folder / "bao-cao.docx"))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Mưa"
    for cells in (["Trạm", "Lượng mưa (mm)"], ["Sa Pa", 214], ["Hà Giang", 187]):
        sheet.append(cells)
    book.save(folder / "mua.xlsx")
    return folder


@pytest.fixture(scope="module")
def searcher(files: Path, tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("places") / "index")
    index.upsert(qa.read_documents(files))
    return qa.Searcher(index)


def hit_of(searcher: qa.Searcher, document: str) -> qa.Hit:
    return searcher.search("lúa cá mưa đảng viên", k=1, filters={"document": document})[0]


def finding_of(searcher: qa.Searcher, document: str, words_of_it: str) -> Finding:
    """What a reader would give that reads these words."""
    whole = searcher.index.document(document).text
    start = whole.index(words_of_it)
    hits = searcher.search(words_of_it, filters={"document": document})
    [hit] = [one for one in hits if one.passage.start <= start < one.passage.end]
    return Finding(words_of_it, start, start + len(words_of_it), hit)


# The value

PLACES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 200), st.sampled_from(["tr. 1", "Điều 8", "Khoản 2", "Mưa!3"])),
    max_size=8,
)


@given(text=st.text(alphabet="ab mưa.\n", min_size=1, max_size=400), places=PLACES)
def test_a_passage_has_the_place_of_its_document_at_every_offset(text: str, places: list[tuple[int, int, str]]) -> None:
    document = qa.Document(
        "d", text, places=tuple(Place(start, start + length, name) for start, length, name in places)
    )
    for passage in split(document):
        assert passage.place == document.place(passage.start, passage.end)
        for offset in range(passage.start, passage.end):
            assert passage.place_of(offset, offset + 1) == document.place(offset)


def test_a_page_is_named_before_the_rest_and_a_fuller_name_of_a_place_alone() -> None:
    article, page, clause = Place(0, 90, "Điều 8"), Place(40, 90, "tr. 2"), Place(45, 60, "Khoản 2")
    assert place_of([article, page, clause], 50, 51) == "tr. 2, Điều 8, Khoản 2"
    heading = Place(0, 90, "Điều 8. Mức hỗ trợ")
    assert place_of([article, heading, clause], 50, 51) == "Điều 8. Mức hỗ trợ, Khoản 2"
    assert place_of([article, Place(0, 90, "Điều 80"), clause], 50, 51) == "Điều 8, Điều 80, Khoản 2"


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        *(("tr. 12, Điều 8", (12, 12)), ("tr. 3", (3, 3)), ("tr. 3–5, Điều 8–9", (3, 5)), ("tr. 3–5", (3, 5))),
        *(("Điều 8", None), ("", None), ("tr. 3a", None), ("tr. 3-5", None)),
    ],
)
def test_the_pages_of_a_place(place: str, pages: tuple[int, int] | None) -> None:
    assert pages_of(place) == pages
    assert page_of(place) == (pages[0] if pages else None)


# Spans over several places


def named(*parts: str) -> tuple[Place, ...]:
    """Places one after the other, ten characters each; "a > b" is b within all of those that begin with a."""
    nested = [part.split(" > ") for part in parts]
    found: list[Place] = []
    for number, labels in enumerate(nested):
        for depth, label in enumerate(labels):
            if number and nested[number - 1][: depth + 1] == labels[: depth + 1]:
                [index] = [n for n, one in enumerate(found) if one.label == label and one.end == 10 * number]
                found[index] = Place(found[index].start, 10 * number + 10, found[index].label)
            else:
                found.append(Place(10 * number, 10 * number + 10, label))
    return tuple(found)


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        (("tr. 1", "tr. 2", "tr. 3"), "tr. 1–3"),
        (("tr. 1", "tr. 1"), "tr. 1"),
        (("Sheet1!12", "Sheet1!13", "Sheet1!15"), "Sheet1!12–15"),
        (("Sheet1!12 (ẩn)", "Sheet1!15"), "Sheet1!12 (ẩn)–15"),
        (("Sheet1!12", "Sheet1!15 (ẩn)"), "Sheet1!12–15 (ẩn)"),
        (("Sheet1!12, ghi chú", "Sheet1!15, ghi chú"), "Sheet1!12–15, ghi chú"),
        (("Sheet1!12", "Sheet2!15"), "Sheet1!12"),
        (("Sheet1!40", "Sheet1!2"), "Sheet1!40"),  # the next columns of a wide table
        (("dòng 2", "dòng 10"), "dòng 2–10"),
        (("slide 3", "slide 3, ghi chú"), "slide 3"),
        (("slide 3, ghi chú", "slide 4"), "slide 3–4"),
        (("chương 1", "chương 2"), "chương 1–2"),
        (("Điều 8", "Điều 9a"), "Điều 8–9a"),
        (("Điều 8. Mức hỗ trợ", "Điều 9. Hồ sơ"), "Điều 8–9"),
        (("Điều 8", "Điều 8 > Khoản 1"), "Điều 8"),
        (("Điều 8 > Khoản 1", "Điều 8 > Khoản 2", "Điều 8 > Khoản 3"), "Điều 8, Khoản 1–3"),
        (("Điều 8 > Khoản 2", "Điều 9 > Khoản 1"), "Điều 8–9"),
        (("Điều 8 > Khoản 2", "Điều 9 > Khoản 2"), "Điều 8–9"),
        (("Phần I", "Phần II"), "Phần I"),
        (("đầu văn bản", "Điều 1"), "đầu văn bản"),
    ],
)
def test_a_span_over_several_places_of_one_sort_is_named_by_a_range(parts: tuple[str, ...], place: str) -> None:
    assert place_of(named(*parts), 3, 10 * len(parts) - 3) == place


def test_a_page_and_an_article_each_have_their_range() -> None:
    pages = Place(0, 20, "tr. 3"), Place(20, 90, "tr. 4")
    assert place_of((*pages, *named("Điều 8 > Khoản 1", "Điều 8 > Khoản 2", "Điều 9")), 3, 8) == (
        "tr. 3, Điều 8, Khoản 1"
    )
    assert place_of((*pages, *named("Điều 8 > Khoản 1", "Điều 8 > Khoản 2", "Điều 9")), 3, 18) == (
        "tr. 3, Điều 8, Khoản 1–2"
    )
    assert place_of((*pages, *named("Điều 8 > Khoản 1", "Điều 8 > Khoản 2", "Điều 9")), 3, 28) == "tr. 3–4, Điều 8–9"
    assert place_of((*pages, *named("đầu văn bản", "Điều 8", "Điều 9")), 3, 28) == "tr. 3–4"
    assert place_of(pages, 3, 200) == "tr. 3"


ROWS = st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=30)


@given(rows=ROWS, sort=st.sampled_from(["tr. {}", "dòng {}", "Mưa!{}", "slide {}", "Điều {}"]), data=st.data())
def test_a_range_names_the_places_of_the_first_and_the_last_character(
    rows: list[tuple[int, bool]], sort: str, data: st.DataObject
) -> None:
    ends = [sum(length for length, _ in rows[: number + 1]) for number in range(len(rows))]
    labels = [
        sort.format(number) + " (ẩn)" * (is_hidden and sort[0] in "Ms") for number, (_, is_hidden) in enumerate(rows, 1)
    ]
    places = tuple(Place(end - length, end, label) for end, (length, _), label in zip(ends, rows, labels, strict=True))
    start = data.draw(st.integers(0, ends[-1] - 1))
    end = data.draw(st.integers(start + 1, ends[-1]))
    first, last = place_of(places, start, start + 1), place_of(places, end - 1, end)
    stem = sort.removesuffix("{}")
    assert place_of(places, start, end) == (first if first == last else f"{first}–{last.removeprefix(stem)}")


# From files to hits, answers and citations


@pytest.mark.parametrize(
    ("document", "words_of_it", "place"),
    [
        ("kho/lu.pdf", "2.000.000 đồng", "tr. 1"),
        ("kho/lu.pdf", "7.500.000 đồng", "tr. 2"),
        ("kho/bao-cao.docx", "4.215 đảng viên", "Phần II. Đảng viên"),
        ("kho/mua.xlsx", "187", "Mưa!3"),
    ],
)
def test_an_answer_and_its_citation_have_the_place_of_their_own_words(
    searcher: qa.Searcher, document: str, words_of_it: str, place: str
) -> None:
    finding = finding_of(searcher, document, words_of_it)
    assert finding.place == place
    assert finding.to_json()["place"] == place
    assert qa.Citation.of(finding).place == place


def test_a_passage_over_two_pages_names_both_and_a_quote_from_one_of_them_its_own() -> None:
    text = f"{RICE} {FISH}"
    first, second = Place(0, len(RICE), "tr. 1"), Place(len(RICE), len(text), "tr. 2")
    passage = qa.Passage("d#1", "d", 1, text, 0, len(text), "", "", None, places=(first, second))
    assert (passage.place, qa.Citation.of(passage).place) == ("tr. 1–2", "tr. 1–2")
    at = text.index("cá tra")
    finding = Finding("cá tra", at, at + 6, qa.Hit(passage, 1.0, 1))
    assert (finding.place, qa.Citation.of(finding).place) == ("tr. 2", "tr. 2")


def test_an_index_keeps_the_places(searcher: qa.Searcher) -> None:
    opened = qa.Searcher.open(searcher.index.folder)
    assert hit_of(opened, "kho/mua.xlsx").passage == hit_of(searcher, "kho/mua.xlsx").passage
    assert hit_of(opened, "kho/mua.xlsx").passage.places == (
        *(Place(0, 26, "Mưa!1"), Place(26, 42, "Mưa!2")),
        Place(42, 61, "Mưa!3"),
    )
    assert hit_of(opened, "kho/mua.xlsx").to_json()["passage"]["place"] == "Mưa!1–3"


# The formats of citations


def test_every_format_of_a_citation_tells_the_place() -> None:
    made = qa.Citation("Cá sống.", "Lũ", "kho/lu.pdf", None, "a", 0, 8, ACCESSED, "tr. 2, Điều 8")
    assert made.plain() == "“Cá sống.”\n— Lũ, kho/lu.pdf, tr. 2, Điều 8, n.d., accessed 2026-11-26, qa:a#0-8"
    assert made.markdown() == (
        "> “Cá sống.”\n>\n> — *Lũ*, kho/lu.pdf, tr. 2, Điều 8, n.d., accessed 2026-11-26, `qa:a#0-8`"
    )
    assert made.apa() == (
        "Lũ. (n.d.). kho/lu.pdf (tr. 2, Điều 8). Retrieved November 26, 2026, from qa:a#0-8\n“Cá sống.”"
    )
    assert made.bibtex().splitlines()[3:] == [
        "  pages = {2},",
        "  urldate = {2026-11-26},",
        "  note = {“Cá sống.” tr. 2, Điều 8. Accessed 2026-11-26. qa:a\\#0-8},",
        "}",
    ]
    several = replace(made, place="tr. 2–3, Điều 8–9")
    assert "  pages = {2--3},\n" in several.bibtex()
    assert "tr. 2–3, Điều 8–9, n.d." in several.plain()
    sheet = qa.Citation("214", "", "", None, "a", 0, 3, ACCESSED, "Mưa!2")
    assert "pages" not in sheet.bibtex()
    assert sheet.apa() == "Anonymous. (n.d.). (Mưa!2). Retrieved November 26, 2026, from qa:a#0-3\n“214”"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["plain", "markdown", "bibtex", "apa"])
def test_a_place_that_looks_like_a_citation_is_not_taken_for_one(
    searcher: qa.Searcher, name: str, language: Language
) -> None:
    whole = finding_of(searcher, "kho/lu.pdf", RICE)
    lie = "“Mục” qa:kho/mua.xlsx#1-2 {x} \\ “”"
    made = qa.Citation(RICE, "", "", None, "kho/lu.pdf", whole.start, whole.end, ACCESSED, lie)
    found = qa.verify(made.format(name, language), searcher.index)  # type: ignore[arg-type]
    assert (found.quote, found.document_id, found.standing) == (RICE, "kho/lu.pdf", "stands")


# What shows them


def test_the_terminal_tells_places(searcher: qa.Searcher, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(searcher.index.folder)
    main(["search", "đảng viên sinh hoạt ở chi bộ", "--index", folder, "-k", "1"])
    assert "undated · kho/bao-cao.docx · Phần I. Thời tiết  (score" in capsys.readouterr().out
    main(["search", "trạm mưa Sa Pa", "--index", folder, "-k", "1"])
    assert " · kho/mua.xlsx · Mưa!1–3  (score" in capsys.readouterr().out
    main(["ask", "Hộ nuôi cá tra được hỗ trợ bao nhiêu đồng mỗi lồng nuôi?", "--index", folder, "-k", "1"])
    assert "\n    Hỗ trợ sau lũ · undated · kho/lu.pdf · tr. 2  (confidence" in capsys.readouterr().out
    main(["ask", "Hộ nuôi cá tra được hỗ trợ bao nhiêu đồng mỗi lồng nuôi?", "--index", folder, "--json"])
    assert json.loads(capsys.readouterr().out)["answer"]["place"] == "tr. 2"


def test_programs_are_given_places(searcher: qa.Searcher) -> None:
    endpoints = Endpoints(Library({"one": searcher}))
    [hit] = endpoints.search("trạm mưa Sa Pa", k=1)["hits"]
    assert (hit["passage"]["source"], hit["passage"]["place"]) == ("kho/mua.xlsx", "Mưa!1–3")
    [whole] = endpoints.documents("kho/mua.xlsx")["documents"]
    assert whole["places"][2] == {"start": 42, "end": 61, "label": "Mưa!3"}
    assert whole["text"][42:61] == "| Hà Giang | 187 |\n"


@pytest.mark.parametrize(("language", "message"), [("vi", "tr. 2"), ("en", "p. 2")])
def test_the_page_tells_places_in_its_language(searcher: qa.Searcher, language: Language, message: str) -> None:
    finding = finding_of(searcher, "kho/lu.pdf", "7.500.000 đồng")
    answer = qa.Answer("Hỏi?", replace(finding, sentence=FISH), 0.9, (finding.source,), others=(finding,))
    mark = f'<span class="place">{message}</span>'
    shown = replies.reply(answer, "vi", language)
    assert f'<span class="file">kho/lu.pdf</span> · {mark}</button>' in shown
    assert f"</span> · {mark}</span></button>" in shown
    assert f"kho/lu.pdf</span> · {mark}</p>" in cards.article(
        searcher.index.document("kho/lu.pdf"), choices(answer)["1"], language
    )
    shown_cards = cards.results("Hỏi?", [cards.Found(finding.source, [], [])], "", "1", language)
    first = words.place(finding.source.passage.place, language)
    assert f'kho/lu.pdf</span> · <span class="place">{first}</span></p>' in shown_cards


@pytest.mark.parametrize(
    ("language", "where", "page"), [("vi", "tr. 1–2", "tệp gốc (tr. 1)"), ("en", "pp. 1–2", "file itself (p. 1)")]
)
def test_a_passage_over_two_pages_opens_at_the_first(
    searcher: qa.Searcher, language: Language, where: str, page: str
) -> None:
    document = searcher.index.document("kho/lu.pdf")
    start, end = document.text.index(RICE), document.text.index(FISH) + len(FISH)
    passage = qa.Passage(
        *("kho/lu.pdf#1", document.id, 1, document.text[start:end], start, end, document.title, document.source, None),
        places=document.places,
    )
    choice = replies.Choice(passage, "1", None, qa.Citation.of(passage))
    picture = cards.picture_of("", document, start, end)
    shown = cards.article(document, choice, language, picture)
    assert f'<span class="place">{where}</span>' in shown
    assert f"{page}, " in shown
    assert choice.citation.place == "tr. 1–2"
    found = qa.verify(choice.citation, searcher.index)
    assert (found.place, found.place_on_disk) == ("tr. 1–2", "tr. 1–2")


@pytest.mark.parametrize(
    ("own", "english"),
    [
        ("tr. 3, Điều 8, Khoản 2", "p. 3, Điều 8, Khoản 2"),
        ("tr. 3–5, Điều 8–9", "pp. 3–5, Điều 8–9"),
        ("dòng 12", "line 12"),
        ("dòng 12–15", "lines 12–15"),
        ("slide 3 (ẩn)–5", "slides 3 (hidden)–5"),
        ("slide 3–5 (ẩn), ghi chú", "slides 3–5 (hidden), comment"),
        ("Sheet1!12 (ẩn)–15 (ẩn)", "Sheet1!12 (hidden)–15 (hidden)"),
        ("chú thích", "note"),
        ("đầu trang", "header"),
        ("slide 3 (ẩn), ghi chú", "slide 3 (hidden), comment"),
        ("Sheet1!12 (ẩn)", "Sheet1!12 (hidden)"),
        ("Thuốc (ẩn)", "Thuốc (ẩn)"),
        ("Sheet1!12", "Sheet1!12"),
        ("dòng họ Nguyễn", "dòng họ Nguyễn"),
        ("", ""),
    ],
)
def test_a_place_in_english(own: str, english: str) -> None:
    assert words.place(own, "en") == english
    assert words.place(own, "vi") == own


# Held against the file again


@pytest.fixture
def shelf(files: Path, tmp_path: Path) -> qa.Index:
    """An index of files of its own, which may be changed."""
    copytree(files, tmp_path / "kho")
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert(qa.read_documents(tmp_path / "kho"))
    return index


def held(index: qa.Index, document: str, quote: str, capsys: pytest.CaptureFixture[str]) -> tuple[Verification, str]:
    """What becomes of a quote, and what the terminal says of its file."""
    start = index.document(document).text.index(quote)
    citation = qa.Citation(quote, "", "", None, document, start, start + len(quote), ACCESSED)
    capsys.readouterr()
    main(["verify", citation.plain(), "--index", str(index.folder)])
    return qa.verify(citation, index), capsys.readouterr().out.splitlines()[-1].partition(document)[2].strip()


@pytest.mark.parametrize(
    ("document", "quote", "place"),
    [
        ("kho/lu.pdf", FISH, "tr. 2"),
        ("kho/bao-cao.docx", "Toàn huyện có 4.215 đảng viên", "Phần II. Đảng viên"),
        ("kho/mua.xlsx", "| Hà Giang | 187 |", "Mưa!3"),
    ],
)
def test_the_file_is_opened_again_and_has_the_quote_at_its_place(
    shelf: qa.Index, document: str, quote: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, message = held(shelf, document, quote, capsys)
    assert (found.standing, found.place) == ("stands", place)
    assert (found.on_disk, found.place_on_disk, found.edited) == ("stands", place, False)
    assert message == f"holds the quote at {place} as well."
    (shelf.folder.parent / document).unlink()
    found, message = held(shelf, document, quote, capsys)
    assert (found.stands, found.place, found.on_disk, found.place_on_disk) == (True, place, "gone", "")
    assert message == "is no longer there; the quote was compared with the index alone."


UPDATE = "bring the index up to date with qa index."
MOVED = f"but at Phần II. Đảng viên: {UPDATE}"


@pytest.mark.parametrize(
    ("pages", "on_disk", "message"),
    [
        (
            (["Hỗ trợ sau lũ", RICE, LONG], [LONG.upper()], [FISH]),
            ("moved", "tr. 3", True),
            f"reads otherwise than when it was indexed: the quote is no longer at tr. 2, but at tr. 3: {UPDATE}",
        ),
        (
            (["Hỗ trợ sau lũ", RICE, LONG], [FISH, LONG.upper()]),
            ("stands", "tr. 2", True),
            f"reads otherwise than when it was indexed, and still holds the quote at tr. 2: {UPDATE}",
        ),
        ((["Hỗ trợ sau lũ", RICE, LONG],), ("changed", "", True), f"no longer holds the quote: {UPDATE}"),
    ],
)
def test_a_pdf_that_was_changed(
    shelf: qa.Index,
    pages: tuple[list[str], ...],
    on_disk: tuple[str, str, bool],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (shelf.folder.parent / "kho" / "lu.pdf").write_bytes(pdf(*pages))
    found, reported = held(shelf, "kho/lu.pdf", FISH, capsys)
    assert (found.standing, found.place) == ("stands", "tr. 2")
    assert (found.on_disk, found.place_on_disk, found.edited) == on_disk
    assert reported == message


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ((), "holds the quote at Phần II. Đảng viên as well."),
        (("Phần II",), "holds the quote at Phần II. Đảng viên as well."),
        (("Phần I",), f"reads otherwise than when it was indexed: the quote is no longer at Phần I, {MOVED}"),
    ],
)
def test_a_file_is_not_called_changed_because_an_earlier_version_named_fewer_parts(
    shelf: qa.Index, known: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = shelf.document("kho/bao-cao.docx")
    places = tuple(Place(0, len(document.text), name) for name in known)
    shelf.upsert([replace(document, places=places)])
    found, reported = held(shelf, document.id, "Toàn huyện có 4.215 đảng viên", capsys)
    assert (found.place, found.place_on_disk) == ("".join(known), "Phần II. Đảng viên")
    assert (found.edited, reported) == (known == ("Phần I",), message)


def test_places_are_made_in_time_that_grows_with_the_document() -> None:
    rows = "".join(f"| {number} | mưa |\n" for number in range(40_000))
    ends = [at + 1 for at, sign in enumerate(rows) if sign == "\n"]
    places = tuple(Place(start, end, f"A!{n}") for n, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1))
    passages = split(qa.Document("d", rows, places=places))
    assert passages[-1].places[-1].label == "A!40000"
    assert sum(len(passage.places) for passage in passages) == 40_000


LINES = st.lists(
    st.tuples(
        st.one_of(
            st.text("abcđ ", min_size=12, max_size=60), st.sampled_from(["Trang đầu của báo cáo", "7.", "Mục 3"])
        ),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@given(lines=LINES, width=st.integers(1, 6))
def test_places_follow_lines_that_are_kept_joined_or_taken_out(lines: list[tuple[str, bool, bool]], width: int) -> None:
    """Every page begins where the first of its long lines that was kept now stands, or a little before."""
    before, after, places = "", "", list[Place]()
    expected: dict[str, tuple[int, int]] = {}
    for number, (text, is_kept, is_joined) in enumerate(lines):
        line = f"{number} {text}" if len(text) > 11 and not text.startswith("Trang") else text
        label = f"tr. {number // width + 1}"
        places.append(Place(len(before), len(before) + len(line) + 1, label))
        if is_kept:
            after += " " if is_joined and after else "\n"
            if len("".join(line.split())) >= 24 and line != text:
                expected.setdefault(label, (len(after), number))
            after += line
        before += f"{line}\n"
    pages = [
        Place(own[0].start, own[-1].end, label)
        for label in dict.fromkeys(one.label for one in places)
        for own in [[one for one in places if one.label == label]]
    ]
    found = {one.label: one for one in by_words(pages, before, after)}
    for label, (at, number) in expected.items():
        assert label in found
        assert found[label].start <= at, (label, number)
        between = after[found[label].start : at]
        assert len(between) <= sum(len(text) + 4 for text, _, _ in lines[number // width * width : number])


def test_a_last_part_of_short_lines_keeps_its_own_name(tmp_path: Path) -> None:
    rule = "Mỗi hộ được hỗ trợ hai triệu đồng."
    (tmp_path / "a.pdf").write_bytes(pdf([rule], ["Giá: 5"], ["Hết."]))
    (tmp_path / "b.md").write_text(f"# Mức\n\n{rule}\n\n# Phí\n\n5 xu.\n", encoding="utf-8")
    documents = list(qa.read_documents([tmp_path]))
    named = [
        [(one.label, document.text[one.start : one.end].split()) for one in document.places] for document in documents
    ]
    assert named == [
        [("tr. 1", rule.split()), ("tr. 2", ["Giá:", "5"]), ("tr. 3", ["Hết."])],
        [("Mức", ["#", "Mức", *rule.split()]), ("Phí", ["#", "Phí", "5", "xu."])],
    ]


def test_pages_are_told_apart_though_each_begins_with_the_same_header(tmp_path: Path) -> None:
    header, heading = "ỦY BAN NHÂN DÂN HUYỆN YÊN LÂM", "2. Hồ sơ"
    other = LONG.replace("Cá tra", "Cá lóc")
    writer = [[header, RICE, LONG], [header, heading, FISH], [header, other]]
    (tmp_path / "a.pdf").write_bytes(pdf(*writer))
    [document] = qa.read_documents(tmp_path / "a.pdf")
    assert document.text.count(header) <= 1
    for words_of_it, page in ((RICE, 1), (heading, 2), (FISH, 2), (other, 3)):
        assert document.place(document.text.index(words_of_it)).split(", ")[0] == f"tr. {page}"
