from __future__ import annotations

from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa.page.ask.questions import READ, example_questions, made_from

SEEDS = Path(__file__).parent.parent / "seeds"
WORDS = ("xã", "hộ", "nghèo", "trường", "học", "sinh", "đảng", "viên")


def searcher_of(folder: Path, documents: list[qa.Document]) -> qa.Searcher:
    index = qa.Index.create(folder / "index", WordEmbedder(WORDS))
    index.upsert(documents)
    return qa.Searcher(index)


@pytest.mark.parametrize(
    ("clause", "made"),
    [
        ("Toàn Đảng có 51.900 tổ chức cơ sở đảng.", ("Toàn Đảng có bao nhiêu tổ chức cơ sở đảng?", "51.900")),
        ("Cả nước có 5.248.607 đảng viên", ("Cả nước có bao nhiêu đảng viên?", "5.248.607")),
        ("Năm ngoái, Ủy ban huyện trao 120 suất quà, lúa tốt.", ("Ủy ban huyện trao bao nhiêu suất quà?", "120")),
        ("Đại hội họp năm 2022 tại Hà Nội.", None),
        ("Hội nghị tổng kết 10 năm thực hiện nghị quyết.", None),
        ("Nghị quyết có 18-NQ/TW kèm theo.", None),
        ("Xã này có 120 hộ nghèo.", None),
        ("tỉnh còn 120 hộ nghèo.", None),
        ("Xã có 12 thôn và 120 hộ nghèo.", None),
        ("Xã có 5 thôn vùng sâu.", None),
    ],
)
def test_a_clause_that_states_a_figure_makes_a_question(clause: str, made: tuple[str, str] | None) -> None:
    assert list(made_from(clause)) == ([made] if made else [])


def test_only_questions_that_are_answered_with_their_figure_are_offered(tmp_path: Path) -> None:
    documents = [
        qa.Document("a", "Xã Phú Thọ còn 120 hộ nghèo.", "Giảm nghèo"),
        qa.Document("b", "Trường Tân An có 950 học sinh.", "Khai giảng"),
        qa.Document("c", "Trường Tân An có 800 học sinh. " * 9, "Năm học cũ"),
    ]
    searcher = searcher_of(tmp_path, documents)
    expected = ["Xã Phú Thọ còn bao nhiêu hộ nghèo?", "Trường Tân An có bao nhiêu học sinh?"]
    assert example_questions(searcher, None, "vi") == expected
    assert example_questions(searcher, None, "en") == expected
    assert example_questions(searcher_of(tmp_path / "empty", []), None, "vi") == []


@pytest.mark.parametrize(
    ("stated", "offered"),
    [(0, ["Xã Phú Thọ còn bao nhiêu hộ nghèo?"]), (395, []), (396, ["Xã Phú Thọ còn bao nhiêu hộ nghèo?"])],
)
def test_a_large_index_is_sampled_from_end_to_end(tmp_path: Path, stated: int, offered: list[str]) -> None:
    texts = ["Xã Phú Thọ còn 120 hộ nghèo." if number == stated else "x" for number in range(4 * READ)]
    documents = [qa.Document(f"{number:04}", text) for number, text in enumerate(texts)]
    assert example_questions(searcher_of(tmp_path, documents), None, "vi") == offered


def test_the_seeds_have_examples_of_their_own(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([SEEDS]))
    searcher = qa.Searcher(index)
    offered = example_questions(searcher, None, "vi")
    assert offered[0] == "Cả nước có bao nhiêu đảng viên?"
    assert len(offered) == 3
    assert all(one.endswith("?") and qa.ask(one, searcher).text for one in offered)
    assert example_questions(searcher, None, "en")[:2] == [
        "By what percentage has the payroll been reduced compared with 2015?",
        "Cả nước có bao nhiêu đảng viên?",
    ]
