"""Pictures of pages: what is marked on them, when there is none, and who may see them."""

import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import quote as encoded

import numpy as np
import pytest
from chromium import CHROMIUM, QUIET
from fpdf import FPDF
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from test_documents_formats import FONT
from test_serve import KNOWN, NAME, PASSWORD, asked
from toy import WordEmbedder

import qa
from qa.documents import height_of_quote
from qa.documents.page_image import MARK, MAX_PIXELS, PageImageError, QuotedOnPage, draw_page, height_on_page
from qa.page import Library, Settings, User, hash_password, keep_user, serving
from qa.page.ask.cards import picture_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]
HEAD = "Hướng dẫn hỗ trợ sau lũ cho các hộ dân"
RICE = (
    "Hộ trồng lúa thuần bị thiệt hại nặng được hỗ trợ 2.000.000 đồng cho mỗi héc-ta theo bảng giá của tỉnh, và được "
    "cấp giống cho vụ sau nếu nộp đơn trước ngày 30 tháng 10 năm 2024."
)
FISH = "Hộ nuôi cá tra trên sông được hỗ trợ 7.500.000 đồng cho mỗi lồng nuôi bị nước lũ cuốn trôi hoàn toàn."
ACROSS = ("Người chịu trách nhiệm tổng hợp các hồ sơ của", "các xã trong huyện là ông Phạm Quang Hiếu.")
Line = tuple[float, str]


def pdf(*pages: Sequence[Line], font: str = "DejaVu") -> bytes:
    """Pages of lines, each at its height in points from the top."""
    writer = FPDF(unit="pt")
    writer.add_font("DejaVu", fname=FONT)
    writer.set_font(font, size=12)
    writer.set_auto_page_break(auto=False)
    for page in pages:
        writer.add_page()
        for height, text in page:
            writer.set_xy(60, height)
            writer.multi_cell(470, 16, text)
    return bytes(writer.output())


PAGES = ([(60, HEAD), (200, RICE), (780, ACROSS[0])], [(60, ACROSS[1]), (400, FISH)])


@pytest.fixture(scope="module")
def paper_pdf() -> bytes:
    return pdf(*PAGES)


@pytest.fixture
def paper(paper_pdf: bytes, tmp_path: Path) -> qa.Document:
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "lu.pdf").write_bytes(paper_pdf)
    [document] = qa.read_documents(folder)
    return document


def marked(png: bytes | None) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all that is marked, in points; the marks are there at all."""
    assert png is not None
    pixels = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    down, across = np.nonzero((pixels == MARK).all(axis=2))
    assert len(down) > 0
    return int(across.min()) // 2, int(down.min()) // 2, int(across.max()) // 2, int(down.max()) // 2


def spanned(document: qa.Document, words: str) -> tuple[int, int]:
    start = document.text.index(words)
    return start, start + len(words)


# What is marked


@pytest.mark.parametrize(
    ("words", "top", "bottom"),
    [(HEAD, 60, 76), (RICE, 200, 248), (FISH, 400, 432), (ACROSS[0], 780, 796), (ACROSS[1], 60, 76)],
)
def test_a_quote_is_marked_where_it_stands(paper: qa.Document, words: str, top: int, bottom: int) -> None:
    left, marked_top, right, marked_bottom = marked(qa.page_image(paper, *spanned(paper, words)))
    assert top - 2 <= marked_top <= top + 8
    assert bottom - 8 <= marked_bottom <= bottom + 2
    assert 56 <= left <= 64
    assert right <= 534
    height = height_of_quote(paper, *spanned(paper, words))
    assert abs(height * 842 - marked_top) < 4


def test_a_part_of_a_line_is_marked_alone(paper: qa.Document) -> None:
    left, top, right, bottom = marked(qa.page_image(paper, *spanned(paper, "7.500.000 đồng")))
    assert bottom - top < 20
    assert 90 < right - left < 110


def test_of_a_quote_over_two_pages_the_page_where_it_begins_has_its_beginning(paper: qa.Document) -> None:
    _, top, _, bottom = marked(qa.page_image(paper, *spanned(paper, " ".join(ACROSS))))
    assert (top > 770, bottom < 800) == (True, True)


def test_of_equal_words_those_are_marked_that_are_meant(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([(100, HEAD), (300, RICE), (500, HEAD), (600, FISH)]))
    [document] = qa.read_documents(tmp_path / "a.pdf")
    first = document.text.index(HEAD)
    second = document.text.index(HEAD, first + 1)
    assert marked(qa.page_image(document, first, first + len(HEAD)))[1] < 110
    assert marked(qa.page_image(document, second, second + len(HEAD)))[1] > 490


def test_letters_are_found_however_a_page_composes_them() -> None:
    data = pdf([(100, HEAD), (300, unicodedata.normalize("NFD", FISH))])
    assert 298 <= marked(draw_page(data, QuotedOnPage(1, FISH)))[1] <= 308
    assert 98 <= marked(draw_page(data, QuotedOnPage(1, unicodedata.normalize("NFD", HEAD))))[1] <= 108


def test_letters_in_an_old_encoding_are_found(tmp_path: Path) -> None:
    garbled = "Céng hßa x· héi chñ nghÜa ViÖt Nam. Uû ban nh©n d©n tØnh quyÕt ®Þnh ban hµnh quy chÕ nµy."
    (tmp_path / "a.pdf").write_bytes(pdf([(100, HEAD)], [(300, garbled)]))
    [document] = qa.read_documents(tmp_path / "a.pdf")
    words = "quyết định ban hành quy chế này"
    assert 298 <= marked(qa.page_image(document, *spanned(document, words)))[1] <= 310


def test_a_page_that_lies_on_its_side_is_marked_where_it_is_shown() -> None:
    data = pdf([(100, HEAD), (300, FISH)]).replace(b"/Type /Page\n", b"/Type /Page\n/Rotate 90\n")
    left, top, right, bottom = marked(draw_page(data, QuotedOnPage(1, HEAD)))
    assert (left >= 842 - 116 - 4, right <= 842 - 100 + 4) == (True, True)
    assert (56 <= top <= 64, 200 < bottom <= 534) == (True, True)
    assert height_on_page(data, QuotedOnPage(1, HEAD)) == pytest.approx(60 / 595, abs=0.01)


def test_a_page_without_text_has_no_marks_and_a_large_one_a_picture_of_bounded_size() -> None:
    scan, poster = FPDF(unit="pt"), FPDF(unit="pt", format=(14_000, 9_000))
    for writer in (scan, poster):
        writer.add_page()
    for writer, size in ((scan, (1191, 1684)), (poster, (MAX_PIXELS, MAX_PIXELS * 9 // 14 + 1))):
        picture = draw_page(bytes(writer.output()), QuotedOnPage(1, FISH))
        assert picture is not None
        drawn = Image.open(BytesIO(picture))
        assert drawn.size == size
        assert drawn.getextrema() == ((255, 255),) * 3


# When there is none


def test_a_page_that_does_not_have_the_quote_any_more_is_not_shown(paper: qa.Document) -> None:
    path = Path(paper.metadata["path"])
    for changed in (pdf(PAGES[0], [(400, FISH.replace("7.500.000", "9.500.000"))]), pdf(PAGES[0]), b"no PDF"):
        path.write_bytes(changed)
        with pytest.raises(PageImageError):
            qa.page_image(paper, *spanned(paper, FISH))
    path.unlink()
    with pytest.raises(PageImageError, match="cannot be read"):
        qa.page_image(paper, *spanned(paper, FISH))


def test_a_link_in_place_of_the_file_is_not_followed(paper: qa.Document, tmp_path: Path) -> None:
    path = Path(paper.metadata["path"])
    path.rename(tmp_path / "elsewhere.pdf")
    path.symlink_to(tmp_path / "elsewhere.pdf")
    with pytest.raises(PageImageError, match="not where it was"):
        qa.page_image(paper, *spanned(paper, FISH))


@pytest.mark.parametrize("span", [(5, 5), (9, 5), (-3, 2), (0, 10_000), (10_000, 10_001)])
def test_what_is_no_quote_has_no_picture(paper: qa.Document, span: tuple[int, int]) -> None:
    with pytest.raises(PageImageError):
        qa.page_image(paper, *span)


def test_a_document_without_pages_has_no_picture(paper: qa.Document) -> None:
    for other in (replace(paper, places=()), replace(paper, metadata={})):
        with pytest.raises(PageImageError, match="no file in pages"):
            qa.page_image(other, *spanned(paper, FISH))
        assert picture_of("", other, *spanned(paper, FISH)) is None
    assert picture_of("", paper, *spanned(paper, FISH)) is not None


def test_a_file_within_an_archive_has_pictures_too(paper: qa.Document, tmp_path: Path) -> None:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(paper.metadata["path"], "lũ/lu.pdf")
    path = tmp_path / "kho.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", HEAD)
        archive.writestr("trong.zip", inner.getvalue())
    [packed] = (one for one in qa.read_documents(path) if one.places)
    assert packed.metadata["member"] == "trong.zip/lũ/lu.pdf"
    assert qa.page_image(packed, *spanned(packed, FISH)) == qa.page_image(paper, *spanned(paper, FISH))
    assert picture_of("", packed, *spanned(packed, FISH)) is not None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", HEAD)
    with pytest.raises(PageImageError, match="not where it was"):
        qa.page_image(packed, *spanned(packed, FISH))


# On the page


@pytest.fixture(scope="module")
def shown(paper_pdf: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, qa.Document]:
    """An index of one document, which lies beside another one that nobody indexed."""
    place = tmp_path_factory.mktemp("shown")
    (place / "kho").mkdir()
    (place / "kho" / "lu.pdf").write_bytes(paper_pdf)
    (place / "secret.pdf").write_bytes(pdf([(60, FISH)]))
    index = qa.Index.create(place / "index", WordEmbedder(("cá", "lúa")))
    [document] = qa.read_documents(place / "kho")
    index.upsert([document])
    return Library({"index": qa.Searcher(index)}), document


@pytest.fixture(scope="module")
def address(shown: tuple[Library, qa.Document]) -> Iterator[str]:
    with serving(shown[0], Settings(port=0)) as (address, _):
        yield address


def test_a_picture_is_served_behind_the_login(shown: tuple[Library, qa.Document], tmp_path: Path) -> None:
    library, paper = shown
    users = tmp_path / "users"
    keep_user(users, User(NAME, "read", hash_password(PASSWORD)), NAME)
    start, end = spanned(paper, FISH)
    path = f"page-image?index=index&document={encoded(paper.id)}&start={start}&end={end}"
    with serving(library, Settings(port=0, users=users)) as (address, _):
        assert asked(address, path)[0] == 401
        status, body = asked(address, path, headers=KNOWN)
    assert (status, body) == (200, qa.page_image(paper, start, end))


@pytest.mark.parametrize(
    "asked_for",
    [
        "",
        "document=secret.pdf&start=0&end=9",
        "document=../secret.pdf&start=0&end=9",
        "document=kho/../secret.pdf&start=0&end=9",
        "document=/&start=0&end=9",
        "document=kho/lu.pdf&start=0&end=9&index=other",
        "document=kho/lu.pdf&start=a&end=9",
        "document=kho/lu.pdf&start=-9&end=-1",
        "document=kho/lu.pdf&start=0&end=99999999999999999999",
        "document=kho/lu.pdf&path=/etc/passwd",
        "document=%00&start=0&end=9",
    ],
)
def test_nothing_but_documents_of_the_index_is_shown(address: str, asked_for: str) -> None:
    assert asked(address, f"page-image?{asked_for}") == (404, b"No picture.\n")


@contextmanager
def gone(path: Path) -> Iterator[None]:
    elsewhere = path.rename(path.with_name("elsewhere"))
    yield
    elsewhere.rename(path)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_an_answer_opens_on_its_page_and_on_its_text_where_the_file_is_gone(
    address: str, shown: tuple[Library, qa.Document]
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for view, caption in (("", "Trang của tệp gốc (tr. 2)"), ("en", "The page of the file itself (p. 2)")):
            page = browser.new_page()
            page.goto(f"{address}{view}?q=Hộ nuôi cá tra được hỗ trợ bao nhiêu đồng mỗi lồng nuôi?")
            picture = page.locator(".opened .page-image img")
            expect(picture).to_be_in_viewport(timeout=20_000)
            expect(page.locator(".opened figcaption")).to_contain_text(caption)
            page.wait_for_function("document.querySelector('.page-image img').naturalWidth === 1191")
            expect(page.locator(".opened .changed")).to_have_count(0)
        with gone(Path(shown[1].metadata["path"])):
            page.reload()
            expect(page.locator(".opened .changed")).to_contain_text("The file itself is gone", timeout=20_000)
            expect(picture).to_have_count(0)
            expect(page.locator(".opened mark").first).to_be_in_viewport()
        browser.close()
