"""The index: what upsert, delete and reading promise, on documents that a person can keep in mind."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
from qa.errors import DocumentNotFoundError, QuestionError
from qa.index import Filters, WeightedTerm
from qa.retrieval import MODES, Mode


def ids(hits: Sequence[qa.Hit]) -> list[str]:
    return [hit.passage.document_id for hit in hits]


def test_upsert_reports_each_document_once(
    tmp_path: Path, embedder: WordEmbedder, documents: list[qa.Document]
) -> None:
    index = qa.Index.create(tmp_path / "index", embedder)
    first = index.upsert(documents)
    assert (first.added, first.updated, first.unchanged, first.skipped) == (["rain", "rice", "fish"], [], [], [])
    changed = qa.Document("fish", "Cá sống ở biển.")
    second = index.upsert([documents[0], changed, qa.Document("sun", "Nắng đẹp.")])
    assert (second.added, second.updated, second.unchanged) == (["sun"], ["fish"], ["rain"])
    assert [document.id for document in index.documents()] == ["fish", "rain", "rice", "sun"]
    assert index.document("fish").text == "Cá sống ở biển."


def test_a_document_comes_back_as_it_went_in(index: qa.Index, documents: list[qa.Document]) -> None:
    assert sorted(index.documents(), key=lambda d: d.id) == sorted(documents, key=lambda d: d.id)
    assert index.document("rain").published == date(2022, 1, 13)


def test_indexing_again_embeds_nothing_and_changes_nothing(
    index: qa.Index, embedder: WordEmbedder, documents: list[qa.Document]
) -> None:
    before, embedded = index.generation, list(embedder.embedded)
    report = index.upsert(documents)
    assert report.unchanged == ["rain", "rice", "fish"]
    assert (index.generation, embedder.embedded) == (before, embedded)


def test_a_text_is_embedded_once_ever(index: qa.Index, embedder: WordEmbedder, documents: list[qa.Document]) -> None:
    count = len(embedder.embedded)
    index.delete(["rain"])
    index.upsert([documents[0], qa.Document("twin of rain", documents[0].text, documents[0].title)])
    assert len(embedder.embedded) == count
    assert len(embedder.embedded) == len(set(embedder.embedded))


def test_documents_of_equal_text_are_both_kept(index: qa.Index, searcher: qa.Searcher) -> None:
    index.upsert([qa.Document("twin", "Cá sống ở sông.")])
    first = searcher.search("cá sông", k=2)[0]
    assert ids([first, *first.similar]) == ["fish", "twin"]


def test_an_id_given_twice_keeps_the_first_and_says_so(index: qa.Index) -> None:
    report = index.upsert([qa.Document("new", "Một."), qa.Document("new", "Hai.")])
    assert report.added == ["new"]
    assert [(one.path, one.reason) for one in report.skipped] == [
        ("new", "the id 'new' was given twice; the first was kept, give this one another id")
    ]
    assert index.document("new").text == "Một."


def test_a_document_without_text_is_skipped_with_its_reason(index: qa.Index) -> None:
    report = index.upsert([qa.Document("empty", " \n ")])
    assert [(one.path, one.reason) for one in report.skipped] == [("empty", "it has no text")]


def test_delete_removes_from_both_searches(index: qa.Index, searcher: qa.Searcher) -> None:
    index.delete(["rain"])
    assert ids(searcher.search("mưa", mode="lexical")) == ["rice"]
    assert ids(searcher.search("mưa", mode="dense")) == ["rice", "fish"]
    assert index.counts() == (2, 2)


def test_delete_of_an_unknown_id_removes_nothing(index: qa.Index) -> None:
    with pytest.raises(DocumentNotFoundError) as caught:
        index.delete(["rain", "snow", "hail"])
    assert caught.value.ids == ["snow", "hail"]
    assert index.counts() == (3, 3)


def test_progress_counts_documents(index: qa.Index) -> None:
    seen: list[int] = []
    index.upsert([qa.Document(f"d{n}", f"Tin số {n}.") for n in range(3)], seen.append)
    assert seen == [3]


def test_a_reader_keeps_its_generation_while_another_is_written(index: qa.Index, documents: list[qa.Document]) -> None:
    other = qa.Index.open(index.folder, WordEmbedder())
    with index.reading() as snapshot:
        other.delete(["rain"])
        keys, _ = snapshot.lexical_candidates(lexical("mưa"), 10, None)
        assert [passage.document_id for passage in snapshot.passages(keys)] == ["rain", "rice"]
    assert ids(qa.Searcher(index).search("mưa", mode="lexical")) == ["rice"]


def lexical(term: str) -> list[WeightedTerm]:
    return [WeightedTerm("written", term, 1.0)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"published_from": date(2022, 1, 14)}, ["rice"]),
        ({"published_to": date(2022, 1, 13)}, ["rain"]),
        ({"source": "paper/rice"}, ["rice"]),
        ({"document": "rain"}, ["rain"]),
        ({"language": "en"}, []),
        ({}, ["rain", "rice"]),
    ],
)
@pytest.mark.parametrize("mode", ["lexical", "hybrid"])
def test_filters_hold_inside_the_search(
    searcher: qa.Searcher, mode: Mode, filters: Filters, expected: list[str]
) -> None:
    found = ids(searcher.search("mưa", mode=mode, filters=filters))
    assert [one for one in found if one != "fish"] == expected


def test_an_unknown_filter_is_an_error(searcher: qa.Searcher) -> None:
    with pytest.raises(QuestionError, match="There is no filter 'author'"):
        searcher.search("mưa", filters=cast(Filters, {"author": "N.Q"}))


def test_removed_files_leave_the_index_and_unreadable_ones_stay(tmp_path: Path, embedder: WordEmbedder) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Bản tin {name} về mưa và lúa.\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", embedder)
    index.sync(qa.read_documents([folder]))
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_bytes(b"\x00\x01\x02")
    report = index.sync(qa.read_documents([folder]))
    assert (report.removed, report.unchanged) == (["news/a.txt"], ["news/c.txt"])
    assert [Path(one.path).name for one in report.skipped] == ["b.txt"]
    assert [document.id for document in index.documents()] == ["news/b.txt", "news/c.txt"]


def write_archive(path: Path, members: dict[str, bytes | str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_members_leave_the_index_with_their_archive_or_before_it(tmp_path: Path, embedder: WordEmbedder) -> None:
    path = tmp_path / "news" / "x" / "a.zip"
    path.parent.mkdir(parents=True)
    (tmp_path / "news" / "b.txt").write_text("Bản tin về nắng.\n", encoding="utf-8")
    write_archive(path, {f"{name}/{name}.txt": f"Bản tin {name} về mưa và lúa.\n" for name in "abcd"})
    index = qa.Index.create(tmp_path / "index", embedder)
    assert len(index.sync(qa.read_documents([tmp_path / "news"])).added) == 5
    assert len(index.sync(qa.read_documents([tmp_path / "news"])).unchanged) == 5
    members: dict[str, bytes | str] = {
        "a/a.txt": "Bản tin mới về mưa.\n",
        "c/c.txt": b"\0\1\2",
        "d/d.txt": "Bản tin d về mưa và lúa.\n",
    }
    write_archive(path, members)
    report = index.sync(qa.read_documents([tmp_path / "news"]))
    assert (report.updated, report.removed) == (["news/x/a.zip/a/a.txt"], ["news/x/a.zip/b/b.txt"])
    assert report.unchanged == ["news/b.txt", "news/x/a.zip/d/d.txt"]
    assert [one.path for one in report.skipped] == [f"{path}/c/c.txt"]
    assert report.skipped[0].reason.endswith("; its earlier text stays in the index")
    path.write_bytes(path.read_bytes()[:-40])
    report = index.sync(qa.read_documents([tmp_path / "news"]))
    assert (report.removed, [one.path for one in report.skipped]) == ([], [str(path)])
    path.unlink()
    report = index.sync(qa.read_documents([tmp_path / "news"]))
    assert report.removed == [f"news/x/a.zip/{name}/{name}.txt" for name in "acd"]


def test_a_file_indexed_from_another_folder_goes_under_its_new_id(tmp_path: Path, embedder: WordEmbedder) -> None:
    (tmp_path / "news" / "x").mkdir(parents=True)
    (tmp_path / "news" / "x" / "a.txt").write_text("Bản tin về mưa.\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", embedder)
    index.sync(qa.read_documents([tmp_path / "news"]))
    report = index.sync(qa.read_documents([tmp_path / "news" / "x"]))
    assert (report.added, report.removed) == (["x/a.txt"], ["news/x/a.txt"])


def test_two_folders_of_one_name_do_not_overwrite_each_other(tmp_path: Path, embedder: WordEmbedder) -> None:
    for parent, text in (("north", "Tin miền bắc có mưa.\n"), ("south", "Tin miền nam có nắng.\n")):
        (tmp_path / parent / "news").mkdir(parents=True)
        (tmp_path / parent / "news" / "a.txt").write_text(text, encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", embedder)
    index.sync(qa.read_documents([tmp_path / "north" / "news"]))
    report = index.sync(qa.read_documents([tmp_path / "south" / "news"]))
    assert [one.reason.split(" (")[0] for one in report.skipped] == ["the index holds another file under 'news/a.txt'"]
    assert index.document("news/a.txt").text.startswith("Tin miền bắc")


def test_a_moved_folder_is_recognised(tmp_path: Path, embedder: WordEmbedder) -> None:
    (tmp_path / "old" / "news").mkdir(parents=True)
    (tmp_path / "old" / "news" / "a.txt").write_text("Bản tin về mưa.\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", embedder)
    index.sync(qa.read_documents([tmp_path / "old" / "news"]))
    shutil.move(tmp_path / "old", tmp_path / "new")
    report = index.sync(qa.read_documents([tmp_path / "new" / "news"]))
    assert report.updated == ["news/a.txt"]
    assert index.document("news/a.txt").metadata["path"] == str((tmp_path / "new" / "news" / "a.txt").resolve())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("abcd"), st.sampled_from(["Mưa.", "Cá và lúa.", "Nắng mưa."])),
        st.tuples(st.just("delete"), st.sampled_from("abcd"), st.just("")),
    ),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_changes_ends_like_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("changes")
    changed, expected = qa.Index.create(folder / "changed", WordEmbedder()), dict[str, str]()
    for action, name, text in steps:
        if action == "put":
            changed.upsert([qa.Document(name, text)])
            expected[name] = text
        elif name in expected:
            changed.delete([name])
            del expected[name]
    fresh = qa.Index.create(folder / "fresh", WordEmbedder())
    fresh.upsert([qa.Document(name, text) for name, text in expected.items()])
    for mode in MODES:
        one, other = (
            {
                hit.passage.id: hit.score
                for hit in qa.Searcher(index, without=["grouping"]).search("mưa cá nắng", mode=mode)
            }
            for index in (qa.Index.open(folder / "changed", WordEmbedder()), fresh)
        )
        assert one == pytest.approx(other)
