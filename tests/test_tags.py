"""Tags: read in a document's front matter or given in an index, kept there, listed, and filtered by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.documents import tags_in
from qa.errors import DocumentNotFoundError, TagError
from qa.index import pack, unpack
from qa.page.api import Endpoints
from qa.page.parts.library import Library

LAW = "---\ntitle: Luật\ntags: [Luật, 'Nhà nước']\n---\nMưa to ở miền núi.\n"
LISTED = '---\ntags:\n  - họp\n  - "Xã"\ndate: 2023-05-04\n---\nMưa to ở xã.\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kho"
    folder.mkdir()
    (folder / "luat.md").write_text(LAW, encoding="utf-8")
    (folder / "hop.md").write_text(LISTED, encoding="utf-8")
    (folder / "tin.txt").write_text("Mưa to ở sông.\n", encoding="utf-8")
    return folder


class Counting(WordEmbedder):
    """Counts the passages that it embeds."""

    passages = 0

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passages += len(texts)
        return super().embed_passages(texts)


@pytest.fixture
def embedder() -> Counting:
    return Counting()


@pytest.fixture
def index(tmp_path: Path, folder: Path, embedder: Counting) -> qa.Index:
    index = qa.Index.create(tmp_path / "index", embedder)
    index.sync(qa.read_documents([folder]))
    return index


def tags(index: qa.Index) -> dict[str, tuple[str, ...]]:
    listed = {one.id: one.tags for one in index.find_documents()[0]}
    assert listed == {one.id: one.tags for one in index.documents()}
    return {name.removeprefix("kho/"): found for name, found in listed.items() if found}


def found(index: qa.Index, tag: str) -> set[str]:
    hits = qa.Searcher(index).search("mưa to", filters={"tag": tag})
    return {hit.passage.document_id.removeprefix("kho/") for hit in hits}


OWN = {"hop.md": ("họp", "xã"), "luat.md": ("luật", "nhà nước")}


def test_front_matter_has_tags(index: qa.Index) -> None:
    assert tags(index) == OWN
    assert index.document("kho/hop.md").text == "Mưa to ở xã."
    assert index.document("kho/hop.md").published == date(2023, 5, 4)


def test_tags_are_of_one_form() -> None:
    assert tags_in(["Luật,  nhà\tnước ", "luật", ",", "Lua\u0323\u0302t"]) == ("luật", "nhà nước")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("luật", {"luat.md"}),
        ("LUẬT ", {"luat.md"}),
        ("nhà nước", {"luat.md"}),
        ("nhà", set()),
        ("luật, nhà nước", {"luat.md"}),
        ("luật, họp", set()),
        ("", {"luat.md", "hop.md", "tin.txt"}),
        ("'; --", set()),
    ],
)
def test_a_search_looks_at_documents_with_all_tags(index: qa.Index, tag: str, expected: set[str]) -> None:
    assert found(index, tag) == expected


def test_given_tags_are_kept_and_embed_nothing(index: qa.Index, folder: Path, embedder: Counting) -> None:
    embedded, generation = embedder.passages, index.generation
    report = index.sync(qa.read_documents([folder]), tags=["Kho, 2023"])
    assert sorted(report.updated) == ["kho/hop.md", "kho/luat.md", "kho/tin.txt"]
    given: dict[str, tuple[str, ...]] = {
        "hop.md": ("2023", "họp", "kho", "xã"),
        "luat.md": ("2023", "kho", "luật", "nhà nước"),
    }
    given["tin.txt"] = ("2023", "kho")
    assert tags(index) == given
    assert len(index.sync(qa.read_documents([folder])).unchanged) == 3
    assert len(index.sync(qa.read_documents([folder]), tags=["kho"]).unchanged) == 3
    assert (tags(index), embedder.passages, index.generation) == (given, embedded, generation)
    assert found(index, "kho, luật") == {"luat.md"}
    assert all(map(index.is_whole, index.documents()))


def test_a_changed_file_keeps_given_tags_and_follows_its_own(index: qa.Index, folder: Path) -> None:
    index.tag(["kho/luat.md"], add=["kho"])
    (folder / "luat.md").write_text("---\ntags: quyết định\n---\nMưa nhỏ.\n", encoding="utf-8")
    assert index.sync(qa.read_documents([folder])).updated == ["kho/luat.md"]
    assert tags(index)["luat.md"] == ("kho", "quyết định")


def test_tags_are_given_and_taken_away(index: qa.Index, embedder: Counting) -> None:
    embedded = embedder.passages
    index.tag(["kho/tin.txt", "kho/hop.md"], add=["Kho", "tin"])
    index.tag(["kho/tin.txt"], add=["mới"], remove=["kho", "không có"])
    assert tags(index) == {**OWN, "hop.md": ("họp", "kho", "tin", "xã"), "tin.txt": ("mới", "tin")}
    index.tag(["kho/tin.txt"], remove=["mới", "tin"])
    assert "tin.txt" not in tags(index)
    assert embedder.passages == embedded


def test_where_a_tag_cannot_be_changed_none_is(index: qa.Index) -> None:
    with pytest.raises(TagError, match=r"The tag 'họp' of 'kho/hop.md' is written in the document itself. Take it out"):
        index.tag(["kho/tin.txt", "kho/hop.md"], add=["kho"], remove=["họp"])
    with pytest.raises(DocumentNotFoundError):
        index.tag(["kho/tin.txt", "kho/none.txt"], add=["kho"])
    assert tags(index) == OWN


def test_the_same_text_that_is_added_again_keeps_its_id_and_its_tags(index: qa.Index) -> None:
    one = qa.Document("a.txt", "Mưa to.")
    index.add([one])
    index.tag(["a.txt"], add=["kho"])
    assert index.add([one]).unchanged == ["a.txt"]
    assert tags(index)["a.txt"] == ("kho",)


def test_tags_go_with_a_pack_and_through_a_rebuild(index: qa.Index, tmp_path: Path) -> None:
    index.tag(["kho/tin.txt"], add=["kho"])
    index.rebuild()
    pack(index.folder, tmp_path / "kho.pack")
    unpack(tmp_path / "kho.pack", tmp_path / "copy")
    copy = qa.Index.open(tmp_path / "copy", WordEmbedder())
    assert tags(copy) == tags(index) == {**OWN, "tin.txt": ("kho",)}
    assert found(copy, "kho") == {"tin.txt"}


def test_programs_list_tags_and_filter_by_them(index: qa.Index) -> None:
    endpoints = Endpoints(Library({"kho": qa.Searcher(index)}))
    assert [one["tags"] for one in endpoints.documents()["documents"]] == [["họp", "xã"], ["luật", "nhà nước"], []]
    hits = endpoints.search("mưa to", filters={"tag": "luật"})["hits"]
    assert [hit["passage"]["document_id"] for hit in hits] == ["kho/luat.md"]


def test_the_terminal_gives_lists_and_filters_tags(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--index", str(tmp_path / "new")]
    assert main(["index", str(folder), "--into", where[1], "--tag", "Kho", "--tag", "2023"]) == 0
    assert main(["tag", "kho/tin.txt", "--add", "tin", "--remove", "2023", *where]) == 0
    assert capsys.readouterr().out.endswith("kho/tin.txt\tkho, tin\n")
    assert main(["info", "--documents", *where]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "kho/hop.md\t2023-05-04\t\t2023, họp, kho, xã",
        "kho/luat.md\tundated\tLuật\t2023, kho, luật, nhà nước",
        "kho/tin.txt\tundated\t\tkho, tin",
    ]
    assert main(["search", "mưa", "--tag", "2023", "--tag", "họp", "--json", *where]) == 0
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert [hit["passage"]["document_id"] for hit in hits] == ["kho/hop.md"]
    assert main(["tag", "kho/tin.txt", *where]) == 1
    assert capsys.readouterr().err == "qa: No tag was given. Give one with --add or --remove.\n"
