from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import CHROMIUM, QUIET
from playwright.sync_api import Browser, Page, expect, sync_playwright
from readers import RememberingReader, WaitingReader
from toy import WordEmbedder

import qa
from qa.embedding.bundled import BUNDLED_FOLDER
from qa.page import Library, Settings, serving
from qa.page.ask.tab import SHOWN

SEEDS = Path(__file__).parent.parent / "seeds"
ASKED = "Cả nước có bao nhiêu đảng viên?"
UNMARKED = "ca nuoc co bao nhieu dang vien"
HOSTILE = (
    """<img src=x onerror="document.title='taken'"><script>document.title='taken'</script></mark>"""
    """{{value}} ${document.title='taken'} `${document.title='taken'}` \u202elúa\u200f"""
)
SHOWN_HOSTILE = HOSTILE.replace("\u202e", "⟨U+202E⟩").replace("\u200f", "⟨U+200F⟩")

# The first two are what pandas says to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

Open = Callable[..., Page]
expect.set_options(timeout=20_000)  # a busy machine may take long to draw a page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three indexes, the last with another model, a hostile name and a hostile document."""
    folder = tmp_path_factory.mktemp("toy")
    seeds = qa.Index.create(folder / "seeds", WordEmbedder(("đảng", "viên", "cả", "nước")))
    seeds.upsert(qa.read_documents([SEEDS]))
    hostile = qa.Index.create(folder / "hostile", WordEmbedder(("lúa", "thơm")))
    hostile.upsert([qa.Document("a", f"Giống lúa thơm chín. {HOSTILE}", f"Lúa {HOSTILE}", f"b/{HOSTILE}")])
    minutes = qa.Index.create(folder / "minutes", WordEmbedder(("đảng", "viên", "cả", "nước")))
    minutes.upsert([qa.Document("họp", "Cuộc họp chi bộ có 12 đảng viên dự.", "Biên bản", metadata={"tags": "họp"})])
    indexes = {"seeds": seeds, "minutes": minutes, HOSTILE: hostile}
    reader = RememberingReader(qa.load_reader())
    library = Library({name: qa.Searcher(index) for name, index in indexes.items()}, reader)
    with serving(library, Settings(port=0)) as (where, _):
        yield where


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a visitor's own page; at the end none of them may have asked for anything outside this machine."""
    hosts: set[str | None] = set()
    contexts = []

    def opened(where: str = "", width: int = 1280, colour: Literal["light", "dark"] = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=colour,
            reduced_motion="reduce",
            locale="fr-FR",  # which the page does not speak, though Gradio does
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.goto(where if where.startswith("http") else address + where)
        expect(page.locator(".counts")).to_contain_text("93")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert hosts - {None} == {"127.0.0.1"}  # None: what the page holds itself, data: and blob:


def ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).not_to_have_attribute("aria-busy", "true")


def read_reply(page: Page) -> Any:
    """The reply once it is there."""
    return page.locator(".reply:not(.reading)")


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def current_card(page: Page) -> Any:
    return page.locator('.card:has([aria-current="true"])')


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent || document.activeElement.id"))


def tab_to(page: Page, selector: str) -> None:
    """By the keyboard; every stop on the way has a visible outline."""
    for _ in range(60):
        page.keyboard.press("Tab")
        # A part of a date field has a mark of the browser's own.
        assert page.evaluate(
            "document.activeElement.matches('[type=date]') || "
            "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        )
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_everything_works_by_keyboard(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".reply.answer blockquote")).to_contain_text("5.248.607 đảng viên")
    expect(page.locator(".reply .as-of")).to_have_text("Theo văn bản ngày 13/01/2022")
    expect(page.locator(".reply .source")).to_contain_text("seeds/004_2077101216c8cc9d.txt")
    expect(page.locator(".card")).to_have_count(SHOWN)
    expect(page.locator(".opened mark.answer")).to_contain_text("5.248.607 đảng viên")
    expect(page.locator(".opened mark.answer")).to_be_in_viewport()
    expect(page.locator("#question")).to_be_focused()
    assert page.title() == f"{ASKED} – Hỏi đáp trên tài liệu"

    tab_to(page, '.card[data-rank="2"] h3 button')
    page.keyboard.press("Enter")
    card = page.locator('.card[data-rank="2"]')
    expect(card.locator("h3 button")).to_have_attribute("aria-current", "true")
    expect(card.locator("h3 button")).to_be_focused()
    expect(current_card(page)).to_have_count(1)
    expect(page.locator(".opened mark").first).to_contain_text(card.locator(".text").inner_text()[:15])
    expect(page.locator(".opened mark").first).to_be_in_viewport()
    assert query(page) == {"q": ASKED, "rank": "2"}
    page.keyboard.press("Enter")  # again: into the article
    expect(page.locator(".opened .body")).to_be_focused()
    page.keyboard.press("Escape")
    expect(card.locator("h3 button")).to_be_focused()

    page.locator("#question").focus()
    tab_to(page, ".filters > summary")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=from]")).to_be_visible()
    tab_to(page, "input[name=source]")
    page.keyboard.press("Escape")
    expect(page.locator("input[name=from]")).to_be_hidden()
    expect(page.locator(".filters > summary")).to_be_focused()


def test_a_screen_reader_finds_its_way(open_page: Open) -> None:
    page = open_page(f"?q={ASKED}")
    expect(page.locator(".reply.answer")).to_be_visible()
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for role, name in (("search", None), ("main", None), ("region", "Căn cứ"), ("region", "Toàn văn")):
        assert page.get_by_role(role, name=name).count() >= 1, role  # type: ignore[arg-type]
    read_out = page.locator("main").aria_snapshot()
    assert read_out.count("- button") > 20
    assert re.findall(r"- (?:button|link|textbox|combobox|tab|region)(?:$|:| \[)", read_out) == []
    assert page.locator("[aria-live=polite]:has(.reply)").count() == 1
    assert page.locator("html").get_attribute("lang") == "vi"
    assert page.locator(".opened .body").get_attribute("lang") == "vi"


def test_a_link_brings_back_question_and_view(open_page: Open) -> None:
    page = open_page()
    ask(page, "Hội nghị tổng kết năm nào?")
    page.locator(".filters > summary").click()
    page.locator("input[name=from]").fill("2023-01-01")
    page.locator("input[name=to]").fill("2023-12-31")
    expect(page.locator(".card .where").first).to_contain_text("04/04/2023")
    expect(page.locator("#asking")).not_to_have_attribute("aria-busy", "true")
    page.locator('.card[data-rank="3"] h3 button').click()
    expect(current_card(page)).to_have_attribute("data-rank", "3")
    expect(page.locator(".opened mark").first).to_contain_text(current_card(page).locator(".text").inner_text()[:15])
    opened = page.locator(".opened mark").first.inner_text()
    page.locator("[data-link]").click()
    expect(page.locator("[data-link]")).to_have_attribute("data-result", "Đã sao chép")
    link = page.evaluate("navigator.clipboard.readText()")

    other = open_page(link)
    expect(current_card(other)).to_have_attribute("data-rank", "3")
    expect(other.locator("#question")).to_have_value("Hội nghị tổng kết năm nào?")
    expect(other.locator("input[name=from]")).to_have_value("2023-01-01")
    expect(other.locator("input[name=to]")).to_have_value("2023-12-31")
    expect(other.locator(".filters .on")).to_be_visible()
    expect(other.locator(".opened mark").first).to_have_text(opened)
    expect(other.locator(".opened mark").first).to_be_in_viewport()
    assert other.locator(".card .where").all_inner_texts() == page.locator(".card .where").all_inner_texts()

    other.locator("[data-clear]").click()
    expect(other.locator(".filters .on")).to_be_hidden()
    expect(other.locator(".card .where", has_text="2022")).not_to_have_count(0)
    expect(other.locator("#asking")).not_to_have_attribute("aria-busy", "true")
    reply = other.locator(".reply").inner_text()
    ask(other, ASKED)
    expect(other.locator(".reply blockquote")).to_contain_text("5.248.607")
    other.go_back()
    expect(other.locator("#question")).to_have_value("Hội nghị tổng kết năm nào?")
    expect(other.locator(".reply")).to_have_text(reply, use_inner_text=True)
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator(".reply")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("")
    expect(page.locator(".examples button").first).to_be_visible()


def test_filters_narrow_what_is_found(open_page: Open) -> None:
    page = open_page(f"?q={ASKED}&source=seeds/003_0d163578645c4766.txt")
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator("input[name=source]")).to_have_value("seeds/003_0d163578645c4766.txt")
    where = "04/04/2023 · seeds/003_0d163578645c4766.txt · seeds"
    assert set(page.locator(".card .where").all_inner_texts()) == {where}
    assert page.locator("#sources option").count() == 5
    page.locator("input[name=source]").fill("")
    page.locator("input[name=from]").fill("2024-01-01")
    expect(page.locator(".reply.not_found .say")).to_have_text("Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc.")
    expect(page.locator(".card")).to_have_count(0)
    page.locator("input[name=to]").fill("2023-01-01")
    expect(page.locator(".reply.problem")).to_contain_text("Bộ lọc có ngày đầu sau ngày cuối")
    assert query(page) == {"q": ASKED, "from": "2024-01-01", "to": "2023-01-01"}


def test_a_link_with_a_filter_by_office_shows_it_and_clearing_takes_it_away(open_page: Open) -> None:
    page = open_page(f"?q={ASKED}&office=UBND&in_force_from=2023-01-01")
    expect(page.locator(".reply.not_found .say")).to_have_text("Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc.")
    expect(page.locator("input[name=office]")).to_be_visible()
    expect(page.locator("input[name=office]")).to_have_value("UBND")
    expect(page.locator("input[name=in_force_from]")).to_have_value("2023-01-01")
    page.locator("[data-clear]").click()
    expect(page.locator(".card").first).to_be_visible()
    assert query(page) == {"q": ASKED}


def test_putting_diacritics_back_is_undone_with_a_click(open_page: Open) -> None:
    page = open_page()
    ask(page, UNMARKED)
    expect(page.locator(".searched q")).to_have_text("cả nước có bao nhiêu đảng viên")
    page.locator("[data-literal]").click()
    expect(page.locator(".searched")).to_have_text(
        f"Đang tìm đúng như đã gõ: {UNMARKED} Tìm có dấu: cả nước có bao nhiêu đảng viên"
    )
    assert query(page) == {"q": UNMARKED, "literal": "1"}
    page.locator("[data-literal]").click()
    expect(page.locator(".searched q")).to_have_text("cả nước có bao nhiêu đảng viên")
    ask(page, ASKED)
    expect(page.locator(".searched")).to_have_count(0)
    assert query(page) == {"q": ASKED}


def test_a_citation_is_copied(open_page: Open) -> None:
    page = open_page(f"?q={ASKED}")
    for name, starts in (
        ("Văn bản thường", "“Trong năm"),
        ("BibTeX", "@misc{"),
        ("APA", "Cả nước có 5.248.607 đảng viên. (2022, ngày 13 tháng 1). seeds/004"),
        ("Markdown", "> “"),
    ):
        button = page.locator(".reply .citing").get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("data-result", "Đã sao chép")
        assert page.evaluate("navigator.clipboard.readText()").startswith(starts)
    # Off this machine, and without https, browsers do not have the clipboard.
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.locator(".card h3 button").last.click()
    button = page.locator(".opened .citing").get_by_role("button", name="APA")
    button.click()
    expect(button).to_have_attribute("data-result", "Đã sao chép")
    assert "#" in page.evaluate("navigator.clipboard.readText()")


# Every text that is no document's and no visitor's: of nodes, and of what is read out or shown in a field.
OWN_TEXTS = """() => {
    const foreign = `article, [lang]:not(html), .file, .title, .where .index, .index label, q, [data-question],
        textarea, option, script, style, datalist, .nav-holder`; // the last is Gradio's own, and never shown
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const holder = walker.currentNode.parentElement;
        if (!holder.closest(foreign) || holder.closest("article .citing")) texts.add(walker.currentNode.data.trim());
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"])
        for (const one of document.querySelectorAll(`[${name}]`))
            if (!one.closest("[lang]:not(html)")) texts.add(one.getAttribute(name).trim());
    return [...texts].filter((text) => /\\p{L}/u.test(text));
}"""
SAME_IN_BOTH = {"Markdown", "BibTeX", "APA"}


def test_no_word_of_the_other_language_is_left_in_a_view(open_page: Open, address: str) -> None:
    page = open_page(f"?q={UNMARKED}&from=2020-01-01")
    texts: dict[str, set[str]] = {}
    for language, switch in (("vi", "English"), ("en", "Tiếng Việt")):
        expect(read_reply(page)).to_be_visible()
        expect(page.locator(".card")).to_have_count(SHOWN)
        texts[language] = set(page.evaluate(OWN_TEXTS))
        assert page.locator("html").get_attribute("lang") == language
        assert query(page) == {"q": UNMARKED, "from": "2020-01-01"}
        page.get_by_role("link", name=switch).click()
        expect(page.get_by_role("link", name=switch)).to_have_count(0)
    assert len(texts["vi"]) > 25
    assert len(texts["en"]) > 25
    assert texts["vi"] & texts["en"] == SAME_IN_BOTH
    assert [text for text in texts["en"] if not text.translate(dict.fromkeys(map(ord, "“”…·"))).isascii()] == []
    page.goto(f"{address}en")
    expect(page.locator(".counts")).to_contain_text("93 passages")
    ask(page, "Paris mai tuyết rơi ư?")
    expect(page.locator(".reply.not_found h2")).to_have_text("Not found in the collection")
    ask(page, "?!")
    expect(page.locator(".reply.problem")).to_contain_text("The question has no words to search for.")
    assert page.title() == "?! – Questions over documents"


def test_any_set_of_indexes_is_asked_as_one(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("[name=index]:checked")).to_have_count(1)
    page.get_by_label("minutes").check()
    expect(page.locator(".counts")).to_contain_text("6 văn bản")
    ask(page, "Cuộc họp chi bộ có bao nhiêu đảng viên dự?")
    expect(page.locator(".card .where .index").first).to_have_text("minutes")
    expect(page.locator(".card .where .index", has_text="seeds").first).to_be_visible()
    expect(page.locator(".opened header .index")).to_have_text("minutes")
    expect(page.locator(".opened .body")).to_contain_text("Cuộc họp chi bộ có 12 đảng viên dự.")
    assert parse_qs(urlsplit(page.url).query)["index"] == ["seeds", "minutes"]
    page.reload()
    expect(page.locator("[name=index]:checked")).to_have_count(2)
    expect(page.locator(".card .where .index").first).to_have_text("minutes")
    page.locator(".filters > summary").click()
    page.locator("[name=tag]").fill("Họp")
    page.locator("[name=tag]").blur()
    expect(page.locator(".card")).to_have_count(1)
    page.locator("[name=index]").last.check()
    expect(page.locator(".reply.problem").first).to_contain_text("lập bằng những mô hình khác nhau")
    for box in page.locator("[name=index]").all():
        box.click()  # the last to be unchecked stays
    expect(page.locator("[name=index]:checked")).to_have_count(1)


def test_hostile_texts_show_as_text(open_page: Open) -> None:
    page = open_page()
    page.locator("[name=index]").last.check()
    page.locator("[name=index]").first.uncheck()
    expect(page.locator(".counts")).to_contain_text("1 văn bản")
    expect(page.locator(".index label").last).to_have_text(SHOWN_HOSTILE)
    expect(page.locator("#sources option")).to_have_attribute("value", f"b/{HOSTILE}")
    ask(page, f"lúa thơm {HOSTILE}")
    expect(page.locator(".opened h3")).to_have_text(f"Lúa {SHOWN_HOSTILE}")
    expect(page.locator(".opened header .file")).to_have_text(f"b/{SHOWN_HOSTILE}")
    expect(page.locator(".opened .body")).to_have_text(f"Giống lúa thơm chín. {SHOWN_HOSTILE}")
    expect(page.locator(".card h3")).to_have_text(f"Lúa {SHOWN_HOSTILE}")
    expect(page.locator(".card .text")).to_have_text(f"Giống lúa thơm chín. {SHOWN_HOSTILE}")
    assert page.locator("#ask img, #ask script").count() == 0
    assert page.title() == f"lúa thơm {HOSTILE} – Hỏi đáp trên tài liệu"
    assert query(page)["index"] == HOSTILE
    page.reload()
    expect(page.locator(".opened .body")).to_have_text(f"Giống lúa thơm chín. {SHOWN_HOSTILE}")


def test_two_visitors_do_not_see_each_other(open_page: Open) -> None:
    one, other = open_page(), open_page()
    ask(one, ASKED)
    other.locator(".examples button").last.click()
    expect(other.locator("#question")).to_have_value(other.locator(".examples button").last.inner_text())
    expect(read_reply(other)).to_be_visible()
    expect(other.locator(".card")).to_have_count(SHOWN)
    opened = current_card(other).inner_text()
    one.locator(".card").last.click()
    expect(current_card(one)).to_have_attribute("data-rank", str(SHOWN))
    expect(one.locator(".opened h3")).to_have_text(one.locator(".card h3").last.inner_text())
    assert current_card(other).inner_text() == opened
    assert other.locator(".reply").inner_text() != one.locator(".reply").inner_text()


def test_a_phone_needs_no_sideways_scrolling(open_page: Open) -> None:
    page = open_page(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ask(page, ASKED)
    expect(page.locator(".card")).to_have_count(SHOWN)
    page.locator(".filters > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("scrollY") == 0
    cards, article = page.locator(".results").bounding_box(), page.locator(".opened").bounding_box()
    assert cards is not None
    assert article is not None
    assert cards["y"] + cards["height"] <= article["y"]
    page.locator(".card").last.click()
    expect(page.locator(".opened mark").first).to_be_in_viewport()
    page.locator("[data-back]").click()
    expect(current_card(page)).to_be_in_viewport()
    expect(current_card(page).locator("h3 button")).to_be_focused()


def test_back_leads_to_the_tab_before_and_asks_nothing_again(open_page: Open) -> None:
    page = open_page()
    ask(page, ASKED)
    expect(page.locator(".reply blockquote")).to_contain_text("5.248.607")
    joined: list[str] = []
    page.on("request", lambda request: joined.append(request.post_data or "") if "queue/join" in request.url else None)
    for tab in ("documents", "judgements"):
        page.locator(f'[role=tab][data-tab-id="{tab}"]').click()
        expect(page.locator(f'[role=tab][data-tab-id="{tab}"]')).to_have_attribute("aria-selected", "true")
        assert query(page) == {"q": ASKED, "tab": tab}
    page.go_back()
    expect(page.locator("[role=tab][data-tab-id=documents]")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.locator("[role=tab][data-tab-id=ask]")).to_have_attribute("aria-selected", "true")
    assert query(page) == {"q": ASKED}
    expect(page.locator(".reply blockquote")).to_be_visible()
    page.go_forward()
    expect(page.locator("[role=tab][data-tab-id=documents]")).to_have_attribute("aria-selected", "true")
    assert [sent for sent in joined if ASKED in sent] == []
    page.go_back()
    page.go_back()
    expect(page.locator(".reply")).to_have_count(0)
    expect(page.locator("#question")).to_have_value("")


def test_back_on_a_phone_leads_from_the_article_to_its_passage(open_page: Open) -> None:
    page = open_page(width=390)
    ask(page, ASKED)
    expect(page.locator(".card")).to_have_count(SHOWN)
    first = current_card(page).get_attribute("data-rank")
    for rank in ("3", "5"):
        page.locator(f'.card[data-rank="{rank}"] h3 button').click()
        expect(current_card(page)).to_have_attribute("data-rank", rank)
        expect(page.locator(".opened mark").first).to_be_in_viewport()
        assert query(page) == {"q": ASKED, "rank": rank}
    page.go_back()
    expect(page.locator('.card[data-rank="5"]')).to_be_in_viewport()
    expect(current_card(page)).to_have_attribute("data-rank", "3")
    assert query(page) == {"q": ASKED, "rank": "3"}
    expect(page.locator(".opened mark").first).to_contain_text(current_card(page).locator(".text").inner_text()[:15])
    page.go_back()
    expect(page.locator('.card[data-rank="3"]')).to_be_in_viewport()
    expect(current_card(page)).to_have_attribute("data-rank", first or "")
    expect(page.locator(".opened mark.answer")).to_contain_text("5.248.607")
    assert query(page) == {"q": ASKED}


# The contrast of each text with what is behind it, after WCAG 2.2.
CONTRASTS = """(selector) => {
    const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = (colour) => numbers(colour).slice(0, 3).map((one) => one / 255)
        .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (one) => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if ((numbers(colour)[3] ?? 1) > 0) return colour;
        }
    };
    return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((one) => {
        const [a, b] = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a);
        return [one.outerHTML.slice(0, 60), getComputedStyle(one).color, behind(one), (a + 0.05) / (b + 0.05)];
    });
}"""
TEXTS = "#ask :is(h2, h3, p, span, button, q, mark, cite, summary, strong, input, textarea, select, label), .heading *"


def test_every_text_stands_out_in_light_and_in_dark(open_page: Open) -> None:
    page = open_page(f"?q={UNMARKED}&from=2020-01-01")
    expect(read_reply(page)).to_be_visible()
    expect(page.locator(".card")).to_have_count(SHOWN)
    for colour in ("light", "dark"):
        page.emulate_media(color_scheme=colour)
        expect(page.locator("body.dark")).to_have_count(int(colour == "dark"))
        contrasts = page.evaluate(CONTRASTS, TEXTS)
        assert len(contrasts) > 100
        assert [(colour, *one) for one in contrasts if one[-1] < 4.5] == []


FIRST_CARD = "document.querySelector('.card').getBoundingClientRect().top + scrollY"


def test_what_is_found_is_there_while_it_is_read(open_page: Open, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder(("đảng", "viên", "cả", "nước")))
    index.upsert(qa.read_documents([SEEDS]))
    reader = WaitingReader(qa.load_reader())
    with serving(Library({"seeds": qa.Searcher(index)}, reader), Settings(port=0)) as (where, _):
        page = open_page(where)
        page.locator("#question").fill(ASKED)
        page.keyboard.press("Enter")
        expect(page.locator(".reply.reading")).to_have_text("Đang đọc…")
        expect(page.locator(".card")).to_have_count(SHOWN)
        expect(page.locator(".opened mark.passage").first).to_be_in_viewport()
        expect(page.locator("#asking [role=status]")).to_have_css("width", "1px")  # announced once
        assert page.locator("main").aria_snapshot().count("Đang đọc…") == 0
        before = page.evaluate(FIRST_CARD)
        page.locator('.card[data-rank="4"] h3 button').click()  # kept until the answer is there
        reader.may.set()
        expect(page.locator(".reply.answer blockquote")).to_contain_text("5.248.607")
        expect(current_card(page)).to_have_attribute("data-rank", "4")
        assert abs(page.evaluate(FIRST_CARD) - before) < 5


@pytest.mark.skipif(not BUNDLED_FOLDER.exists(), reason="the bundled model has not been trained here")
def test_the_seeds_with_the_bundled_model(open_page: Open, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([SEEDS]))
    with serving(Library({"seeds": qa.Searcher(index)}), Settings(port=0)) as (where, _):
        page = open_page(where)
        expect(page.locator("[name=index]")).to_have_count(0)
        page.locator(".examples button").first.click()
        expect(page.locator(".reply.answer blockquote")).to_contain_text("5.248.607")
        expect(page.locator(".card .file").first).to_have_text("seeds/004_2077101216c8cc9d.txt")
        expect(page.locator(".opened mark.answer")).to_contain_text("5.248.607")
