"""The documents tab: whatever visitors send, no document is lost, nothing runs, and no question waits for it."""

from __future__ import annotations

import asyncio
import json
import threading
import unicodedata
import zipfile
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import numpy as np
import pytest
from browsing import CHROMIUM, Open, expect, serve_tabs, visiting
from conftest import SEEDS
from gradio import EventData
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from starlette.requests import Request
from toy import WordEmbedder

import qa
from eval.files import KINDS, TABLES, FileMaker
from qa.documents import MAX_FILE_BYTES
from qa.embedding import EmbedderSettings
from qa.index import DocumentSummary, UpsertReport
from qa.index.files import writer_lock
from qa.page.corpus import tab as corpus_tab
from qa.page.corpus import words as corpus_words
from qa.page.corpus.tab import PART, Corpus, add_corpus_tab, opened, parts
from qa.page.corpus.uploads import MAX_FILES, Arrival, Outcome, Step, arrivals, discard, follow, safe_name
from qa.page.parts import components
from qa.page.parts.library import Library
from qa.page.parts.received import MAX_BYTES
from qa.page.parts.users import Role, User
from qa.page.parts.words import Language
from qa.text import detect_language

HOSTILE = """<script>alert(1)</script></mark>"' onmouseover=x {{value}} ${alert(1)} `x` \u202egnp.exe"""
HOSTILE_ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/mark&gt;&#34;&#39; onmouseover=x {{value}} ${alert(1)} `x` "
    "⟨U+202E⟩gnp.exe"
)
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "ảnh.png": (b"\x89PNG\r\n", "không phải loại tệp đọc được"),
    "trống.txt": (b" \n", "tệp trống"),
    "nhị phân.txt": (b"\0\1\2 \0 abc", "là dữ liệu nhị phân"),
    "cũ.txt": ("Một dòng".encode("cp932", "replace") + b"\n\x82\xa0\x82\xcc\x8e", "không phải UTF-8 (dòng 2)"),
    "khung.txt": ("Phản hồi\n\nCác tin khác\n\nXem nhiều nhất\n".encode(), "không còn gì sau khi bỏ phần khung trang"),
    "lớn.txt": (b"a" * (MAX_BYTES + 1), "quá lớn (20.0 MB; chỉ đọc tối đa 20 MB)"),
}

# The first two are what pandas says to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


class Gated(WordEmbedder):
    """Embeds passages only once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.let = threading.Event(), threading.Event()

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.started.set()
        assert self.let.wait(30)
        return super().embed_passages(texts)


class Placed(WordEmbedder):
    """A model that is named by its folder."""

    @property
    def settings(self) -> EmbedderSettings:
        return EmbedderSettings("/home/lan/my-model", "1", len(self.words))


def write(folder: Path, name: str, text: str | bytes) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def arrived(path: Path, name: str = "") -> Arrival:
    return Arrival(safe_name(name or path.name), path, path.stat().st_size)


def added(index: qa.Index, *files: Arrival, replacing: bool = False) -> Outcome:
    *_, last = follow(list(files), index, replacing=replacing)
    assert isinstance(last, Outcome)
    return last


def lists(outcome: Outcome) -> tuple[list[str], list[str], list[str]]:
    return outcome.report.added, outcome.report.updated, outcome.report.unchanged


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("Báo cáo 2022.txt", "Báo cáo 2022.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\lan\\thư.md", "thư.md"),
        ("a\0b\nc\td.txt", "ab c d.txt"),
        ("\u202ehoá\u200b đơn\u2067.txt", "hoá đơn.txt"),
        ("", "tệp"),
        ("..", "tệp"),
        (".txt", "tệp.txt"),
        ("  . a .txt ", "a.txt"),
        ("///", "tệp"),
        ("x" * 500 + ".txt", "x" * 116 + ".txt"),
        ("a." + "y" * 500, "a." + "y" * 30),
        (unicodedata.normalize("NFD", "mưa.txt"), "mưa.txt"),
        ("\ud800.txt", "tệp.txt"),
        ("<img src=x>.txt", "<img src=x>.txt"),  # shown as text wherever it is shown
    ],
)
def test_a_files_name_is_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text())
def test_a_safe_name_is_short_seen_and_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 120
    assert not {"/", "\\"} & set(safe)
    assert not safe.startswith((".", " "))
    assert all(unicodedata.category(one)[0] != "C" for one in safe)
    assert safe_name(safe) == safe


def test_only_files_that_this_page_received_are_taken(index: qa.Index) -> None:
    library = library_of(index)
    identity = received_by(library, "Mưa")
    files = [
        {"name": "a.txt", "id": identity, "size": 3},
        {"name": "b.txt", "id": "/etc/passwd", "size": 3, "full": True},
        {"name": 7, "id": [identity], "size": "x", "path": "/etc/passwd"},
        "nonsense",
        None,
    ]
    taken = arrivals(files, library.received)
    assert taken[0].path
    assert taken[0].path.read_text(encoding="utf-8") == "Mưa"
    assert taken == [
        Arrival("a.txt", taken[0].path, 3),
        Arrival("b.txt", None, 3, had_room=False),
        Arrival("tệp", None, 0),
    ]
    nothings: list[object] = [None, {}, "x", 5]
    for nothing in nothings:
        assert arrivals(nothing, library.received) == []
    discard(files, library.received)
    assert not taken[0].path.exists()
    library.received.close()


def test_the_limit_is_the_librarys() -> None:
    assert MAX_BYTES == MAX_FILE_BYTES


def test_another_text_under_a_taken_name_gets_a_name_of_its_own(index: qa.Index, tmp_path: Path) -> None:
    rain, sun = write(tmp_path / "1", "a.txt", "Mưa to."), write(tmp_path / "2", "a.txt", "Nắng to.")
    first = added(index, arrived(rain))
    assert lists(first) == (["uploads/a.txt"], [], [])
    assert first.renamed == set()
    second = added(index, arrived(sun), arrived(rain))
    assert lists(second) == (["uploads/a (2).txt"], [], ["uploads/a.txt"])
    assert second.renamed == {"uploads/a (2).txt"}
    assert lists(added(index, arrived(sun))) == ([], [], ["uploads/a (2).txt"])
    assert index.document("uploads/a (2).txt").text == "Nắng to."
    assert index.document("uploads/a (2).txt").source == "uploads/a (2).txt"
    assert index.document("uploads/a.txt").text == "Mưa to."


def test_a_visitor_may_replace_a_document(index: qa.Index, tmp_path: Path) -> None:
    added(index, arrived(write(tmp_path / "1", "a.txt", "Mưa to.")))
    outcome = added(index, arrived(write(tmp_path / "2", "a.txt", "Nắng to.")), replacing=True)
    assert lists(outcome) == ([], ["uploads/a.txt"], [])
    assert index.document("uploads/a.txt").text == "Nắng to."


def test_equal_names_in_one_turn_are_two_documents(index: qa.Index, tmp_path: Path) -> None:
    files = [arrived(write(tmp_path / str(n), "a.txt", f"Mưa lần {n}.")) for n in range(3)]
    assert lists(added(index, *files))[0] == ["uploads/a.txt", "uploads/a (2).txt", "uploads/a (3).txt"]
    twice = added(index, files[0], files[0])
    assert lists(twice) == ([], [], ["uploads/a.txt"])
    assert [name for name, _ in twice.skipped] == ["a.txt"]
    assert corpus_words.reason(twice.skipped[0][1], "vi").startswith("trùng với một tệp khác")


def test_ids_without_a_suffix_are_numbered_too(index: qa.Index) -> None:
    for text in ("Nắng.", "Gió."):
        index.add([qa.Document("rain", text), qa.Document(".hidden", text), qa.Document("a.b/c", text)])
    ids = {document.id for document in index.documents()}
    assert ids >= {"rain", "rain (2)", "rain (3)", ".hidden", ".hidden (2)", "a.b/c", "a.b/c (2)"}


def test_a_folder_that_is_indexed_later_has_no_say_over_uploads(index: qa.Index, tmp_path: Path) -> None:
    sent = write(tmp_path / "passing", "a.txt", "Mưa to.")
    added(index, arrived(sent))
    sent.unlink()
    other = write(tmp_path / "uploads", "a.txt", "Nắng to.")
    write(tmp_path / "uploads", "b.txt", "Gió to.")
    report = index.sync(qa.read_documents([tmp_path / "uploads"]))
    assert (report.added, report.updated, report.removed) == (["uploads/b.txt"], [], [])
    assert [Path(one.path).name for one in report.skipped] == ["a.txt"]
    assert "rename this one's folder" in report.skipped[0].reason
    other.unlink()
    assert index.sync(qa.read_documents([tmp_path / "uploads"])).removed == []
    assert index.document("uploads/a.txt").text == "Mưa to."
    assert dict(index.document("uploads/a.txt").metadata) == {}


def test_steps_count_files_read_and_stored(index: qa.Index, tmp_path: Path) -> None:
    files = [arrived(write(tmp_path, name, f"Mưa {name}.")) for name in ("a.txt", "b.txt")]
    assert list(follow(files, index, replacing=False))[:-1] == [
        Step(1, 0, 2, "a.txt"),
        Step(2, 0, 2, "b.txt"),
        Step(2, 2, 2, "b.txt"),
    ]


def test_files_are_added_also_when_their_sender_has_left(index: qa.Index, tmp_path: Path) -> None:
    embedder, before = Gated(), set(threading.enumerate())
    following = follow(
        [arrived(write(tmp_path, "a.txt", "Mưa."))], qa.Index.open(index.folder, embedder), replacing=False
    )
    assert next(following) == Step(1, 0, 1, "a.txt")
    following.close()
    embedder.let.set()
    for worker in set(threading.enumerate()) - before:
        worker.join(30)
    assert index.document("uploads/a.txt").text == "Mưa."


def test_every_reason_is_reported_in_both_languages(index: qa.Index, tmp_path: Path) -> None:
    outcome = added(index, *(arrived(write(tmp_path, name, data)) for name, (data, _) in UNREADABLE.items()))
    reasons = dict(outcome.skipped)
    assert list(reasons) == list(UNREADABLE)
    for name, (_, message) in UNREADABLE.items():
        assert corpus_words.reason(reasons[name], "vi").startswith(message), name
        assert detect_language(corpus_words.reason(reasons[name], "vi")) == "vi"
        assert corpus_words.reason(reasons[name], "en") == reasons[name]
    assert index.counts() == (3, 3)


def test_each_member_of_an_archive_is_a_document(index: qa.Index, tmp_path: Path) -> None:
    path = tmp_path / "passing.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("mưa/a.txt", "Mưa to."), ("b.txt", "Nắng to."), ("../c.txt", "Gió to.")):
            archive.writestr(name, text)
    outcome = added(index, Arrival("kho.zip", path))
    assert lists(outcome) == (["uploads/kho.zip/mưa/a.txt", "uploads/kho.zip/b.txt"], [], [])
    assert [name for name, _ in outcome.skipped] == ["kho.zip/../c.txt"]
    assert corpus_words.reason(outcome.skipped[0][1], "vi").startswith("tên tệp trỏ ra ngoài tệp nén")
    assert dict(index.document("uploads/kho.zip/b.txt").metadata) == {"member": "b.txt"}


def test_every_kind_that_is_read_can_be_sent(index: qa.Index, tmp_path: Path) -> None:
    maker, kinds = FileMaker([SEEDS], pages=1, paragraphs=2), [".pdf", *KINDS, *TABLES]
    outcome = added(index, *(arrived(write(tmp_path, f"a{kind}", maker.make(kind))) for kind in kinds))
    assert outcome.skipped == []
    assert [f"uploads/a{kind}" for kind in kinds if not any(f"/a{kind}" in one for one in outcome.report.added)] == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("unpacked it would be larger than 200 MB: split it into smaller files", "bung ra sẽ lớn hơn 200 MB"),
        ("a message without text of its own: see what is attached to it", "là thư không có chữ"),
        ("a scan, 1 page without text: have its text recognised", "là bản quét, 1 trang không có chữ"),
        ("a scan, 12 pages without text: have its text recognised", "là bản quét, 12 trang không có chữ"),
        ("no page with text: save it again from the browser", "là trang không có chữ"),
        ("not a table that can be read (line 3): save it as .xlsx", "là bảng không đọc được"),
        ("its last row breaks off, so its end may be missing: get the whole file", "có lẽ bị cắt mất phần cuối"),
        ("it ends in the middle of a character, so its end is missing: get the whole file", "có lẽ bị cắt mất phần"),
        ("its end is missing: save the page again from the browser", "có lẽ bị cắt mất phần cuối: hãy lưu lại trang"),
    ],
)
def test_reasons_of_some_kinds_of_files_are_reported_in_vietnamese(english: str, vietnamese: str) -> None:
    assert corpus_words.reason(english, "vi").startswith(vietnamese)


def test_what_never_came_is_reported(index: qa.Index, tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    outcome = added(index, Arrival("a.txt", None, 5), Arrival("b.txt", gone, 5), Arrival("c.txt", None, MAX_BYTES * 2))
    assert [(name, corpus_words.reason(why, "vi")) for name, why in outcome.skipped] == [
        ("a.txt", "chưa nhận được trọn tệp: xin gửi lại"),
        ("b.txt", "chưa nhận được trọn tệp: xin gửi lại"),
        ("c.txt", "quá lớn (40.0 MB; chỉ đọc tối đa 20 MB): hãy chia thành tệp nhỏ hơn"),
    ]


def test_documents_are_listed_a_page_at_a_time(index: qa.Index) -> None:
    summaries, total = index.find_documents(offset=1, limit=1)
    assert total == 3
    assert summaries == [DocumentSummary("rain", "Thời tiết", "paper/rain", date(2022, 1, 13), "vi", 1)]
    for wanted in ("dong RUONG", "Đồng ruộng", "ruo dong", "paper/rice", " RICE "):
        assert [one.id for one in index.find_documents(wanted)[0]] == ["rice"], wanted
    assert index.find_documents("đồng biển") == ([], 0)
    index.delete(["rice"])
    assert index.find_documents("ruộng") == ([], 0)
    index.add([qa.Document("new", "Mưa.", "Ruộng mới")])
    assert [one.id for one in index.find_documents("ruong")[0]] == ["new"]


def test_the_size_is_that_of_all_files(index: qa.Index) -> None:
    before = index.size()
    assert before > (index.folder / "corpus.db").stat().st_size
    write(index.folder / "lexical", "more", b"12345")
    assert index.size() == before + 5


def corpus_of(index: qa.Index, language: Language = "vi") -> Corpus:
    return Corpus(library_of(index), language)


def by(role: Role) -> gr.Request:
    """A request of a user with this role."""
    return gr.Request(Request({"type": "http", "qa.user": User("an", role)}))


def received_by(library: Library, text: str | bytes) -> str:
    """The id of a file that was sent to this page."""
    content = text.encode() if isinstance(text, str) else text

    async def sent() -> AsyncIterator[bytes]:
        yield content

    return asyncio.run(library.received.receive("an", None, sent()))


def event(**data: object) -> EventData:
    return EventData(None, data)


def test_adding_shows_progress_and_at_last_the_renewed_list(index: qa.Index) -> None:
    library = library_of(index)
    sent = {"name": "mưa.txt", "id": received_by(library, "Mưa <b>to</b>."), "size": 5}
    corpus = Corpus(library, "en")
    shown = list(corpus.add("toy", "", 0, event(files=[sent], replacing=False), by("add")))
    assert library.received.size == 0
    library.received.close()
    assert [one[0].startswith('<section class="adding"') for one in shown] == [True, True, False]
    assert '<progress max="2" value="2"' in shown[1][0]
    assert all(one[1:] == (gr.skip(), gr.skip(), gr.skip()) for one in shown[:-1])
    message, state, listed, number = shown[-1]
    assert message == (
        '<section class="outcome"><div class="added"><h3>Added <span class="count">1</span></h3>'
        '<ul><li><bdi class="file">uploads/mưa.txt</bdi></li></ul></div></section>'
    )
    assert "<dt>Documents</dt><dd>4</dd>" in state
    assert 'data-delete="uploads/mưa.txt"' in listed
    assert number == 0


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (None, "Chưa có tệp nào được gửi lên."),
        ([], "Chưa có tệp nào được gửi lên."),
        ([{"name": "a.txt"}] * (MAX_FILES + 1), "Mỗi lần chỉ nhận tối đa 50 tệp; lần này có 51."),
    ],
)
def test_no_file_and_too_many_are_reported(index: qa.Index, files: object, message: str) -> None:
    shown = list(corpus_of(index).add("toy", "", 0, event(files=files), by("add")))
    assert len(shown) == 1
    assert message in shown[0][0]
    assert index.counts() == (3, 3)


def test_a_busy_index_is_reported_in_good_words(index: qa.Index, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = corpus_of(index)
    with writer_lock(index.folder):
        *_, last = corpus.add("toy", "", 0, event(files=[{"name": "a.txt"}]), by("add"))
        deleted = corpus.delete("toy", "", 0, event(id="rain"), by("administer"))
    for message in (last[0], deleted[0]):
        assert message == components.trouble(
            "Một chương trình khác đang ghi vào kho. Chưa có gì thay đổi; xin thử lại sau ít phút."
        )
    assert capsys.readouterr().err.count("qa: Another process is writing") == 2
    assert index.counts() == (3, 3)


def test_a_role_that_does_not_allow_it_changes_nothing(index: qa.Index) -> None:
    corpus, text = corpus_of(index, "en"), "Your login does not allow this. Nothing was changed."
    files = [{"name": "a.txt"}]
    for shown in (
        *corpus.add("toy", "", 0, event(files=files), by("read")),
        *corpus.add("toy", "", 0, event(files=files, replacing=True), by("add")),
        corpus.delete("toy", "", 0, event(id="rain"), by("add")),
    ):
        assert shown[0] == components.trouble(text)
    assert index.counts() == (3, 3)


def test_deleting_twice_and_deleting_nothing(index: qa.Index, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = corpus_of(index)
    message, state, listed, _ = corpus.delete("toy", "", 0, event(id="rain"), by("administer"))
    assert message == '<p class="notice">Đã xóa khỏi kho: <bdi class="file">rain</bdi></p>'
    assert "<dt>Văn bản</dt><dd>2</dd>" in state
    assert "rain" not in listed
    for data in ({"id": "rain"}, {"id": None}, {}, {"id": HOSTILE}):
        assert "Văn bản này đã được xóa từ trước." in corpus.delete("toy", "", 0, event(**data), by("administer"))[0]
    assert index.counts() == (2, 2)
    capsys.readouterr()


@pytest.mark.parametrize("page", [99, -3, None, "x", 2.5])
def test_a_page_that_is_not_there_is_brought_among_those_that_are(index: qa.Index, page: object) -> None:
    index.add([qa.Document(f"d{n:02}", f"Mưa {n}.") for n in range(25)])
    listed, number = corpus_of(index).turn("toy", "", event(page=page))
    assert number == (1 if page == 99 else 0)
    assert listed.count('data-delete="') == (8 if page == 99 else 20)
    assert f"Trang {number + 1}/2" in listed


def test_the_pager_offers_neighbours_only() -> None:
    assert components.PARTS["vi"].pager(0, 1) == ""
    assert '<button type="button" data-page="-1" disabled>Previous</button>' in components.PARTS["en"].pager(0, 3)
    assert '<button type="button" data-page="1">Next</button>' in components.PARTS["en"].pager(0, 3)
    assert '<button type="button" data-page="3" disabled>Next</button>' in components.PARTS["en"].pager(2, 3)


def test_neither_folder_nor_model_tells_where_it_is_on_disk(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "mine", Placed())
    shown = corpus_tab.state(index, "en")
    assert "<dt>Model</dt><dd>my-model</dd>" in shown
    assert "<dt>Folder</dt><dd>mine</dd>" in shown
    assert str(tmp_path) not in shown
    assert "/home" not in shown


def test_a_date_cannot_be_misread(index: qa.Index) -> None:
    found = index.find_documents("rice")[0]
    assert "04/04/2023 · " in corpus_tab.documents(found, 1, 0, "", "vi")
    assert "4 Apr 2023 · " in corpus_tab.documents(found, 1, 0, "", "en")


def test_hostile_text_is_escaped_in_every_place(index: qa.Index) -> None:
    index.add([qa.Document(HOSTILE, HOSTILE, HOSTILE, HOSTILE)])
    summary = next(one for one in index.find_documents()[0] if one.id == HOSTILE)
    row = corpus_tab.documents([summary], 1, 0, "", "vi")
    assert f'<span class="title">{HOSTILE_ESCAPED}</span>' in row
    assert f'<bdi class="file">{HOSTILE_ESCAPED}</bdi>' in row
    assert "<script" not in row
    report = UpsertReport(added=[HOSTILE], updated=[HOSTILE], unchanged=[HOSTILE])
    shown = corpus_tab.outcome(Outcome(report, [(HOSTILE, HOSTILE)], {HOSTILE}), "vi")
    assert shown.count(f'<bdi class="file">{HOSTILE_ESCAPED}</bdi>') == 4
    assert f'<span class="why">{HOSTILE_ESCAPED}</span>' in shown
    assert "<script" not in shown
    assert HOSTILE_ESCAPED in corpus_tab.progress(Step(1, 0, 2, HOSTILE), "en")
    assert HOSTILE_ESCAPED in components.notice("Đã xóa:", HOSTILE)


def test_a_document_is_opened_with_its_title_date_and_source(index: qa.Index) -> None:
    shown = opened(index.document("rain"), 0, "vi")
    assert '<h3 lang="vi">Thời tiết</h3>' in shown
    assert '<p><time datetime="2022-01-13">13/01/2022</time> · <span class="file">paper/rain</span></p>' in shown
    assert shown.endswith("<p>Mưa to ở miền núi.</p></div></article></section>")
    undated = opened(index.document("fish"), 0, "en")
    assert (
        '<h3 lang="vi">paper/fish</h3><p><span class="file">paper/fish</span> · The document has no date</p>' in undated
    )
    hostile = opened(qa.Document("x", f"{HOSTILE}\n{HOSTILE}", HOSTILE, HOSTILE), 0, "vi")
    assert hostile.count(HOSTILE_ESCAPED) == 4
    assert "<script" not in hostile


@given(st.text(alphabet="ab \n", max_size=60), st.integers(1, 9))
def test_the_parts_of_a_document_are_all_of_it(unit: str, times: int) -> None:
    text = unit * times * 400
    spans = parts(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= PART for start, end in spans[:-1])
    assert all(text[end - 1] == "\n" or "\n" not in text[start:end] for start, end in spans[:-1])


class Visitor:
    """One who uses the page over HTTP, as a browser does, but names whatever path comes to mind."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = httpx.Client(base_url=f"{address}gradio_api/", timeout=30)
        self._config = httpx.get(f"{address}config").json()
        self._session = f"visitor{id(self)}"

    def upload(self, name: str, text: str) -> dict[str, object]:
        kind = {"Content-Type": "application/octet-stream"}
        answered = httpx.post(f"{self._address}upload", content=text.encode(), headers=kind).raise_for_status()
        return {"name": name, "id": answered.json()["id"], "size": len(text.encode())}

    def add(self, *files: dict[str, object]) -> str:
        """What the page says at last."""
        return self.send("arrive", [None, "", None], {"files": list(files), "replacing": False})

    def send(self, name: str, data: list[object], event_data: dict[str, object]) -> str:
        wired = next(one for one in self._config["dependencies"] if any(name == kind for _, kind in one["targets"]))
        body = {"data": data, "event_data": event_data, "fn_index": wired["id"], "session_hash": self._session}
        event_id = self._client.post("queue/join", json=body).raise_for_status().json()["event_id"]
        shown = ""
        with self._client.stream("GET", "queue/data", params={"session_hash": self._session}) as lines:
            for line in lines.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("event_id") == event_id and "output" in message:
                    shown = (
                        json.dumps(message["output"], ensure_ascii=False)
                        if name != "arrive"
                        else _reported(message, shown)
                    )
                    if message["msg"] == "process_completed":
                        return shown
        raise AssertionError("the page said nothing")


def _reported(message: dict[str, Any], before: str) -> str:
    """The notice of a step; later steps may be sent as changes of the one before, of which the last is whole."""
    answer = message["output"].get("data", [message["output"].get("error")])[0]
    return answer if isinstance(answer, str) else before


def library_of(index: qa.Index) -> Library:
    return Library({"toy": qa.Searcher(index)})


def test_two_visitors_send_the_same_name_at_the_same_time(index: qa.Index) -> None:
    texts = [f"Mưa của khách {n}." for n in range(2)]
    with serve_tabs(library_of(index), add_corpus_tab) as address, ThreadPoolExecutor(2) as both:
        visitors = [Visitor(address) for _ in texts]
        met = threading.Barrier(2)

        def send(visitor: Visitor, text: str) -> str:
            file = visitor.upload("báo cáo.txt", text)
            met.wait()
            return visitor.add(file)

        message = list(both.map(send, visitors, texts))
    ids = ["uploads/báo cáo (2).txt", "uploads/báo cáo.txt"]
    assert {index.document(one).text for one in ids} == set(texts)
    assert sum("Thêm mới" in one for one in message) == 2
    assert sum("trùng tên với văn bản khác nên được đổi tên" in one for one in message) == 1
    assert index.counts() == (5, 5)


def test_a_path_that_a_visitor_names_is_not_read(index: qa.Index, tmp_path: Path) -> None:
    secret = write(tmp_path, "mật.txt", "Mưa bí mật.")
    with serve_tabs(library_of(index), add_corpus_tab) as address:
        visitor = Visitor(address)
        for path in (str(secret), f"file://{secret}", "../mật.txt"):
            message = visitor.add({"name": "mật.txt", "id": path, "size": 5})
            assert "chưa nhận được trọn tệp" in message
    assert index.counts() == (3, 3)


def test_indexing_keeps_no_question_waiting(index: qa.Index) -> None:
    embedder = Gated()
    slow = qa.Index.open(index.folder, embedder)
    with serve_tabs(library_of(slow), add_corpus_tab) as address, ThreadPoolExecutor(1) as other:
        visitor = Visitor(address)
        adding = other.submit(visitor.add, visitor.upload("mưa.txt", "Mưa rất to."))
        assert embedder.started.wait(30)
        searcher = qa.Searcher(slow)
        assert [hit.passage.document_id for hit in searcher.search("mưa", mode="lexical")] == ["rain", "rice"]
        assert "rice" not in Visitor(address).send("find", [None], {"wanted": "thoi tiet"})
        assert not adding.done()
        embedder.let.set()
        assert "Thêm mới" in adding.result()
        assert len(searcher.search("mưa", mode="lexical")) == 3


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_adding_finding_and_deleting_in_a_browser(index: qa.Index, tmp_path: Path) -> None:
    with serve_tabs(library_of(index), add_corpus_tab) as address, visiting(address) as opened:
        _add_find_delete(opened, index)
        _see_why_files_were_skipped(opened, tmp_path)


DROP = """([name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name));
    const target = document.querySelector(".drop .target");
    for (const kind of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer}));
}"""


def _add_find_delete(opened: Open, index: qa.Index) -> None:
    page = opened()
    expect(page.locator(".documents .total")).to_have_text("3 văn bản")
    name = "<img src=x onerror=document.title='taken'> ${1} {{x}}.txt"
    steps = page.evaluate_handle(
        """() => { const seen = []; new MutationObserver(() => {
            const bar = document.querySelector("progress"); if (bar) seen.push(bar.value);
        }).observe(document.body, {childList: true, subtree: true}); return seen; }"""
    )
    page.evaluate(DROP, [name, "<script>document.title='taken'</script> {{x}} \u202e\n\nViên đá lạ.\n"])
    expect(page.locator(".outcome .added li")).to_have_text(f"uploads/{name}")
    assert steps.json_value()
    expect(page.locator(".documents .total")).to_have_text("4 văn bản")
    assert qa.Searcher(index).search("viên đá", k=1)[0].passage.document_id == f"uploads/{name}"
    page.locator(".wanted").fill("VIEN X.TXT")
    expect(page.locator(".none")).to_have_text("Không có văn bản nào khớp.")
    page.locator(".wanted").fill("onerror")
    expect(page.locator(".documents li")).to_have_count(1)
    assert page.locator(".corpus img, .corpus script").count() == 0
    assert page.title() != "taken"
    page.locator(".remove summary").focus()
    page.keyboard.press("Enter")
    page.locator("[data-delete]").click()
    expect(page.locator(".remove[open]")).to_have_count(0)  # else the next row would stand there, ready to be deleted
    expect(page.locator(".notice")).to_have_text(f"Đã xóa khỏi kho: uploads/{name}")
    page.locator(".wanted").fill("")
    expect(page.locator(".documents .total")).to_have_text("3 văn bản")
    assert index.counts() == (3, 3)


def _see_why_files_were_skipped(opened: Open, tmp_path: Path) -> None:
    page = opened(width=390, colour="dark")
    files = [write(tmp_path / "sent", name, data) for name, (data, _) in UNREADABLE.items()]
    expect(page.locator(".documents .total")).to_be_visible()
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator(".outcome .skipped li")).to_have_count(len(files))
    for (name, (_, message)), line in zip(UNREADABLE.items(), page.locator(".outcome .skipped li").all(), strict=True):
        expect(line).to_contain_text(name)
        expect(line).to_contain_text(message)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("input[type=file]").set_input_files(
        [write(tmp_path / "many", f"{n}.txt", "a") for n in range(MAX_FILES + 1)]
    )
    expect(page.locator(".notice.trouble")).to_contain_text("lần này có 51")


def test_opening_a_document_over_http(index: qa.Index) -> None:
    index.add([qa.Document("long", "\n".join(f"Dòng {n:05}." for n in range(5_000)))])
    with serve_tabs(library_of(index), add_corpus_tab) as address:
        visitor = Visitor(address)
        assert "Mưa to ở miền núi." in visitor.send("open", [None], {"id": "rain"})
        first = visitor.send("open", [None], {"id": "long"})
        assert ("Dòng 00000." in first, "Dòng 04999." in first, "Trang 1/2" in first) == (True, False, True)
        for identity in ("none", 7, None):
            assert "đã được xóa từ trước" in visitor.send("open", [None], {"id": identity})


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_reading_a_document_in_a_browser(index: qa.Index) -> None:
    odd = 'uploads/\u202engược "x".txt'
    index.add([qa.Document("long", "\n".join(f"Dòng {n:05}." for n in range(5_000))), qa.Document(odd, "Chữ lạ.")])
    with serve_tabs(library_of(index), add_corpus_tab) as address, visiting(address) as opened_at:
        page = opened_at()
        page.get_by_role("button", name="Thời tiết", exact=True).click()
        expect(page.locator(".corpus .opened h3")).to_have_text("Thời tiết")
        expect(page.locator(".corpus .opened .body")).to_have_text("Mưa to ở miền núi.")
        expect(page.locator("#document-heading")).to_be_focused()
        page.get_by_role("button", name="Về danh sách").click()
        expect(page.locator(".corpus .opened")).to_have_count(0)
        expect(page.get_by_role("button", name="Thời tiết", exact=True)).to_be_focused()
        page.get_by_role("button", name="long", exact=True).click()
        expect(page.locator(".opened .body p").first).to_have_text("Dòng 00000.")
        page.locator(".opened .pager").get_by_role("button", name="Trang sau").click()
        expect(page.locator(".opened .body p").last).to_have_text("Dòng 04999.")
        expect(page.locator(".documents .total")).to_have_text("5 văn bản")
        page.locator("[data-open]", has_text="ngược").click()
        expect(page.locator(".opened .body")).to_have_text("Chữ lạ.")
        row = page.locator(".documents li", has_text="ngược")
        row.locator("summary").click()
        row.locator("[data-delete]").click()
        expect(page.locator(".documents .total")).to_have_text("4 văn bản")
        expect(page.locator(".corpus .opened")).to_have_count(0)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_two_indexes_in_english(tmp_path: Path) -> None:
    empty, full = (qa.Index.create(tmp_path / name, WordEmbedder()) for name in ("empty", "full"))
    full.add([qa.Document(f"d{n:02}", f"Rain {n}.") for n in range(25)])
    library = Library({index.folder.name: qa.Searcher(index) for index in (empty, full)})
    with serve_tabs(library, add_corpus_tab, "en") as address, visiting(address) as opened:
        page = opened()
        expect(page.locator(".none")).to_have_text("There are no documents yet. Add files above.")
        assert set(page.locator(".corpus").inner_text()) <= set(map(chr, range(32, 127))) | {"\n", "…"}
        page.locator(".which select").select_option("full")
        expect(page.locator(".documents .total")).to_have_text("Documents: 25")
        expect(page.locator(".state")).to_contain_text("full")
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".documents .title").first).to_have_text("d20")
        expect(page.get_by_role("button", name="Previous")).to_be_focused()
        page.evaluate(DROP, ["a.txt", "Rain."])
        expect(page.locator(".documents .total")).to_have_text("Documents: 26")
        assert (empty.counts()[0], full.counts()[0]) == (0, 26)
