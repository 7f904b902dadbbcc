"""What a language model writes, on the page: as it grows, with its citations, and marked where nothing bears it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from chromium import CHROMIUM, QUIET
from playwright.sync_api import Page, expect, sync_playwright
from stand_in import StandIn, stand_in
from toy import WordEmbedder

import qa
from qa.generation import WrittenAnswer, WrittenSentence
from qa.page import Library, Settings, serving
from qa.page.ask import replies
from qa.page.ask.tab import Writing

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]

QUESTION = "Lúa tốt vì sao?"
TEXT = "Lúa tốt vì có mưa [1]. Năm ngoái mưa 45 ngày [1]. Nắng cũng nhiều. Gió nhẹ [9]."
HEAD = (
    '<div class="verdict"><h2>Do mô hình ngôn ngữ viết</h2>'
    "<span>từ các đoạn bên dưới; hãy đối chiếu trước khi dùng</span></div>"
)
CITED = '[<button type="button" data-rank="1" data-card="1" aria-label="Mở đoạn 1">1</button>]'
DOUBT = '<p class="doubt">Phần gạch chân đỏ không có trong đoạn được dẫn, hoặc không dẫn đoạn nào.</p>'


def unsupported(text: str) -> str:
    return f'<mark class="unsupported" title="Không có trong đoạn được dẫn">{text}</mark>'


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("writing") / "fields", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa", date(2023, 4, 4), "vi")])
    return qa.Searcher(index)


@pytest.fixture
def model() -> Iterator[StandIn]:
    with stand_in(TEXT) as model:
        yield model


def replied(searcher: qa.Searcher, question: str = QUESTION) -> qa.Answer:
    return qa.ask(question, searcher)


def written_at(url: str, searcher: qa.Searcher, question: str = QUESTION) -> list[str]:
    return list(Writing(qa.load_writer(url), "vi").write(replied(searcher, question)))


def test_a_written_answer_opens_what_it_cites_and_marks_what_nothing_bears_out() -> None:
    sentences = (
        WrittenSentence("Lúa <tốt> [1, 2].", (1, 2), ()),
        WrittenSentence("Mưa 45 ngày [1].", (1,), ("45",)),
        WrittenSentence("Gió nhẹ [9].", (), ("[9]", "Gió nhẹ [9].")),
    )
    answer = WrittenAnswer("Lúa <tốt> [1, 2]. Mưa 45 ngày [1].\nGió nhẹ [9].", sentences, finished=True)
    second = CITED[1:-1].replace('"1"', '"2"').replace("đoạn 1", "đoạn 2").replace(">1<", ">2<")
    assert replies.written(answer, "vi") == (
        f'<section class="reply written" aria-live="polite" aria-busy="false">{HEAD}<p class="wrote">'
        f"Lúa &lt;tốt&gt; [{CITED[1:-1]}, {second}]. Mưa {unsupported('45')} ngày {CITED}.\n"
        f"{unsupported('Gió nhẹ [9].')}</p>{DOUBT}</section>"
    )


def test_what_is_not_checked_yet_stands_as_it_came() -> None:
    growing = WrittenAnswer("Lúa tốt [1]. Mưa <b>45", (WrittenSentence("Lúa tốt [1].", (1,), ()),))
    assert replies.written(growing, "vi") == (
        f'<section class="reply written" aria-live="polite" aria-busy="true">{HEAD}<p class="wrote">'
        f'Lúa tốt {CITED}. Mưa &lt;b&gt;45 <span class="at-work">Đang viết…</span></p></section>'
    )


def test_a_model_that_found_nothing_says_so() -> None:
    assert "<p>The model found no answer in the passages below.</p>" in (
        replies.written(WrittenAnswer("", (), finished=True), "en")
    )


def test_an_answer_grows_until_it_is_finished(model: StandIn, searcher: qa.Searcher) -> None:
    first, waiting, *growing, last = written_at(model.url("says"), searcher)
    assert first == ""
    assert waiting == replies.written(WrittenAnswer("", ()), "vi")
    assert len(growing) > 2
    assert all('aria-busy="true"' in one for one in growing)
    assert last == (
        f'<section class="reply written" aria-live="polite" aria-busy="false">{HEAD}<p class="wrote">'
        f"Lúa tốt vì có mưa {CITED}. Năm ngoái mưa {unsupported('45')} ngày {CITED}. {unsupported('Nắng cũng nhiều.')} "
        f"{unsupported('Gió nhẹ [9].')}</p>{DOUBT}</section>"
    )


def test_a_model_that_fails_costs_its_answer_only(
    model: StandIn, searcher: qa.Searcher, capsys: pytest.CaptureFixture[str]
) -> None:
    message = written_at(model.url("nowhere"), searcher)[-1]
    assert message == replies.problem(
        "Mô hình ngôn ngữ chưa viết được câu trả lời. Câu trích nguyên văn ở trên không bị ảnh hưởng."
    )
    assert capsys.readouterr().err.startswith("qa: The language model at ")


def test_nothing_is_sent_where_nothing_was_found(model: StandIn, searcher: qa.Searcher) -> None:
    assert written_at(model.url("says"), searcher, "Paris tuyết rơi không?") == [""]
    assert list(Writing(qa.load_writer(model.url("says")), "vi").write(None)) == [""]
    assert model.asked == []


def test_the_page_says_where_questions_are_sent(searcher: qa.Searcher) -> None:
    def message(url: str | None) -> str:
        library = Library({"fields": searcher}, writer=qa.load_writer(url) if url else None)
        return replies.footer(1, 1, "vi", library.sends_to)

    offline = "Chạy ngoại tuyến, không gửi gì ra Internet"
    assert all(offline in message(url) for url in (None, "http://localhost:11434/v1", "http://127.0.0.1:1/v1"))
    sent = message("https://llm.example/v1")
    assert "Câu hỏi và các đoạn tìm được được gửi tới mô hình ngôn ngữ ở llm.example" in sent
    assert offline not in sent


@pytest.fixture
def visit(model: StandIn, searcher: qa.Searcher) -> Iterator[Callable[[str], Page]]:
    """Opens a page whose model behaves in this way."""
    with sync_playwright() as playwright, ExitStack() as served:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def visited(behaviour: str) -> Page:
            library = Library({"fields": searcher}, writer=qa.load_writer(model.url(behaviour)))
            address, _ = served.enter_context(serving(library, Settings(port=0)))
            page = browser.new_page()
            page.goto(address)
            return page

        yield visited
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_a_visitor_reads_it_and_opens_a_passage(visit: Callable[[str], Page]) -> None:
    page = visit("says")
    page.locator("#ask textarea").fill(QUESTION)
    page.keyboard.press("Enter")
    written = page.locator(".reply.written[aria-busy=false]")
    expect(written.locator(".wrote")).to_have_text(TEXT)
    expect(written.locator("mark.unsupported")).to_have_text(["45", "Nắng cũng nhiều.", "Gió nhẹ [9]."])
    written.get_by_role("button", name="Mở đoạn 1").first.click()
    expect(page.locator(".opened h3, .opened h2").first).to_be_visible()
    expect(page.locator(".opened .body")).to_contain_text("Lúa tốt vì có mưa.")
    expect(page.locator(".opened mark").first).to_be_visible()
