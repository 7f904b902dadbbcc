from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from toy import WordEmbedder

import qa
from qa.embedding.bundled import BUNDLED_FOLDER
from qa.page import build_page
from qa.page import serve as serve_page
from qa.page.ask_tab import SHOWN
from qa.page.library import Library

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEEDS = Path(__file__).parent.parent / "seeds"
ASKED = "Cả nước có bao nhiêu đảng viên?"
HOSTILE = (
    """<img src=x onerror="document.title='taken'"><script>document.title='taken'</script></mark>"""
    """{{value}} ${document.title='taken'} `${document.title='taken'}` \u202elúa"""
)

# The first two are what pandas says to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = qa.Index.create(
        tmp_path_factory.mktemp("toy") / "index", WordEmbedder(("đảng", "viên", "cả", "nước", "lúa"))
    )
    index.upsert(qa.read_documents([SEEDS]))
    index.upsert([qa.Document("a", f"Giống lúa thơm chín. {HOSTILE}", f"Lúa {HOSTILE}", f"b/{HOSTILE}")])
    page, where = serve(qa.Searcher(index))
    yield where
    page.close()


@pytest.fixture(scope="module")
def bundled_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The seeds, as `make run` serves them."""
    index = qa.Index.create(tmp_path_factory.mktemp("bundled") / "index")
    index.upsert(qa.read_documents([SEEDS]))
    page, where = serve(qa.Searcher(index))
    yield where
    page.close()


def serve(searcher: qa.Searcher) -> tuple[Any, str]:
    """In a running loop, since Gradio leaves loops open where there is none; in a thread, since Playwright has one."""
    with ThreadPoolExecutor() as thread:
        return thread.submit(asyncio.run, _serve(searcher)).result()


async def _serve(searcher: qa.Searcher) -> tuple[Any, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = build_page(Library({"toy": searcher}))
    return page, serve_page(page, "127.0.0.1", port)


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a visitor's own page; at the end none of them may have asked for anything outside this machine."""
    hosts: set[str | None] = set()
    contexts = []

    def opened(where: str = address, width: int = 1280, colour: Literal["light", "dark"] = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=colour)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(where)
        expect(page.locator(".counts")).to_contain_text("văn bản")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert hosts - {None} == {"127.0.0.1"}  # None: what the page holds itself, data: and blob:


def ask(page: Page, question: str) -> None:
    page.locator("#ask textarea").fill(question)
    page.keyboard.press("Enter")


def in_view(page: Page, selector: str, within: str) -> bool:
    """Whether the first of these stands, at least by its top, inside that box."""
    return bool(
        page.evaluate(
            """([selector, within]) => {
                const [one, box] = [selector, within].map((s) => document.querySelector(s).getBoundingClientRect());
                return one.top >= box.top && one.top < box.bottom && one.top < innerHeight;
            }""",
            [selector, within],
        )
    )


def test_a_question_is_answered_from_the_keyboard(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#ask textarea")).to_be_focused()
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".reply.answered blockquote")).to_contain_text("5.248.607 đảng viên")
    expect(page.locator(".reply .citation")).to_contain_text("13/01/2022 · seeds/004_2077101216c8cc9d.txt")
    expect(page.locator(".card")).to_have_count(SHOWN)
    expect(page.locator(".opened mark.answer")).to_contain_text("5.248.607 đảng viên")
    page.wait_for_timeout(200)
    assert in_view(page, ".opened mark.answer", ".opened .body")
    assert page.locator("[aria-live=polite]:has(.reply)").count() == 1
    assert page.evaluate("document.documentElement.lang") == "vi"


def test_another_card_opens_its_article(open_page: Open) -> None:
    page = open_page()
    ask(page, "đảng viên hội nghị tổng kết")
    expect(page.locator(".card")).to_have_count(SHOWN)
    for card in page.locator(".card").all():
        card.focus()
        page.keyboard.press("Enter")
        expect(card).to_have_attribute("aria-current", "true")
        expect(card).to_be_focused()
        expect(page.locator('.card[aria-current="true"]')).to_have_count(1)
        expect(page.locator(".opened h3")).to_have_text(card.locator(".title").inner_text())
        start = card.locator(".text").inner_text()[:15]
        expect(page.locator(".opened mark").first).to_contain_text(start)
        page.wait_for_timeout(200)
        answered = page.locator(".opened mark.answer").count() > 0
        assert in_view(page, ".opened mark.answer" if answered else ".opened mark", ".opened .body")


def test_an_example_is_asked_with_a_click(open_page: Open) -> None:
    page = open_page()
    page.locator(".examples button").first.click()
    expect(page.locator("#ask textarea")).to_have_value(page.locator(".examples button").first.inner_text())
    expect(page.locator(".card")).to_have_count(SHOWN)


def test_what_cannot_be_answered_is_told_in_vietnamese(open_page: Open) -> None:
    page = open_page()
    ask(page, ASKED)
    expect(page.locator(".card")).to_have_count(SHOWN)
    ask(page, "?!")
    expect(page.locator(".reply.problem")).to_contain_text("Câu hỏi chưa có chữ nào để tìm.")
    expect(page.locator(".card")).to_have_count(0)
    ask(page, "Paris mai tuyết rơi ư?")
    expect(page.locator(".reply.declined")).to_contain_text("Không thấy câu trả lời trong kho tài liệu")
    expect(page.locator(".results h2")).to_have_text("Các đoạn gần nhất")


def test_hostile_documents_and_questions_show_as_text(open_page: Open) -> None:
    page = open_page()
    ask(page, f"lúa thơm {HOSTILE}")
    shown = HOSTILE.replace("\u202e", "⟨U+202E⟩")
    expect(page.locator(".opened h3")).to_have_text(f"Lúa {shown}")
    expect(page.locator(".opened .body")).to_have_text(f"Giống lúa thơm chín. {shown}")
    expect(page.locator(".card .title").first).to_have_text(f"Lúa {shown}")
    expect(page.locator(".card .text").first).to_have_text(f"Giống lúa thơm chín. {shown}")
    assert page.locator("#found img, #found script, .reply img, .reply script").count() == 0
    assert page.title() == "Hỏi đáp trên tài liệu"


def test_two_visitors_do_not_see_each_other(open_page: Open) -> None:
    one, other = open_page(), open_page()
    ask(one, ASKED)
    expect(one.locator(".card")).to_have_count(SHOWN)
    ask(other, "lúa thơm")
    expect(other.locator(".opened h3")).to_contain_text("Lúa")
    one.locator(".card").nth(1).click()
    expect(one.locator(".card").nth(1)).to_have_attribute("aria-current", "true")
    expect(one.locator(".opened h3")).to_have_text(one.locator(".card .title").nth(1).inner_text())
    assert other.locator(".reply").inner_text() != one.locator(".reply").inner_text()


@pytest.mark.parametrize("colour", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(open_page: Open, colour: str) -> None:
    page = open_page(width=390, colour=colour)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ask(page, ASKED)
    expect(page.locator(".card")).to_have_count(SHOWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("scrollY") == 0
    cards, article = page.locator(".results").bounding_box(), page.locator(".opened").bounding_box()
    assert cards is not None
    assert article is not None
    assert cards["y"] + cards["height"] <= article["y"]
    page.locator(".card").last.click()
    expect(page.locator(".card").last).to_have_attribute("aria-current", "true")
    page.wait_for_timeout(200)
    assert in_view(page, ".opened mark", "body")


def test_no_word_of_english_is_left_by_gradio(open_page: Open) -> None:
    page = open_page()
    ask(page, "lúa")
    expect(page.locator(".card").first).to_be_visible()
    for word in ("Submit", "Settings", "API", "Built with", "Gradio", "Loading", "Textbox", "processing"):
        assert word not in page.locator("body").inner_text()


@pytest.mark.skipif(not BUNDLED_FOLDER.exists(), reason="the bundled model has not been trained here")
def test_the_seeds_with_the_bundled_model(bundled_address: str, open_page: Open) -> None:
    page = open_page(bundled_address)
    ask(page, ASKED)
    expect(page.locator(".reply.answered blockquote")).to_contain_text("5.248.607")
    expect(page.locator(".card .file").first).to_have_text("seeds/004_2077101216c8cc9d.txt")
    expect(page.locator(".opened mark.answer")).to_contain_text("5.248.607")
    assert page.locator(".opened mark.passage").count() > 0
