"""Judgements: votes are kept whatever happens, exported by majority, and read by the evaluation."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import gradio as gr
import pytest
from browsing import CHROMIUM, Open, expect, serve_tabs, visiting
from conftest import SEEDS
from gradio import EventData, skip
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from starlette.requests import Request
from toy import WordEmbedder

import qa
from eval.__main__ import main as measure
from eval.formats import read_qrels, read_queries
from qa.cli import main
from qa.errors import IndexUnusableError, JudgementsDamagedError, NoJudgementsError, QuestionError
from qa.judgements import JUDGEMENTS_NAME, FolderJudgements, JudgedQuestion, Judgement, JudgementExport
from qa.page.judging import tab as judging_markup
from qa.page.judging.tab import JUDGE, Evaluation, Judging, Shown, Votes, add_judging_tab, add_thumbs, thumbs
from qa.page.parts import components
from qa.page.parts.library import Library
from qa.page.parts.users import User
from qa.page.parts.words import Language

BY_ANYONE = gr.Request(Request({"type": "http"}))
TESTS = Path(__file__).parent
HOSTILE = """<script>alert(1)</script></mark>"' onmouseover=x {{value}} ${alert(1)} `x` \u202egnp.exe"""
HOSTILE_ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/mark&gt;&#34;&#39; onmouseover=x {{value}} ${alert(1)} `x` "
    "⟨U+202E⟩gnp.exe"
)

# The first two are what pandas says to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


def passage(text: str, document_id: str = "a") -> qa.Passage:
    return qa.Passage(f"{document_id}#1", document_id, 1, text, 0, len(text), "", document_id, None)


def vote(index: qa.Index, question: str, votes: str, text: str = "Mưa to.", document_id: str = "a") -> None:
    for one in votes:
        index.judgements.add(question, passage(text, document_id), relevant=one == "+")


def test_contradicting_votes_are_all_kept_and_the_majority_is_exported(index: qa.Index) -> None:
    vote(index, "Mưa ở đâu?", "+-+")
    vote(index, "Mưa ở đâu?", "+-", document_id="tie")
    vote(index, "Mưa ở đâu?", "--", document_id="wrong")
    vote(index, "Mưa ở đâu?", "--", text="Đoạn khác.")  # of document a: one of its passages is right all the same
    vote(index, "Cá sống ở đâu?", "-", document_id="a b (2).txt")
    export = index.judgements.export()
    assert export.qrels == "q1\t0\ta\t1\nq1\t0\ttie\t0\nq1\t0\twrong\t0\nq2\t0\ta b (2).txt\t0\n"
    assert export.questions == "q1\tMưa ở đâu?\nq2\tCá sống ở đâu?\n"
    assert export.left_out == ()
    assert len(index.judgements) == 10
    asked, total = index.judgements.questions()
    assert [(one.text, one.relevant, one.not_relevant) for one in asked] == [
        ("Cá sống ở đâu?", 0, 1),
        ("Mưa ở đâu?", 3, 6),
    ]
    assert total == 2


def test_spellings_of_the_same_words_are_one_question(index: qa.Index) -> None:
    for question in ("Hòa  bình\nlà gì?", "hoà bình là gì?", "HÒA BÌNH LÀ GÌ?"):
        vote(index, question, "+")
    assert index.judgements.export().questions == "q1\tHòa bình là gì?\n"


def test_a_question_without_words_is_no_question(index: qa.Index) -> None:
    with pytest.raises(QuestionError):
        index.judgements.add("?! \n", passage("Mưa."), relevant=True)
    assert len(index.judgements) == 0


def test_a_vote_is_taken_back_once(index: qa.Index) -> None:
    first = index.judgements.add("Mưa?", passage("Mưa to."), relevant=True)
    second = index.judgements.add("Mưa?", passage("Mưa nhỏ.", "b"), relevant=False)
    assert index.judgements.of_question(1) == [second, first]
    assert (first.document_id, first.passage, first.relevant, first.question) == ("a", "Mưa to.", True, "Mưa?")
    assert index.judgements.remove(first.id)
    assert not index.judgements.remove(first.id)
    assert index.judgements.of_question(1) == [second]
    third = index.judgements.add("Mưa?", passage("Mưa to."), relevant=True)
    assert third.id > second.id > first.id


def test_looking_writes_nothing(index: qa.Index) -> None:
    assert (len(index.judgements), index.judgements.questions(), index.judgements.of_question(1)) == (0, ([], 0), [])
    assert not index.judgements.remove(1)
    with pytest.raises(NoJudgementsError, match="holds no judgements"):
        index.judgements.export()
    assert not (index.folder / JUDGEMENTS_NAME).exists()


def test_ids_that_no_line_can_hold_are_left_out_and_named(index: qa.Index) -> None:
    for document_id in ("a\tb", "a\nb", "good", " end"):
        vote(index, "Mưa?", "+", document_id=document_id)
    export = index.judgements.export()
    assert (export.qrels, export.left_out) == ("q1\t0\tgood\t1\n", (" end", "a\tb", "a\nb"))


@settings(max_examples=40)
@given(ids=st.lists(st.text(min_size=1), min_size=1, max_size=5), question=st.text())
def test_whatever_is_exported_can_be_read_again(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], question: str
) -> None:
    folder = tmp_path_factory.mktemp("judged")
    judgements = FolderJudgements(folder)
    judged = {qa.Document(one, "Mưa.").id for one in ids}
    for document_id in judged:
        judgements.add(f"a{question}", passage("Mưa.", document_id), relevant=True)
    export = judgements.export()
    (folder / "a.qrels").write_text(export.qrels, encoding="utf-8", newline="\n")
    (folder / "a.tsv").write_text(export.questions, encoding="utf-8", newline="\n")
    read = read_qrels(folder / "a.qrels")
    assert set(read.get("q1", {})) == judged - set(export.left_out)
    if read:
        assert [one.id for one in read_queries(folder / "a.tsv")] == ["q1"]


WRITER = """
    import sys
    import qa
    from qa.judgements import FolderJudgements
    from pathlib import Path
    judgements = FolderJudgements(Path({folder!r}))
    text = qa.Passage("a#1", "a", 1, "Mưa to.", 0, 7, "", "a", None)
    for number in range({votes}):
        judgements.add(f"Mưa lần {{number % 5}}?", text, relevant=True)
        print(number, flush=True)
"""


def writer(folder: Path, votes: int) -> subprocess.Popen[str]:
    code = textwrap.dedent(WRITER.format(folder=str(folder), votes=votes))
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_several_processes_judging_at_once_lose_nothing(index: qa.Index) -> None:
    writers = [writer(index.folder, 25) for _ in range(3)]
    for one in writers:
        one.communicate()
    assert [one.returncode for one in writers] == [0, 0, 0]
    assert len(index.judgements) == 75
    assert [(one.text, one.relevant) for one in index.judgements.questions()[0]][-1] == ("Mưa lần 0?", 15)


def test_a_kill_loses_no_vote_that_was_confirmed(index: qa.Index) -> None:
    killed = writer(index.folder, 100_000)
    assert killed.stdout
    for number in range(10):
        assert killed.stdout.readline() == f"{number}\n"
    killed.send_signal(signal.SIGKILL)
    confirmed = 10 + len(killed.stdout.read().splitlines())
    killed.wait()
    killed.stdout.close()
    assert confirmed <= len(index.judgements) <= confirmed + 1
    vote(index, "Mưa?", "+")


def test_a_damaged_file_is_named_and_the_documents_are_whole(index: qa.Index) -> None:
    path = index.folder / JUDGEMENTS_NAME
    path.write_bytes(b"garbage" * 1000)
    for use in (index.judgements.export, lambda: vote(index, "Mưa?", "+"), lambda: index.judgements.remove(1)):
        with pytest.raises(JudgementsDamagedError, match=JUDGEMENTS_NAME):
            use()
    assert path.read_bytes() == b"garbage" * 1000
    assert len(qa.Searcher(qa.Index.open(index.folder, WordEmbedder())).search("mưa", mode="lexical")) == 2


def test_judgements_do_not_disturb_the_index(index: qa.Index, documents: list[qa.Document]) -> None:
    vote(index, "Mưa?", "+")
    assert len(qa.Index.open(index.folder, WordEmbedder()).judgements) == 1
    again = qa.Index.create(index.folder, WordEmbedder())
    assert again.upsert(documents).unchanged == ["rain", "rice", "fish"]
    again.delete(["rain"])
    assert again.judgements.export().qrels == "q1\t0\ta\t1\n"


def test_votes_go_to_the_index_that_took_the_place(index: qa.Index, tmp_path: Path) -> None:
    """As when the index is built anew under an open page; a vote names its passage by document and text."""
    vote(index, "Mưa?", "+")
    index.folder.rename(tmp_path / "old")
    with pytest.raises(IndexUnusableError):
        vote(index, "Mưa?", "+")
    other = qa.Index.create(index.folder, WordEmbedder())
    vote(other, "Nắng?", "-")
    vote(index, "Mưa?", "+")
    assert (len(index.judgements), len(other.judgements)) == (2, 2)


@pytest.fixture(scope="module")
def judged_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    index = qa.Index.create(folder / "index")
    index.upsert(qa.read_documents([SEEDS]))
    index.add([qa.Document("uploads/mùa vụ (2).txt", "Sản lượng lúa của huyện đạt 812 nghìn tấn.")])
    searcher = qa.Searcher(index)
    for question, right in (("Cả nước có bao nhiêu đảng viên?", "004_"), ("Sản lượng lúa đạt bao nhiêu?", "uploads/")):
        for hit in searcher.search(question, k=3):
            index.judgements.add(question, hit.passage, relevant=right in hit.passage.document_id)
    return folder


def test_the_export_is_measured(judged_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index, into = str(judged_folder / "index"), judged_folder / "out"
    assert main(["judgements", "--index", index, "--into", str(into)]) == 0
    files = (into / "judgements.qrels", into / "judgements.tsv")
    judged = len(files[0].read_text(encoding="utf-8").splitlines())
    assert capsys.readouterr().out == f"{files[0]}, {files[1]}: {judged} judged documents for 2 questions.\n"
    assert "q2\t0\tuploads/mùa vụ (2).txt\t1" in files[0].read_text(encoding="utf-8").splitlines()
    arguments = ["measure", str(files[0]), "--queries", str(files[1]), "--index", index, "--into", str(into / "report")]
    assert measure(arguments) == 0
    hybrid = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("| hybrid"))
    assert "1.0000" in hybrid


def test_the_command_tells_where_or_why_not(
    judged_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["judgements", "--index", str(judged_folder / "index"), "--into", str(tmp_path), "--json"]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert report == {
        "qrels": str(tmp_path / "judgements.qrels"),
        "questions": str(tmp_path / "judgements.tsv"),
        "left_out": [],
    }
    qa.Index.create(tmp_path / "empty", WordEmbedder())
    assert main(["judgements", "--index", str(tmp_path / "empty"), "--into", str(tmp_path / "none")]) == 1
    assert "holds no judgements" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def found(searcher: qa.Searcher, question: str = "mưa") -> qa.Answer:
    hits = tuple(searcher.search(question))
    return qa.Answer(question, None, 0.1, hits)


def pressed(rank: object, chosen: object) -> EventData:
    return EventData(None, {"rank": rank, "vote": chosen})


def test_a_visitor_changes_and_takes_back_a_vote(searcher: qa.Searcher) -> None:
    judging, answer = Judging(Library({"toy": searcher}), "vi"), found(searcher)
    judgements, votes = searcher.index.judgements, Votes()
    assert judging.judge(answer, votes, pressed(1, "up")).endswith(">Đã ghi: đoạn 1 đúng với câu hỏi.</p>")
    assert [one.relevant for one in judgements.of_question(1)] == [True]
    assert judging.judge(answer, votes, pressed(1, "down")).endswith(">Đã ghi: đoạn 1 không đúng với câu hỏi.</p>")
    assert [one.relevant for one in judgements.of_question(1)] == [False]
    judging.judge(answer, Votes(), pressed(1, "down"))  # another visitor: a vote of its own
    assert len(judgements) == 2
    assert judging.judge(answer, votes, pressed(1, "none")).endswith(">Đã bỏ đánh giá của đoạn 1.</p>")
    assert (votes, len(judgements)) == ({}, 1)


@pytest.mark.parametrize(("rank", "chosen"), [(99, "up"), (None, "up"), ("<b>", "up"), (1, "sideways"), (1, None)])
def test_a_press_that_means_nothing_changes_nothing(searcher: qa.Searcher, rank: object, chosen: object) -> None:
    judging = Judging(Library({"toy": searcher}), "vi")
    assert judging.judge(found(searcher), Votes(), pressed(rank, chosen)) == skip()
    assert judging.judge(None, Votes(), pressed(1, "up")) == skip()
    assert len(searcher.index.judgements) == 0


def test_a_vote_that_cannot_be_kept_is_reported(searcher: qa.Searcher, capsys: pytest.CaptureFixture[str]) -> None:
    (searcher.index.folder / JUDGEMENTS_NAME).write_bytes(b"garbage" * 1000)
    library, votes = Library({"toy": searcher}), Votes()
    report = Judging(library, "vi").judge(found(searcher), votes, pressed(1, "up"))
    assert (votes, 'class="notice trouble"' in report) == ({}, True)
    assert "Không đọc được tệp lưu đánh giá" in report
    assert "The file of judgements" in Evaluation(library, "en").look("toy", 0)[0]
    assert capsys.readouterr().err.count("qa: The judgements in ") == 2


def test_hostile_text_is_escaped_in_every_place() -> None:
    question = JudgedQuestion(1, HOSTILE, 1, 0)
    judgement = Judgement(7, HOSTILE, HOSTILE, HOSTILE, relevant=True, judged=datetime(2026, 11, 25, tzinfo=UTC))
    shown = judging_markup.judged([(question, [judgement])], Shown(0, 1, 1), "vi")
    assert f"<h3>{HOSTILE_ESCAPED}</h3>" in shown
    assert f'<p class="text">{HOSTILE_ESCAPED}</p>' in shown
    assert f'<bdi class="file">{HOSTILE_ESCAPED}</bdi> · 25/11/2026' in shown
    assert "<script" not in shown
    download = judging_markup.download(JudgementExport(HOSTILE, "", ()), "qrels")
    assert "<script" not in download
    hit = qa.Hit(passage(HOSTILE, HOSTILE), 1.0, 1)
    assert "<script" not in thumbs(HOSTILE, hit, "vi")


def test_only_an_administrator_takes_a_vote_back(searcher: qa.Searcher) -> None:
    vote(searcher.index, "Mưa?", "+")
    evaluation = Evaluation(Library({"toy": searcher}), "en")
    request = gr.Request(Request({"type": "http", "qa.user": User("an", "add")}))
    report, shown, _ = evaluation.remove("toy", 0, EventData(None, {"id": 1}), request)
    assert "Your login does not allow this." in report
    assert "Judgements: 1; questions: 1" in shown


@pytest.mark.parametrize("identity", [0, -1, 2**63, 10**30, "1", None, 1.5, [1]])
def test_a_vote_that_is_not_there_is_taken_back_by_nobody(searcher: qa.Searcher, identity: object) -> None:
    vote(searcher.index, "Mưa?", "+")
    evaluation = Evaluation(Library({"toy": searcher}), "en")
    report, shown, _ = evaluation.remove("toy", 0, EventData(None, {"id": identity}), BY_ANYONE)
    assert "This vote has already been removed." in report
    assert "Judgements: 1; questions: 1" in shown


def test_older_votes_are_counted_and_long_passages_cut(index: qa.Index) -> None:
    long = "Mưa to gió lớn. " * 40
    vote(index, "Mưa?", "+" * 23, text=long)
    shown, page = Evaluation(Library({"toy": qa.Searcher(index)}), "en").look("toy", 5)
    assert page == 0
    assert "Judgements: 23; questions: 1" in shown
    assert shown.count('<p class="text">') == 20
    assert '<p class="older">and 3 older</p>' in shown
    assert f"{long[:239]}…</p>" in shown


def judged_page(page: gr.Blocks, library: Library, language: Language) -> None:
    """The evaluation tab, and beside it cards with thumbs as the ask tab has them."""
    answer = found(library.searcher())
    with gr.Tabs():
        with gr.Tab("1"):
            shown = "".join(f"<li>{thumbs(answer.question, hit, language)}</li>" for hit in answer.evidence)
            cards = components.html(f"<ul>{shown}</ul>", JUDGE)
            add_thumbs(cards, gr.State(answer), library, language)
        with gr.Tab("2"):
            add_judging_tab(page, library, language)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_judging_and_exporting_in_a_browser(searcher: qa.Searcher) -> None:
    hostile = qa.Document("uploads/<img src=x>.txt", "Mưa <script>document.title='taken'</script> {{value}} \u202emưa")
    searcher.index.add([hostile])
    with serve_tabs(Library({"toy": searcher}), judged_page) as address, visiting(address) as opened:
        _judge_and_export(opened)


def _judge_and_export(opened: Open) -> None:
    page, other = opened(), opened()
    up, down = page.locator("[data-judge=up]").first, page.locator("[data-judge=down]").first
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#voted")).to_have_text("Đã ghi: đoạn 1 đúng với câu hỏi.")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(other.locator("[data-judge=down]").first).to_have_attribute("aria-pressed", "false")
    other.locator("[data-judge=up]").nth(1).click()
    expect(other.locator("#voted")).to_have_text("Đã ghi: đoạn 2 đúng với câu hỏi.")
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".judged .total")).to_have_text("2 đánh giá cho 1 câu hỏi")
    assert saved(page, "qrels") == ("judgements.qrels", 2)
    assert saved(page, "questions") == ("judgements.tsv", 1)
    page.locator(".asked summary").first.click()
    assert page.locator(".judged img, .judged script").count() == 0
    page.locator(".votes .remove summary").first.click()
    page.locator("[data-remove]").first.click()
    expect(page.locator(".judged .total")).to_have_text("1 đánh giá cho 1 câu hỏi")
    expect(page.locator(".votes > li")).to_be_visible()
    expect(page.locator(".votes .remove[open]")).to_have_count(0)
    expect(page.locator(".notice").last).to_have_text("Đã bỏ một đánh giá.")
    assert page.title() != "taken"


def saved(page: Page, which: str) -> tuple[str, int]:
    """The name that a download is saved under, and how many lines it has."""
    with page.expect_download() as download:
        page.locator(f"[data-export={which}]").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("q1\t") for line in lines)
    return download.value.suggested_filename, len(lines)
