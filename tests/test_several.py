"""Several indexes asked as one: the hits are those of one index that holds all their documents."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
from qa.answer import Verification
from qa.cli import main
from qa.errors import IndexNotFoundError, QuestionError
from qa.index import WeightedTerm
from qa.page.api import Endpoints
from qa.page.parts.library import Library
from qa.retrieval import MODES, Hits, IndexesDifferError, Mode
from qa.retrieval.snapshots import Snapshots

WORDS = ["mưa", "to", "lúa", "tốt", "cá", "sông", "núi", "dân", "bản", "họp", "luật", "nước", "đường", "cầu", "học"]
NAMES = ("laws", "minutes", "news")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=80).map(" ".join)
dealt = st.lists(st.tuples(texts, st.integers(0, 2)), min_size=2, max_size=25)
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


def built(folder: Path, held: Sequence[qa.Document], embedder: WordEmbedder | None = None) -> qa.Index:
    index = qa.Index.create(folder, embedder or WordEmbedder())
    index.upsert(held)
    return index


def split(root: Path, given: Sequence[tuple[str, int]]) -> tuple[qa.Index, dict[str, qa.Index]]:
    """One index of all documents, and as many as they are dealt to."""
    held = [(qa.Document(f"d{number:02}", text), of) for number, (text, of) in enumerate(given)]
    whole = built(root / "all", [one for one, _ in held])
    numbers = sorted({of for _, of in held})
    return whole, {NAMES[of]: built(root / NAMES[of], [one for one, at in held if at == of]) for of in numbers}


def assert_equal_but_for_ties(found: Hits, expected: Hits) -> None:
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=1e-4, abs=1e-4)
    for score in {round(hit.score, 3) for hit in expected[:-1]}:
        near = [{hit.passage.id for hit in of if abs(hit.score - score) < 0.002} for of in (found, expected)]
        last = abs(expected[-1].score - score) < 0.002  # of equal ones at the end either may be cut off
        assert last or near[0] == near[1]


@settings(max_examples=20)
@given(dealt, questions, st.sampled_from(MODES), st.integers(1, 12))
def test_hits_are_those_of_one_index_of_all_documents(
    given: list[tuple[str, int]], question: str, mode: Mode, k: int
) -> None:
    with tempfile.TemporaryDirectory() as root:
        whole, parts = split(Path(root), given)
        # Of equal passages any may lead their group, so that each stands alone here.
        expected = qa.Searcher(whole, without=["grouping"]).search(question, k=k, mode=mode)
        found = qa.Searcher(parts, without=["grouping"]).search(question, k=k, mode=mode)
        assert found.restored == expected.restored
        assert_equal_but_for_ties(found, expected)
        assert_few_candidates_are_the_best(whole, parts, question, min(k, 3))


def assert_few_candidates_are_the_best(whole: qa.Index, parts: dict[str, qa.Index], question: str, k: int) -> None:
    """Also where lengths differ so much that the best of one index by itself are not its best among all."""
    query = [WeightedTerm(form, word, 1.0) for form in ("written", "folded") for word in question.split()]
    with ExitStack() as stack:
        one = Snapshots({"": stack.enter_context(whole.reading())})
        several = Snapshots({name: stack.enter_context(part.reading()) for name, part in parts.items()})
        expected, found = (of.lexical_candidates(query, k, None)[1] for of in (one, several))
        np.testing.assert_allclose(found, expected, rtol=1e-5)
        np.testing.assert_allclose(several.lexical_scores(query, several.lexical_candidates(query, k, None)[0]), found)


LONG = " ".join(["Mưa to làm lúa tốt, cá sống ở sông, dân bản họp bàn việc nước."] * 8)
HELD = [("Mưa.", 0), ("Mưa to ở núi.", 0), (LONG, 1), (f"{LONG} Cầu đường.", 2), ("Dân họp về mưa to.", 2)]


def test_answers_and_what_is_known_of_words_are_those_of_one_index(tmp_path: Path) -> None:
    whole, parts = split(tmp_path, HELD)
    question = "mua to o dau, con ran thi sao?"
    expected, found = (qa.Searcher(one).evidence(question) for one in (whole, parts))
    assert found.hits.restored == expected.hits.restored
    assert found.absent == expected.absent
    assert found.absent
    assert found.idf == pytest.approx(expected.idf)
    assert (found.embedder, found.hits.across_languages) == (expected.embedder, expected.hits.across_languages)
    assert {hit.passage.index for hit in found.hits} == {"laws", "minutes", "news"}


def test_scores_by_terms_are_those_of_the_lexical_index(tmp_path: Path) -> None:
    """Of passages of every length, which the lexical index rounds."""
    held = [
        qa.Document(f"d{length:03}", " ".join(["mưa", *["lúa"] * (length % 7), *["cá"] * length]))
        for length in range(130)
    ]
    query = [WeightedTerm("written", "mưa", 1.0), WeightedTerm("folded", "lua", 0.5)]
    with built(tmp_path / "index", held).reading() as snapshot:
        keys = np.sort(snapshot.lexical_candidates(query, 130, None)[0])
        rare = [WeightedTerm(form, term, weight * snapshot.idf(form, [term])[0]) for form, term, weight in query]
        lengths = {form: terms / snapshot.counted.passages for form, terms in snapshot.counted.terms.items()}
        found = snapshot.lexical_scores_among(rare, keys, lengths)
        np.testing.assert_allclose(found, snapshot.lexical_scores(query, keys), rtol=1e-5)
        assert len(set(found.tolist())) > 50


@pytest.mark.parametrize("is_replaced", [False, True])
def test_scores_are_those_of_one_index_after_deletions(tmp_path: Path, *, is_replaced: bool) -> None:
    """Also while another process replaces the files that an index would score by among all."""
    short, long = ([f"mưa{' lúa' * (n % 7)}{' cá' * n}" for n in range(*of)] for of in ((0, 260), (100, 340)))
    held = [qa.Document(f"d{number:03}", text) for number, text in enumerate(short + long)]
    gone = [one.id for one in held[:520:13]]
    whole = built(tmp_path / "all", [one for one in held if one.id not in gone])
    parts = [built(tmp_path / "short", held[:260]), built(tmp_path / "long", held[260:])]
    for part, ids in zip(
        parts, ([one for one in gone if one < "d260"], [one for one in gone if one >= "d260"]), strict=True
    ):
        part.delete(ids)
    query = [WeightedTerm("written", "mưa", 1.0), WeightedTerm("folded", "lua", 0.5)]
    with ExitStack() as stack:
        one, *several = (stack.enter_context(index.reading()) for index in (whole, *parts))
        if is_replaced:
            for name in ("short", "long"):
                (tmp_path / name / "lexical" / "qa.json").rename(tmp_path / name / "qa.json")
        together = Snapshots({"short": several[0], "long": several[1]})
        scored_by = [part.among(together.counted).scored_among for part in several]
        assert [of == together.counted for of in scored_by] == [not is_replaced] * 2
        expected, found = (of.lexical_candidates(query, 100, None)[1] for of in (Snapshots({"": one}), together))
        np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.fixture
def several(tmp_path: Path) -> dict[str, qa.Index]:
    """Two indexes with a document of the same id, and one of the same text."""
    laws = [qa.Document("a", "Mức hỗ trợ là 500.000 đồng."), qa.Document("b", "Lúa tốt vì có mưa to ở núi.")]
    minutes = [qa.Document("a", "Cuộc họp bàn về cá."), qa.Document("c", "Lúa tốt vì có mưa to ở núi.")]
    return {"laws": built(tmp_path / "laws", laws), "minutes": built(tmp_path / "minutes", minutes)}


def test_documents_of_the_same_id_are_kept_apart(several: dict[str, qa.Index]) -> None:
    searcher = qa.Searcher(several)
    evidence = searcher.evidence("hỗ trợ họp cá")
    found = {hit.passage.key: hit.passage.text for hit in evidence.hits if hit.passage.document_id == "a"}
    assert found == {("laws", "a#1"): "Mức hỗ trợ là 500.000 đồng.", ("minutes", "a#1"): "Cuộc họp bàn về cá."}
    assert {key for key in evidence.neighbours if key[1] == "a#1"} == set(found)
    for hit in evidence.hits:
        assert searcher.document(hit.passage).text == hit.passage.text
    assert [hit.to_json()["passage"]["index"] for hit in evidence.hits] == [hit.passage.index for hit in evidence.hits]


def test_copies_in_two_indexes_stand_under_one_rank(several: dict[str, qa.Index]) -> None:
    best = qa.Searcher(several).search("lúa tốt")[0]
    assert {best.passage.key, *(one.passage.key for one in best.similar)} == {("laws", "b#1"), ("minutes", "c#1")}


def test_filters_work_over_all(several: dict[str, qa.Index]) -> None:
    found = qa.Searcher(several).search("mưa hỗ trợ họp", filters={"document": "a"})
    assert {hit.passage.key for hit in found} == {("laws", "a#1"), ("minutes", "a#1")}
    assert [hit.passage.key for hit in qa.Searcher(several).search("mưa", filters={"document": "c"})] == [
        ("minutes", "c#1")
    ]


def test_a_citation_is_verified_in_its_index(several: dict[str, qa.Index]) -> None:
    hit = qa.Searcher(several).search("cuộc họp bàn")[0]
    citation = qa.Citation.of(hit.passage)
    assert citation.locator == "qa:a?index=minutes#0-19"
    for name in qa.answer.CITATION_FORMATS:
        assert qa.verify(citation.format(name), several) == Verification(
            "Cuộc họp bàn về cá.", "a", "stands", 0, 19, index="minutes"
        )
    # Without a name, or under one that is not given, it is looked for in each.
    for text in (citation.plain().replace("?index=minutes", ""), citation.plain().replace("minutes", "gone")):
        assert (qa.verify(text, several).stands, qa.verify(text, several).index) == (True, "minutes")
    assert qa.verify(citation, several["laws"]).standing == "changed"


def test_names_are_whole_in_locators(tmp_path: Path) -> None:
    index = built(tmp_path / "index", [qa.Document("cá #1", "Cá sống ở sông.")])
    searcher = qa.Searcher({"biên bản/họp & “1”": index, "x": built(tmp_path / "x", [])})
    citation = qa.Citation.of(searcher.search("cá")[0].passage)
    for name in qa.answer.CITATION_FORMATS:
        found = qa.verify(citation.format(name), searcher.indexes)
        assert (found.index, found.standing) == ("biên bản/họp & “1”", "stands")


def test_indexes_of_different_models_are_refused(several: dict[str, qa.Index], tmp_path: Path) -> None:
    other = built(tmp_path / "other", [], WordEmbedder(("mưa", "cá")))
    with pytest.raises(
        IndexesDifferError, match=r"laws and .*other cannot be asked together: one was built with"
    ) as it:
        qa.Searcher({**several, "other": other})
    assert (it.value.path, it.value.other) == (several["laws"].location, other.location)


def test_no_index_is_refused() -> None:
    with pytest.raises(QuestionError, match="No index was given"):
        qa.Searcher({})


def test_folders_of_the_same_name_get_names_of_their_own(tmp_path: Path) -> None:
    folders = [tmp_path / part / "kho" for part in ("a", "b", "c")]
    for number, folder in enumerate(folders):
        built(folder, [qa.Document("a", f"Mưa to {number}.")])
    searcher = qa.Searcher.open([*folders, folders[0]], WordEmbedder())
    assert [*searcher.indexes] == ["kho", "kho-2", "kho-3"]
    with pytest.raises(IndexNotFoundError, match="nowhere"):
        qa.Searcher.open([folders[0], tmp_path / "nowhere"], WordEmbedder())


def test_the_page_offers_any_set_of_its_indexes_to_programs(several: dict[str, qa.Index]) -> None:
    endpoints = Endpoints(Library({name: qa.Searcher(index) for name, index in several.items()}))
    reply = endpoints.search("mưa họp", index=["minutes", "laws"])
    assert reply["indexes"] == ["minutes", "laws"]
    assert {hit["passage"]["index"] for hit in reply["hits"]} == {"laws", "minutes"}
    alone = endpoints.ask("cuộc họp bàn về gì?", index="minutes")
    assert alone["indexes"] == ["minutes"]
    assert {hit["passage"]["index"] for hit in alone["hits"]} == {"minutes"}
    assert endpoints.search("mưa")["indexes"] == ["laws"]
    with pytest.raises(qa.QAError, match="No index 'nowhere' is offered"):
        endpoints.search("mưa", index=["laws", "nowhere"])
    with pytest.raises(qa.QAError, match="index is 3, which is not text"):
        endpoints.search("mưa", index=["laws", 3])  # type: ignore[list-item]


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Options for two indexes with the bundled model."""
    for name, text in (("laws", "Mức hỗ trợ là 500.000 đồng một tháng."), ("minutes", "Cuộc họp có 12 người dự.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        assert main(["index", str(tmp_path / f"{name}.txt"), "--into", str(tmp_path / "indexes" / name)]) == 0
    return [part for name in ("laws", "minutes") for part in ("--index", str(tmp_path / "indexes" / name))]


def test_the_terminal_asks_and_verifies_in_several(
    folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["search", "người dự họp", "--json", *folders]) == 0
    found = json.loads(capsys.readouterr().out)["hits"]
    assert [hit["passage"]["index"] for hit in found] == ["minutes", "laws"]
    assert main(["ask", "Cuộc họp có bao nhiêu người dự?", *folders]) == 0
    assert "minutes.txt · index minutes  (confidence" in capsys.readouterr().out
    assert main(["ask", "Cuộc họp có bao nhiêu người dự?", "--cite", "plain", *folders]) == 0
    citation = capsys.readouterr().out
    assert citation.endswith("/minutes.txt?index=minutes#0-24\n")
    assert main(["verify", citation, *folders]) == 0
    assert "/minutes.txt of the index minutes at 0-24.\n" in capsys.readouterr().out
    assert main(["verify", citation, *folders[:2]]) == 1
    assert main(["search", "mưa", *folders, "--index", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err == (
        f"qa: There is no index at {tmp_path / 'nowhere'}. Build one: qa index PATH... --into {tmp_path / 'nowhere'}\n"
    )
