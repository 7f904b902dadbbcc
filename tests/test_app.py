from __future__ import annotations

import asyncio
import html
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from gradio import EventData, skip
from gradio_client import Client
from gradio_client.exceptions import AppError
from hypothesis import given
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
import qa.errors
from qa.cli import output
from qa.embedding.bundled import BUNDLED_FOLDER
from qa.page import build_page, main, markup, words
from qa.page import serve as serve_page
from qa.page.ask_tab import SHOWN, Views
from qa.text import detect_language

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
ASKED = "Cả nước có bao nhiêu đảng viên?"
SENTENCE = "Trong năm, đã kết nạp 56.376 đảng viên, nâng tổng số đảng viên trong cả nước là 5.248.607 đảng viên."
UNKNOWN = "Paris mai tuyết rơi ư?"
HOSTILE = """<script>alert(1)</script></mark>"' onmouseover=x {{value}} ${alert(1)} `x` \u202egnp.exe"""
HOSTILE_ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/mark&gt;&quot;&#x27; onmouseover=x {{value}} ${alert(1)} `x` "
    "⟨U+202E⟩gnp.exe"
)

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("toy") / "index", WordEmbedder(("đảng", "viên", "cả", "nước")))
    index.upsert(qa.read_documents([SEEDS]))
    return qa.Searcher(index)


@pytest.fixture(scope="module")
def address(searcher: qa.Searcher) -> Iterator[str]:
    page, where = asyncio.run(served(searcher))
    yield where
    page.close()


async def served(searcher: qa.Searcher) -> tuple[Any, str]:
    """Within a running loop, since Gradio makes loops that it never closes where there is none."""
    page = build_page(searcher)
    return page, serve_page(page, "127.0.0.1", free_port())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def passage_of(document: qa.Document, start: int, end: int) -> qa.Passage:
    text = document.text[start:end]
    where = (document.title, document.source, document.published)
    return qa.Passage(f"{document.id}#1", document.id, 1, text, start, end, *where)


def answer_of(passage: qa.Passage, text: str | None, sentence: str | None = None) -> qa.Answer:
    hit = qa.Hit(passage, 1.5, 1)
    if text is None:
        return qa.Answer("Hỏi?", None, None, None, None, 0.1, (hit,))
    start = passage.start + passage.text.index(text)
    return qa.Answer("Hỏi?", text, sentence or text, start, start + len(text), 0.9, (hit,), hit)


PLAIN = qa.Document(
    "kho/a.txt", "Lúa chín.\n\nMưa to & gió. Nắng lên.\n", "Mùa <lúa>", "kho/a.txt", date(2022, 1, 3), "vi"
)
RAIN = passage_of(PLAIN, 11, 34)
WHERE = '<time datetime="2022-01-03">03/01/2022</time> · <span class="file">kho/a.txt</span>'


def test_a_restored_question_is_shown() -> None:
    assert markup.searched_for(None) == ""
    assert markup.searched_for("cả <nước>") == '<p class="searched">Đang tìm: <q>cả &lt;nước&gt;</q></p>'


def test_a_reply_is_the_answer_with_its_citation() -> None:
    assert markup.reply(answer_of(RAIN, "Mưa to & gió.")) == (
        '<section class="reply answered"><p class="label">Trả lời<span class="confidence">Độ tin cậy cao</span></p>'
        "<blockquote>Mưa to &amp; gió.</blockquote>"
        '<button type="button" class="citation" data-rank="1">'
        f"<cite>Mùa &lt;lúa&gt;</cite> · {WHERE}</button></section>"
    )


def test_an_answer_shorter_than_its_sentence_is_strong_within_it() -> None:
    reply = markup.reply(answer_of(RAIN, "Mưa to", "Mưa to & gió."))
    assert "<blockquote><strong>Mưa to</strong> &amp; gió.</blockquote>" in reply


def test_a_declined_question_says_so() -> None:
    assert markup.reply(answer_of(RAIN, None)) == (
        '<section class="reply declined"><p class="say">Không thấy câu trả lời trong kho tài liệu</p>'
        "<p>Dưới đây là những đoạn gần với câu hỏi nhất.</p></section>"
    )


def test_a_card_marks_matched_words_and_joins_neighbours() -> None:
    spans = [(0, 3), (4, 6), (9, 12)]
    assert markup.results(answer_of(RAIN, "Mưa to & gió."), [spans], chosen=1) == (
        '<section class="results" aria-label="Căn cứ"><h2>Căn cứ</h2><ol><li>'
        '<button type="button" class="card" data-rank="1" aria-current="true"><span class="rank">1</span>'
        f'<span class="title">Mùa &lt;lúa&gt;</span><span class="where">{WHERE}</span>'
        '<span class="text"><mark>Mưa to</mark> &amp; <mark>gió</mark>. Nắng lên.</span></button></li></ol></section>'
    )


def test_an_article_marks_the_passage_and_the_answer_in_it() -> None:
    assert markup.article(PLAIN, RAIN, (25, 34)) == (
        '<section class="opened"><h2>Toàn văn</h2><article lang="vi"><header><h3>Mùa &lt;lúa&gt;</h3>'
        f'<p>{WHERE}</p></header><div class="body" tabindex="0" role="region" aria-label="Toàn văn"><p>Lúa chín.</p>'
        '<p><mark class="passage">Mưa to &amp; gió. </mark><mark class="answer">Nắng lên.</mark></p>'
        "</div></article></section>"
    )


def test_a_document_that_changed_since_the_question_is_shown_without_marks() -> None:
    changed = qa.Document("kho/a.txt", "Viết lại từ đầu, dài hơn trước một chút nữa.")
    shown = markup.article(changed, RAIN, (25, 34))
    assert "<mark" not in shown
    assert "<p>Viết lại từ đầu, dài hơn trước một chút nữa.</p>" in shown


def test_hostile_text_is_escaped_in_every_place() -> None:
    document = qa.Document(HOSTILE, HOSTILE, HOSTILE, HOSTILE, None, HOSTILE)
    passage = passage_of(document, 0, len(HOSTILE))
    answer = answer_of(passage, HOSTILE)
    where = f'<span class="file">{HOSTILE_ESCAPED}</span>'
    assert markup.examples([HOSTILE]) == (
        '<nav class="examples" aria-label="Câu hỏi mẫu"><span>Thử hỏi</span><ul><li>'
        f'<button type="button" data-question="{HOSTILE_ESCAPED}">{HOSTILE_ESCAPED}</button></li></ul></nav>'
    )
    assert f"<blockquote>{HOSTILE_ESCAPED}</blockquote>" in markup.reply(answer)
    assert f"<cite>{HOSTILE_ESCAPED}</cite> · {where}" in markup.reply(answer)
    assert markup.results(answer, [[]], None).count(HOSTILE_ESCAPED) == 3
    assert f'<article lang="{HOSTILE_ESCAPED}"><header><h3>{HOSTILE_ESCAPED}</h3><p>{where}</p></header>' in (
        markup.article(document, passage, None)
    )
    assert f'<p><mark class="passage">{HOSTILE_ESCAPED}</mark></p>' in markup.article(document, passage, None)


class Reader(HTMLParser):
    """What a browser would make of the body: its tags, and the text of each paragraph."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.paragraphs: list[str] = []
        self.marked = ""
        self._open: list[str] = []
        self.feed(shown)
        self.close()

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._open.append(tag)
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self._open:
            self.paragraphs[-1] += data
        if "mark" in self._open:
            self.marked += data


@given(text=st.text(min_size=1), cut=st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)))
def test_an_article_shows_its_whole_text_and_nothing_else(text: str, cut: tuple[int, int, int]) -> None:
    document = qa.Document("a", text)
    start, inner, end = sorted(min(one, len(document.text)) for one in cut)
    read = Reader(markup.article(document, passage_of(document, start, end), (start, inner)))
    lines = [line.rstrip() for line in document.text.splitlines() if line.strip()]
    assert read.tags <= {"section", "h2", "article", "header", "h3", "p", "div", "mark"}
    assert read.paragraphs[1:] == [html.unescape(markup.escaped(line)) for line in lines]
    assert "".join(read.marked.split()) == "".join(html.unescape(markup.escaped(document.text[start:end])).split())


def every_error() -> list[qa.QAError]:
    samples: dict[str, tuple[Any, ...]] = {
        "PathNotFoundError": ("p",),
        "NoTextError": ("p",),
        "NoJudgementsError": ("p",),
        "IndexNotFoundError": ("p",),
        "IndexBusyError": ("p",),
        "IndexReplacedError": ("p",),
        "IndexMismatchError": ("p", "model", "a@1", "b@2"),
        "DocumentNotFoundError": (["p"],),
    }
    kinds = [kind for kind in vars(qa.errors).values() if isinstance(kind, type) and issubclass(kind, qa.QAError)]
    return [kind(*samples.get(kind.__name__, ("p", "reason"))) for kind in kinds]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_is_told_in_vietnamese(error: qa.QAError) -> None:
    assert detect_language(words.error_words(error)) == "vi"
    assert str(error) not in words.error_words(error)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        (" \n ", "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ("?!… —", "Câu hỏi chưa có chữ nào để tìm."),
        ("đảng viên " * 200, "Câu hỏi dài quá. Hãy hỏi gọn trong một, hai câu."),
    ],
)
def test_a_question_that_cannot_be_searched_for_is_told_why(searcher: qa.Searcher, question: str, told: str) -> None:
    kept, reply, cards, article = Views(searcher).ask(question)
    assert (kept, cards, article) == (None, "", "")
    assert f'<section class="reply problem"><p class="say">{told}' in reply


def test_an_answer_opens_its_own_article(searcher: qa.Searcher) -> None:
    kept, reply, cards, article = Views(searcher).ask(ASKED)
    assert kept is not None
    assert kept.source is not None
    assert f"<blockquote>{SENTENCE}</blockquote>" in reply
    assert cards.count('class="card"') == SHOWN
    assert f'data-rank="{kept.source.rank}" aria-current="true"' in cards
    assert f'<mark class="answer">{SENTENCE}</mark>' in article


def test_a_declined_question_shows_the_nearest_passages(searcher: qa.Searcher) -> None:
    kept, reply, cards, article = Views(searcher).ask(UNKNOWN)
    assert kept is not None
    assert kept.text is None
    assert "Không thấy câu trả lời trong kho tài liệu" in reply
    assert "<h2>Các đoạn gần nhất</h2>" in cards
    assert cards.count('aria-current="true"') == 1
    assert 'class="answer"' not in article
    assert 'class="passage"' in article


def test_a_document_removed_since_the_question_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", "Lúa chín."), qa.Document("b", "Mưa to.")])
    views = Views(qa.Searcher(index))
    kept, *_ = views.ask("lúa mưa")
    index.delete(["b"])
    rank = next(hit.rank for hit in kept.evidence if hit.passage.document_id == "b") if kept else 0
    _, article = views.choose(kept, EventData(None, {"rank": rank}))
    assert article == markup.problem("Văn bản này không còn trong kho tài liệu. Xin hỏi lại.")
    assert capsys.readouterr().err.startswith("qa: The index holds no document 'b'.")


def test_an_empty_index_declines(tmp_path: Path) -> None:
    views = Views(qa.Searcher(qa.Index.create(tmp_path / "index", WordEmbedder())))
    _, reply, cards, article = views.ask("lúa")
    assert "Thử hỏi bằng từ ngữ khác." in reply
    assert (cards, article, views.examples()) == ("", "", "")
    assert views.footer().startswith('<p class="counts">0 văn bản · 0 đoạn')


def test_a_rank_that_is_not_shown_changes_nothing(searcher: qa.Searcher) -> None:
    views = Views(searcher)
    kept, *_ = views.ask(ASKED)
    for data in ({"rank": 99}, {"rank": "<b>"}, {}):
        assert views.choose(kept, EventData(None, data)) == (skip(), skip())
    assert views.choose(None, EventData(None, {"rank": 1})) == (skip(), skip())


def test_example_questions_fit_the_documents() -> None:
    titled = [qa.Document("a", "x", "Lúa mùa"), qa.Document("b", "x"), qa.Document("c", "x", "Lúa mùa")]
    assert words.example_questions(titled) == ["Lúa mùa"]
    assert words.example_questions([]) == []
    offered = words.example_questions(list(qa.read_documents([SEEDS])))
    assert offered[0] == ASKED
    assert len(offered) == 4


def test_the_payload_is_what_the_command_prints(searcher: qa.Searcher, capsys: pytest.CaptureFixture[str]) -> None:
    for question in (ASKED, UNKNOWN):
        answer = qa.ask(question, searcher)
        output.show_answer(answer, as_json=True)
        assert json.loads(capsys.readouterr().out) == answer.to_json()


def test_the_public_endpoint_answers_over_http(searcher: qa.Searcher, address: str) -> None:
    client = Client(address, verbose=False)
    assert client.predict(ASKED, api_name="/ask") == qa.ask(ASKED, searcher, k=SHOWN).to_json()
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/ask"]
    for nothing in ("?", None):
        with pytest.raises(AppError, match="The question has no words"):
            client.predict(nothing, api_name="/ask")


def test_no_file_is_served_and_none_is_taken(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{address}gradio_api/file={ROOT / 'app.py'}")
    boundary = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nlong enough\r\n--x--\r\n'
    upload = urllib.request.Request(
        f"{address}gradio_api/upload", boundary, {"Content-Type": "multipart/form-data; boundary=x"}
    )
    with pytest.raises(urllib.error.HTTPError, match="413"):
        urllib.request.urlopen(upload)


def test_a_missing_index_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nothing"
    assert main(["--index", str(missing)]) == 1
    assert capsys.readouterr().err == (
        f"qa: There is no index at {missing}. Build one: qa index PATH... --into {missing}\n"
    )


@pytest.mark.skipif(not BUNDLED_FOLDER.exists(), reason="the bundled model has not been trained here")
def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    qa.Index.create(tmp_path / "index").upsert([qa.Document("a", "Lúa chín.")])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "app.py", "--index", str(tmp_path / "index"), "--port", str(port)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ended.stderr == f"qa: Cannot listen on 127.0.0.1:{port}. Choose another port with --port.\n"
    assert (ended.returncode, ended.stdout) == (1, "")
