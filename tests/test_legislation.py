"""What a law or office document says of itself: kept, listed, shown, and filtered by."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.page.api import Endpoints
from qa.page.ask import cards
from qa.page.ask.questions import Asked
from qa.page.ask.replies import choices
from qa.page.corpus.tab import documents as listed_on_page
from qa.page.parts import components
from qa.page.parts.library import Library
from qa.page.parts.words import Language

DECISION = """ỦY BAN NHÂN DÂN
TỈNH SÔNG HÀ
Số: {number}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sông Hà, ngày 08 tháng 11 năm 2023

QUYẾT ĐỊNH
Ban hành Quy chế <nuôi> cá lồng

Điều 1. Phạm vi
Quy chế này quy định về nuôi cá lồng trên sông.

Điều 2. Hiệu lực thi hành
Quyết định này có hiệu lực kể từ ngày 20 tháng 11 năm 2023.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Hoàng Minh Tuệ
"""
METADATA = {
    "accountablePerson": "Hoàng Minh Tuệ",
    "legislationDate": "2023-11-08",
    "legislationDateOfApplicability": "2023-11-20",
    "legislationIdentifier": "27/2023/QĐ-UBND",
    "legislationPassedBy": "ỦY BAN NHÂN DÂN TỈNH SÔNG HÀ",
    "legislationType": "Quyết định",
}


@pytest.fixture
def searcher(tmp_path: Path) -> qa.Searcher:
    folder = tmp_path / "kho"
    folder.mkdir()
    for name, number in (("a", "27/2023/QĐ-UBND"), ("b", "28/2023/QĐ-TTg")):
        (folder / f"{name}.txt").write_text(DECISION.format(number=number), encoding="utf-8")
    (folder / "c.txt").write_text("Cá sống ở sông, nuôi trong lồng.\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", WordEmbedder(("cá", "lồng")))
    index.upsert(qa.read_documents(folder))
    return qa.Searcher(index)


def test_a_list_of_documents_has_it_without_the_path_of_the_file(searcher: qa.Searcher) -> None:
    (decision, _, plain), total = searcher.index.find_documents()
    assert (total, decision.metadata, plain.metadata) == (3, METADATA, {})
    shown = Endpoints(Library({"one": searcher})).documents()["documents"]
    assert [one["metadata"] for one in shown] == [METADATA, {**METADATA, "legislationIdentifier": "28/2023/QĐ-TTg"}, {}]
    [whole] = Endpoints(Library({"one": searcher})).documents("kho/a.txt")["documents"]
    assert whole["metadata"] == METADATA


def test_the_terminal_lists_it(searcher: qa.Searcher, capsys: pytest.CaptureFixture[str]) -> None:
    main(["info", "--documents", "--json", "--index", str(searcher.index.folder)])
    first = json.loads(capsys.readouterr().out)["listed"][0]
    path = searcher.index.document("kho/a.txt").metadata["path"]
    assert first["metadata"] == {**METADATA, "path": path}


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("27/2023/QĐ-UBND", ["kho/a.txt"]),
        ("27/2023/qđ-ubnd", ["kho/a.txt"]),
        ("28/2023/QĐ - TTG", ["kho/b.txt"]),
        ("2/2023/QĐ-UBND", []),
        ("%", []),
    ],
)
def test_a_search_can_be_kept_to_the_document_of_a_number(searcher: qa.Searcher, number: str, found: list[str]) -> None:
    hits = searcher.search("nuôi cá lồng trên sông", filters={"number": number})
    assert sorted({hit.passage.document_id for hit in hits}) == found
    reply = Endpoints(Library({"one": searcher})).search("nuôi cá lồng", filters={"number": number})
    assert sorted({hit["passage"]["document_id"] for hit in reply["hits"]}) == found


def test_the_terminal_keeps_a_question_to_what_the_head_of_a_document_says(
    searcher: qa.Searcher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "bundled")
    qa.Index.create(folder).upsert(searcher.index.documents())
    official = {"kho/a.txt"}  # the other one says nearly the same, so it is shown with this one
    for options, found in (
        (["--kind", "quyết định"], official),
        (["--kind", "Nghị định"], set()),
        (["--office", "UBND tỉnh Sông Hà", "--signer", "Hoang Minh Tue"], official),
        (["--office", "UBND tỉnh Sông Hà", "--signer", "Hoàng Minh Tuê"], set()),
        (["--in-force-from", "20/11/2023", "--in-force-to", "2023-11-20"], official),
        (["--in-force-from", "21/11/2023"], set()),
        ([], {*official, "kho/c.txt"}),
    ):
        main(["search", "Quy chế nuôi cá", *options, "--index", folder, "--json"])
        hits = json.loads(capsys.readouterr().out)["hits"]
        assert {hit["passage"]["document_id"] for hit in hits} == found


def test_the_terminal_keeps_a_question_to_a_number(
    searcher: qa.Searcher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "bundled")
    qa.Index.create(folder).upsert(searcher.index.documents())
    for number, found in (("28/2023/QĐ-TTg", {"kho/b.txt"}), ("29/2023/QĐ-TTg", set())):
        main(["search", "Quy chế nuôi cá", "--number", number, "--index", folder, "--json"])
        hits = json.loads(capsys.readouterr().out)["hits"]
        assert {hit["passage"]["document_id"] for hit in hits} == found


def test_the_page_and_programs_keep_a_question_to_what_the_head_of_a_document_says(searcher: qa.Searcher) -> None:
    official = {"kho/a.txt"}  # the other one says nearly the same, so it is shown with this one
    for filters, found in (
        ({"kind": "Quyết định", "office": "ubnd tỉnh sông hà", "signer": "Tuệ"}, official),
        ({"kind": "Luật"}, set()),
        ({"in_force_from": "2023-11-20", "in_force_to": "2023-11-20"}, official),
        ({"in_force_to": "2023-11-19"}, set()),
    ):
        asked = Asked.of(SimpleNamespace(q="nuôi cá lồng", **filters))
        assert asked.problem("vi") is None
        evidence = searcher.evidence(asked.question, filters=asked.filters())
        assert {hit.passage.document_id for hit in evidence.hits} == found
        reply = Endpoints(Library({"one": searcher})).search("nuôi cá lồng", filters=filters)
        assert {hit["passage"]["document_id"] for hit in reply["hits"]} == found
    crossed = Asked("cá", filled={"in_force_from": "2024-01-01", "in_force_to": "2023-01-01"})
    assert crossed.problem("en") == "A first date in the filters is after its last date, so no document passes."
    assert Asked("cá", filled={"in_force_to": "2023-13-01"}).problem("vi") == (
        "Bộ lọc có ngày không đọc được: 2023-13-01."
    )


@pytest.mark.parametrize(
    ("language", "details"),
    [
        (
            "vi",
            "<div><dt>Số hiệu</dt><dd>27/2023/QĐ-UBND</dd></div><div><dt>Loại</dt><dd>Quyết định</dd></div>"
            "<div><dt>Cơ quan ban hành</dt><dd>ỦY BAN NHÂN DÂN TỈNH SÔNG HÀ</dd></div>"
            '<div><dt>Ngày ban hành</dt><dd><time datetime="2023-11-08">08/11/2023</time></dd></div>'
            '<div><dt>Hiệu lực từ</dt><dd><time datetime="2023-11-20">20/11/2023</time></dd></div>'
            "<div><dt>Người ký</dt><dd>Hoàng Minh Tuệ</dd></div>",
        ),
        ("en", "<div><dt>Number</dt><dd>27/2023/QĐ-UBND</dd></div><div><dt>Kind</dt><dd>Quyết định</dd></div>"),
    ],
)
def test_the_page_shows_it_in_the_list_and_above_the_text(
    searcher: qa.Searcher, language: Language, details: str
) -> None:
    summaries, total = searcher.index.find_documents()
    shown = listed_on_page(summaries, total, 0, "", language)
    assert f'<dl class="legislation">{details}' in shown
    assert shown.count("<dl") == 2
    hits = searcher.search("nuôi cá", filters={"document": "kho/a.txt"})
    answer = qa.Answer("Hỏi?", None, 0.1, tuple(hits))
    article = cards.article(searcher.index.document("kho/a.txt"), choices(answer)["1"], language)
    assert f'</p><dl class="legislation">{details}' in article


def test_what_a_document_says_of_itself_is_shown_as_text() -> None:
    hostile = {"legislationIdentifier": "<b>1</b>", "legislationDate": "<i>", "accountablePerson": "", "damage": "x"}
    assert components.PARTS["en"].legislation(hostile) == (
        '<dl class="legislation"><div><dt>Number</dt><dd>&lt;b&gt;1&lt;/b&gt;</dd></div>'
        "<div><dt>Issued</dt><dd>&lt;i&gt;</dd></div></dl>"
    )
    assert components.PARTS["vi"].legislation({}) == ""
