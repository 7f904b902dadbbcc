"""What every index does, in a folder and in PostgreSQL: the same hits and scores as an oracle, and as each other."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from toy import WordEmbedder

import qa
from qa.errors import DocumentNotFoundError, IndexMismatchError, IndexNotFoundError, QuestionError, TagError
from qa.index import WeightedTerm
from qa.passages import search_text
from qa.text import canonical, folded_terms, terms

CLOSE = 5e-5  # of a score, since both add up in single precision
WORDS = ("mưa", "nắng", "lúa", "cá", "đảng viên", "miền núi", "thứ 7", "con sông", "tốt tươi", "được mùa", "xã hội")
TESTS = Path(__file__).parent


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an index can be made."""
    return str(tmp_path / "index") if request.param == "folder" else str(request.getfixturevalue("address"))


def official(number: int) -> dict[str, str]:
    """The metadata of an office document; only the first three say from when they are in force."""
    return {
        "legislationIdentifier": f"{number}/2021/QĐ-UBND",
        "legislationType": "Quyết định" if number % 8 == 0 else "Nghị quyết",
        "legislationPassedBy": "ỦY BAN NHÂN DÂN TỈNH CÀ MAU" if number % 12 == 4 else "BỘ Y TẾ",
        "accountablePerson": "Hoàng Minh Tuệ" if number % 16 == 0 else "Hoàng Mai",
        **({"legislationDateOfApplicability": f"2021-02-{number + 1:02}"} if number < 12 else {}),
    }


def made_up(count: int, seed: int = 0) -> list[qa.Document]:
    chance = np.random.default_rng(seed)
    return [
        qa.Document(
            f"d{number:03}",
            " ".join(chance.choice(WORDS, chance.integers(5, 60))).capitalize() + ".",
            f"Bài {number}",
            f"báo/{number % 3}",
            date(2020 + number % 5, 1, 1),
            "vi",
            official(number) if number % 4 == 0 else {},
        )
        for number in range(count)
    ]


def bm25(documents: list[qa.Document], query: str) -> dict[str, float]:
    """By the formula, of documents of one passage and up to forty terms, whose lengths no search rounds."""
    forms = [(terms, 1.0), (folded_terms, 0.5)]
    scores: dict[str, float] = {}
    for form, weight in forms:
        counts = [Counter(form(search_text(one.title, one.text, ""))) for one in documents]
        average = sum(one.total() for one in counts) / len(counts)
        for term, times in Counter(form(canonical(query))).items():
            having = sum(term in one for one in counts)
            rare = math.log(1 + (len(counts) - having + 0.5) / (having + 0.5))
            for document, one in zip(documents, counts, strict=True):
                if one[term]:
                    norm = 1.2 * (0.25 + 0.75 * one.total() / average)
                    gain = weight * times * rare * 2.2 * one[term] / (one[term] + norm)
                    scores[document.id] = scores.get(document.id, 0.0) + gain
    return scores


def found(
    index: qa.Index | Mapping[str, qa.Index], query: str, mode: str = "lexical", **given: object
) -> dict[str, float]:
    searcher = qa.Searcher(index, without=["grouping", "abbreviations"])
    return {hit.passage.document_id: hit.score for hit in searcher.search(query, mode=mode, k=500, **given)}  # type: ignore[arg-type]


def same(mine: dict[str, float], other: dict[str, float]) -> bool:
    return mine.keys() == other.keys() and all(
        abs(mine[one] - other[one]) <= CLOSE * max(1, other[one]) for one in mine
    )


class TestIndex:
    @pytest.fixture
    def index(self, place: str) -> qa.Index:
        index = qa.Index.create(place, WordEmbedder())
        index.upsert(made_up(30))
        return index

    def test_lexical_scores_are_those_of_the_formula(self, place: str) -> None:
        index = qa.Index.create(place, WordEmbedder())
        short = [qa.Document(one.id, " ".join(one.text.split()[:12]), "", "báo", None, "vi") for one in made_up(25)]
        index.upsert(short)
        for query in ("mưa ở miền núi", "cá và lúa", "đảng viên được mùa"):
            assert same(found(index, query), bm25(short, query))

    def test_dense_scores_are_cosines(self, index: qa.Index) -> None:
        embedder = WordEmbedder()
        texts = [search_text(one.title, one.text, "") for one in index.documents()]
        cosines = embedder.embed_passages(texts) @ embedder.embed_queries(["mưa cá"])[0]
        hits = found(index, "mưa cá", "dense")
        expected = {one.id: float(score) for one, score in zip(index.documents(), cosines, strict=True)}
        assert hits.keys() == expected.keys()
        assert max(abs(hits[one] - expected[one]) for one in hits) < 2e-3  # vectors are kept in 12 bits

    def test_of_another_model_no_tokens_are_stored(self, index: qa.Index) -> None:
        with index.reading() as snapshot:
            assert snapshot.tokens(np.array([1])) is None

    def test_an_upsert_adds_changes_and_leaves(self, index: qa.Index) -> None:
        new, changed = qa.Document("e001", "Cá bơi.", language="vi"), qa.Document("d001", "Nắng to.", language="vi")
        report = index.upsert([new, changed, made_up(30)[2]])
        assert (report.added, report.updated, report.unchanged) == (["e001"], ["d001"], ["d002"])
        assert index.document("d001").text == "Nắng to."
        assert index.counts() == (31, 31)
        assert "e001" in found(index, "cá bơi")

    def test_searches_after_changes_are_those_of_a_fresh_index(self, index: qa.Index, tmp_path: Path) -> None:
        index.upsert(made_up(12, seed=3))
        index.delete(["d020", "d003"])
        fresh = qa.Index.create(tmp_path / "fresh", WordEmbedder())
        fresh.upsert(index.documents())
        for query in ("mưa lúa", "con sông miền núi", "thứ 7"):
            for mode in ("lexical", "dense", "hybrid"):
                assert same(found(index, query, mode), found(fresh, query, mode))

    def test_a_renamed_document_is_embedded_no_second_time(self, index: qa.Index) -> None:
        first = index.document("d001")
        before = index.embedder
        assert isinstance(before, WordEmbedder)
        embedded = len(before.embedded)
        renamed = qa.Document("z001", first.text, first.title, first.source, first.published, "vi", first.metadata)
        index.upsert([renamed])
        index.delete(["d001"])
        assert len(before.embedded) == embedded
        assert "z001" in found(index, first.text[:40])

    def test_a_deleted_document_is_gone_and_a_missing_one_deletes_none(self, index: qa.Index) -> None:
        index.delete(["d001", "d002"])
        assert index.counts() == (28, 28)
        with pytest.raises(DocumentNotFoundError):
            index.delete(["d003", "d001"])
        assert index.document("d003").id == "d003"

    def test_files_that_are_gone_are_removed(self, place: str, tmp_path: Path) -> None:
        folder = tmp_path / "files"
        folder.mkdir()
        for name in ("a", "b"):
            (folder / f"{name}.txt").write_text(f"Mưa to ở miền núi {name}.", encoding="utf-8")
        index = qa.Index.create(place, WordEmbedder())
        index.sync(qa.read_documents([folder]))
        (folder / "b.txt").rename(folder / "c.txt")
        report = index.upsert(qa.read_documents([folder]))
        assert (report.added, report.removed, report.unchanged) == (["files/c.txt"], [], ["files/a.txt"])
        report = index.sync(qa.read_documents([folder]))
        assert (report.removed, report.unchanged) == (["files/b.txt"], ["files/a.txt", "files/c.txt"])

    def test_what_is_added_replaces_nothing(self, index: qa.Index) -> None:
        report = index.add([qa.Document("d001", "Một bài khác.", language="vi")])
        assert report.added == ["d001 (2)"]
        assert index.document("d001") == made_up(30)[1]

    @pytest.mark.parametrize(
        ("filters", "kept"),
        [
            ({"published_from": date(2023, 1, 1)}, lambda one: one.published >= date(2023, 1, 1)),
            ({"published_to": date(2021, 6, 1)}, lambda one: one.published <= date(2021, 6, 1)),
            ({"source": "báo/1"}, lambda one: one.source == "báo/1"),
            ({"document": "d007"}, lambda one: one.id == "d007"),
            ({"language": "en"}, lambda one: one.language == "en"),
            ({"number": "8/2021/qđ-ubnd"}, lambda one: one.id == "d008"),
            ({"kind": "nghi quyet"}, lambda one: one.metadata.get("legislationType") == "Nghị quyết"),
            ({"kind": "quyết"}, lambda _: False),
            ({"office": "UBND tỉnh Cà Mau"}, lambda one: one.id in ("d004", "d016", "d028")),
            ({"office": "ca mau"}, lambda one: one.id in ("d004", "d016", "d028")),
            ({"office": "cá mau"}, lambda _: False),
            ({"signer": "hoang minh"}, lambda one: one.metadata.get("accountablePerson") == "Hoàng Minh Tuệ"),
            ({"signer": "hoàng mi"}, lambda _: False),
            ({"signer": " "}, lambda _: False),
            ({"in_force_from": date(2021, 2, 5)}, lambda one: one.id in ("d004", "d008")),
            ({"in_force_to": date(2021, 2, 4)}, lambda one: one.id == "d000"),
            (
                {"in_force_from": datetime(2021, 2, 5, tzinfo=UTC), "kind": "quyết định"},
                lambda one: one.id == "d008",
            ),
            (
                {"source": "báo/1", "published_from": date(2022, 1, 1)},
                lambda one: one.source == "báo/1" and one.published.year > 2021,
            ),
        ],
    )
    @pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
    def test_filters_are_applied_within_the_search(self, index, mode, filters, kept) -> None:  # type: ignore[no-untyped-def]
        query = " ".join(WORDS)
        assert set(found(index, query, mode, filters=filters)) == {one.id for one in made_up(30) if kept(one)}

    def test_tags_are_given_kept_and_taken_away(self, index: qa.Index) -> None:
        index.upsert([replace(made_up(1)[0], id="e001", metadata={"tags": "Luật, nhà nước"})], tags=["Kho"])
        index.tag(["d001", "d002"], add=["Họp, 2024"])
        index.tag(["d002"], add=["kho"], remove=["2024", "không có"])
        index.upsert([replace(made_up(30)[1], text="Sửa lại, mưa to.")])
        assert index.upsert([made_up(30)[2]]).unchanged == ["d002"]
        assert index.upsert([made_up(30)[3]], tags=["mới"]).updated == ["d003"]
        index.rebuild()
        tags = {"d001": ("2024", "họp"), "d002": ("họp", "kho"), "d003": ("mới",), "e001": ("kho", "luật", "nhà nước")}
        assert {one.id: one.tags for one in index.documents() if one.tags} == tags
        assert {one.id: one.tags for one in index.find_documents(limit=50)[0] if one.tags} == tags
        assert all(map(index.is_whole, index.documents()))

    def test_where_a_tag_cannot_be_changed_none_is(self, index: qa.Index) -> None:
        index.upsert([qa.Document("e001", "Mưa.", language="vi", metadata={"tags": "luật"})])
        with pytest.raises(TagError, match="is written in the document itself"):
            index.tag(["d001", "e001"], add=["kho"], remove=["luật"])
        with pytest.raises(DocumentNotFoundError):
            index.tag(["d001", "none"], add=["kho"])
        assert {one.id: one.tags for one in index.documents() if one.tags} == {"e001": ("luật",)}

    @pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
    @pytest.mark.parametrize(
        ("tag", "kept"), [("KHO", {"d001", "d002"}), ("kho, họp ", {"d002"}), ("ho", set()), ("'; --", set())]
    )
    def test_a_search_looks_at_documents_with_all_tags(
        self, index: qa.Index, mode: str, tag: str, kept: set[str]
    ) -> None:
        index.tag(["d001", "d002"], add=["kho"])
        index.tag(["d002", "d003"], add=["họp"])
        assert found(index, " ".join(WORDS), mode, filters={"tag": tag}).keys() == kept

    def test_several_are_asked_as_one(self, index: qa.Index, tmp_path: Path) -> None:
        """Of unlike lengths, so that by itself each weighs terms otherwise."""
        long = [replace(one, id=f"e{one.id}", text=f"{one.text} " * 6) for one in made_up(20, seed=5)]
        other, whole = (qa.Index.create(tmp_path / name, WordEmbedder()) for name in ("other", "whole"))
        other.upsert(long, tags=["dài"])
        index.tag(["d001", "d005"], add=["dài"])
        whole.upsert([*index.documents(), *other.documents()])
        filters: list[dict[str, object]] = [{}, {"source": "báo/1"}, {"tag": "dài"}, {"number": "8/2021/QĐ-UBND"}]
        for query in ("mưa lúa", "con sông miền núi tốt tươi", "thứ 7"):
            for mode in ("lexical", "dense", "hybrid"):
                for some in filters:
                    mine = found({"a": index, "b": other}, query, mode, filters=some)
                    assert same(mine, found(whole, query, mode, filters=some))
        both, one = (qa.Searcher(each).evidence("con ran o mien nui") for each in ({"a": index, "b": other}, whole))
        assert (both.absent, both.idf, both.hits.restored) == (one.absent, one.idf, one.hits.restored)
        assert {hit.passage.index for hit in both.hits} == {"a", "b"}
        assert both.neighbours.keys() >= {hit.passage.key for hit in both.hits}

    def test_scores_among_more_are_those_of_the_formula(self, index: qa.Index) -> None:
        query = [WeightedTerm("written", "mưa", 1.0), WeightedTerm("folded", "lua", 0.5)]
        with index.reading() as snapshot:
            keys = np.sort(snapshot.lexical_candidates(query, 30, None)[0])
            rare = [WeightedTerm(form, term, weight * snapshot.idf(form, [term])[0]) for form, term, weight in query]
            counted = snapshot.counted
            lengths = {form: count / counted.passages for form, count in counted.terms.items()}
            alone, among = snapshot.lexical_scores(query, keys), snapshot.lexical_scores_among(rare, keys, lengths)
            assert np.allclose(alone, among, rtol=1e-5)
            more = snapshot.lexical_scores_among(rare, keys, {form: 2 * length for form, length in lengths.items()})
            assert (more > among).all()

    def test_an_unknown_filter_is_refused(self, index: qa.Index) -> None:
        with pytest.raises(QuestionError, match="There is no filter 'colour'"):
            found(index, "mưa", filters={"colour": "red"})

    def test_documents_come_back_as_they_were(self, index: qa.Index) -> None:
        assert index.documents() == made_up(30)
        assert [dict(one.metadata) for one in index.documents()] == [dict(one.metadata) for one in made_up(30)]
        assert all(map(index.is_whole, index.documents()))

    def test_documents_are_found_by_words_without_diacritics(self, index: qa.Index) -> None:
        listed, total = index.find_documents("bai D01", offset=1, limit=3)
        assert ([one.id for one in listed], total) == (["d011", "d012", "d013"], 10)
        assert index.find_documents(limit=1)[1] == 30
        assert index.find_documents(offset=10**30) == ([], 30)

    def test_neighbours_and_metadata(self, place: str) -> None:
        index = qa.Index.create(place, WordEmbedder())
        long = "\n".join(f"Đoạn {number} nói về {'mưa và cá ' * 30}." for number in range(6))
        index.upsert([qa.Document("long", long, language="vi", metadata={"author": "Lan"})])
        with index.reading() as snapshot:
            keys, _ = snapshot.dense_candidates(WordEmbedder().embed_queries(["mưa"])[0], 10, None)
            passages = sorted(snapshot.passages(keys), key=lambda one: one.ordinal)
            assert [long[one.start : one.end] for one in passages] == [one.text for one in passages]
            around = snapshot.neighbours([passages[1]])[passages[1].id]
            assert [one.ordinal for one in around] == [passages[0].ordinal, passages[2].ordinal]
            assert snapshot.metadata(["long", "nothing"]) == {"long": {"author": "Lan"}}

    def test_judgements(self, index: qa.Index) -> None:
        passage = qa.Searcher(index).search("mưa")[0].passage
        kept = index.judgements.add("Mưa ở đâu?", passage, relevant=True)
        again = index.judgements.add("mưa ở  đâu?", passage, relevant=True)
        index.judgements.add("Cá đâu?", passage, relevant=False)
        assert len(index.judgements) == 3
        assert index.judgements.remove(again.id)
        assert not index.judgements.remove(again.id)
        listed, total = index.judgements.questions()
        assert [(one.text, one.relevant, one.not_relevant) for one in listed] == [
            ("Cá đâu?", 0, 1),
            ("Mưa ở đâu?", 1, 0),
        ]
        assert total == 2
        assert index.judgements.of_question(listed[1].id) == [kept]
        assert index.judgements.export().qrels == f"q1\t0\t{passage.document_id}\t1\nq2\t0\t{passage.document_id}\t0\n"

    def test_a_reader_sees_one_generation(self, index: qa.Index, place: str) -> None:
        with index.reading() as snapshot:
            before = len(snapshot)
            qa.Index.open(place, WordEmbedder()).upsert([qa.Document("e001", "Mưa.", language="vi")])
            assert (len(snapshot), snapshot.passages_with("folded", "mua")) == (
                before,
                snapshot.passages_with("folded", "mua"),
            )
            vector = WordEmbedder().embed_queries(["mưa"])[0]
            assert len(snapshot.dense_candidates(vector, 100, None)[0]) == before
        with index.reading() as snapshot:
            assert len(snapshot) == before + 1

    @pytest.mark.usefixtures("index")
    def test_another_model_is_refused(self, place: str) -> None:
        with pytest.raises(IndexMismatchError, match="was built with model words@1, but words@2 was asked for"):
            qa.Index.open(place, WordEmbedder(revision="2"))

    def test_there_is_no_index(self, place: str) -> None:
        with pytest.raises(IndexNotFoundError, match=r"Build one: qa index PATH\.\.\. --into"):
            qa.Index.open(place)

    def test_made_anew_it_finds_the_same(self, index: qa.Index) -> None:
        before = found(index, "mưa lúa", "hybrid")
        embedder = index.embedder
        assert isinstance(embedder, WordEmbedder)
        embedded = len(embedder.embedded)
        index.rebuild()
        assert same(found(index, "mưa lúa", "hybrid"), before)
        assert len(embedder.embedded) == embedded


WRITER = """
    import sys
    sys.path[:0] = [{tests!r}, {root!r}]
    import qa
    from toy import WordEmbedder
    index = qa.Index.open(sys.argv[1], WordEmbedder())
    for number in range(int(sys.argv[3])):
        text = f"Bài {{number}} nói về " + "mưa nắng lúa cá " * 60
        index.upsert([qa.Document(f"{{sys.argv[2]}}{{number:03}}", text, language="vi")])
        print(number, flush=True)
"""


def writer(place: str, name: str, documents: int) -> subprocess.Popen[str]:
    code = textwrap.dedent(WRITER.format(tests=str(TESTS), root=str(TESTS.parent)))
    return subprocess.Popen(
        [sys.executable, "-c", code, place, name, str(documents)], stdout=subprocess.PIPE, text=True
    )


class TestWriters:
    def test_a_killed_writer_loses_nothing_that_it_committed(self, place: str, tmp_path: Path) -> None:
        index = qa.Index.create(place, WordEmbedder())
        with writer(place, "w", 1000) as process:
            assert process.stdout is not None
            acknowledged = [int(process.stdout.readline()) for _ in range(5)]
            os.kill(process.pid, signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
        index = qa.Index.open(place, WordEmbedder())
        held = [one.id for one in index.documents()]
        assert held[: len(acknowledged)] == [f"w{number:03}" for number in acknowledged]
        assert len(held) <= len(acknowledged) + 1
        fresh = qa.Index.create(tmp_path / "fresh", WordEmbedder())
        fresh.upsert(index.documents())
        assert same(found(index, "mưa bài 3", "hybrid"), found(fresh, "mưa bài 3", "hybrid"))
