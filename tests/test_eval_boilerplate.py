"""What is kept of pages: words counted by hand, labels, and the project's own pages."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import SEEDS

from eval.__main__ import main
from eval.boilerplate import PAGES, LabelledPage, kept, made_pages, means, read, read_labels
from eval.errors import EmptySetError, SetFormatError

ROOT = Path(__file__).parent.parent


def test_words_are_counted_by_hand() -> None:
    page = LabelledPage("a.html", b"", "Mưa to ở núi. Mưa nhỏ.", "Tin mưa")
    found = kept("Tin mưa\nMưa to ở sông.", page)
    # Kept: mưa, to, ở of the article, and sông; of six words three are there.
    assert (found.precision, found.recall, found.f1) == pytest.approx((3 / 4, 3 / 6, 0.6))
    assert kept("", page).f1 == 0.0


def test_an_article_is_what_stands_between_its_labels_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Menu\nẢnh một.\nẢnh số một.\nDòng.\nDòng.\nHết.\nMenu\n", encoding="utf-8")
    label = {"source": str(tmp_path / "a.txt"), "first": "Ảnh một", "last": "Hết.", "doubled": ["Ảnh số một."]}
    path = tmp_path / "pages.jsonl"
    path.write_text(json.dumps(label), encoding="utf-8")
    assert [page.article for page in read_labels(path)] == ["Ảnh một.\nDòng.\nHết."]
    path.write_text(json.dumps(label | {"first": "Nắng"}), encoding="utf-8")
    with pytest.raises(EmptySetError, match="does not begin and end"):
        list(read_labels(path))
    path.write_text(json.dumps(label | {"source": "nowhere"}), encoding="utf-8")
    with pytest.raises(EmptySetError, match="No such file"):
        list(read_labels(path))
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(SetFormatError, match="line 1: has no text in 'source'"):
        list(read_labels(path))


def test_made_up_pages_are_the_same_in_every_run_and_no_word_of_their_articles_is_lost() -> None:
    pages = list(made_pages([SEEDS]))
    assert pages == list(made_pages([SEEDS]))
    assert len(pages) == 20
    assert means(pages)["recall"] == 1.0
    assert all("Trang chủ" in page.content.decode() and "$" not in page.content.decode() for page in pages)


def test_the_labelled_pages_are_kept_whole_without_their_boilerplate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    pages = list(read_labels(PAGES))
    assert len(pages) == 5
    assert all(kept(read(page), page).f1 > 0.995 for page in pages)


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["boilerplate", "--format", "csv"]) == 0
    header, labelled, made, *others = capsys.readouterr().out.splitlines()
    assert header == "words kept,by,pages,precision,recall,F1"
    assert labelled.startswith("labelled pages,qa,5,")
    assert made.startswith("made-up pages,qa,20,")
    assert [row.split(",")[:2] for row in others] == [["made-up pages", "trafilatura"]] * bool(find_spec("trafilatura"))
