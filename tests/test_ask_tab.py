from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from gradio import EventData, skip
from toy import WordEmbedder

import qa
import qa.errors
from qa.page import words
from qa.page.ask import markup
from qa.page.ask.tab import SHOWN, Views
from qa.page.library import Library
from qa.text import detect_language

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
ASKED = "Cả nước có bao nhiêu đảng viên?"
SENTENCE = "Trong năm, đã kết nạp 56.376 đảng viên, nâng tổng số đảng viên trong cả nước là 5.248.607 đảng viên."
FIGURE = "5.248.607 đảng viên"
UNKNOWN = "Paris mai tuyết rơi ư?"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("toy") / "index", WordEmbedder(("đảng", "viên", "cả", "nước")))
    index.upsert(qa.read_documents([SEEDS]))
    return qa.Searcher(index)


def every_error() -> list[qa.QAError]:
    kinds = [kind for kind in vars(qa.errors).values() if isinstance(kind, type) and issubclass(kind, qa.QAError)]
    takes = [len(inspect.signature(kind).parameters) for kind in kinds]
    return [kind(*["p"] * count) for kind, count in zip(kinds, takes, strict=True)]


class Event(EventData):
    """What the page's script sends."""

    def __init__(self, **data: Any) -> None:
        super().__init__(None, data)


@pytest.fixture(scope="module")
def views(searcher: qa.Searcher) -> Views:
    return Views(Library({"toy": searcher}), "vi")


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_is_told_in_both_languages(error: qa.QAError) -> None:
    told = words.error_words(error)
    assert detect_language(told["vi"]) == "vi"
    assert detect_language(told["en"]) == "en"
    assert str(error) not in (told["vi"], told["en"])


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"q": ""}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": " \n "}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": None}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": "?!… —"}, "Câu hỏi chưa có chữ nào để tìm."),
        ({"q": "đảng viên " * 200}, "Câu hỏi dài quá. Hãy hỏi gọn trong một, hai câu."),
        ({"q": "đảng viên", "from": "hôm <nay>"}, "Bộ lọc có ngày không đọc được: hôm &lt;nay&gt;."),
        ({"q": "đảng viên", "from": "2022-02-02", "to": "2022-02-01"}, "Bộ lọc có “Từ ngày” sau “Đến ngày”"),
        ({"q": "đảng viên", "index": "toy2"}, "Trang này không có kho tài liệu mang tên đó."),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_why(views: Views, sent: dict[str, Any], told: str) -> None:
    kept, reply, cards, article = views.ask(Event(typed=True, **sent))
    assert (kept, cards, article) == (None, "", "")
    assert f'<section class="reply problem"><p class="say">{told}' in reply


def test_going_back_to_before_the_first_question_shows_nothing(views: Views) -> None:
    assert views.ask(Event()) == (None, "", "", "")


def test_an_answer_opens_its_own_article(views: Views) -> None:
    kept, reply, cards, article = views.ask(Event(q=ASKED))
    assert kept is not None
    assert kept.answer.source is not None
    strong = SENTENCE.replace(FIGURE, f"<strong>{FIGURE}</strong>")
    assert f">{strong}</blockquote>" in reply
    assert cards.count('class="card"') == SHOWN
    assert cards.count('aria-current="true"') == 1
    assert f'data-rank="{kept.answer.source.rank}"' in cards.partition('aria-current="true"')[0].rpartition("<li")[2]
    assert f'<mark class="answer">{FIGURE}</mark>' in article


def test_a_declined_question_shows_the_nearest_passages(views: Views) -> None:
    kept, reply, cards, article = views.ask(Event(q=UNKNOWN))
    assert kept is not None
    assert kept.answer.text is None
    assert "<h2>Không thấy trong kho</h2>" in reply
    assert "Các đoạn gần nhất</h2>" in cards
    assert cards.count('aria-current="true"') == 1
    assert 'class="answer"' not in article
    assert 'class="passage"' in article


def test_the_english_view_speaks_english(searcher: qa.Searcher) -> None:
    _, reply, cards, _ = Views(Library({"toy": searcher}), "en").ask(Event(q=UNKNOWN))
    assert "<h2>Not found in the collection</h2>" in reply
    assert "Nearest passages</h2>" in cards


def test_a_link_opens_the_passage_that_it_names(views: Views) -> None:
    kept, _, cards, article = views.ask(Event(q=ASKED, rank="3"))
    assert kept is not None
    assert 'data-rank="3"' in cards.partition('aria-current="true"')[0].rpartition("<li")[2]
    assert article == views.choose(kept, Event(rank="3"))
    unknown = views.ask(Event(q=ASKED, rank='"><b>'))
    assert unknown[-1] == views.ask(Event(q=ASKED))[-1]


def test_a_nearly_equal_passage_opens_its_own_article(tmp_path: Path) -> None:
    text = "Sáng nay đoàn công tác của tỉnh đến thăm ba xã vùng lúa và tặng quà cho các hộ nghèo ở đó."
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", text, "Báo sáng"), qa.Document("b", text, "Báo chiều")])
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    kept, _, cards, article = views.ask(Event(q="Đoàn công tác thăm mấy xã vùng lúa?"))
    assert kept is not None
    first, other = ("Báo sáng", "Báo chiều") if ">Báo sáng</h3>" in article else ("Báo chiều", "Báo sáng")
    assert cards.count('<li class="card"') == 1
    assert '<summary>và 1 đoạn gần giống</summary><ul><li><button type="button" data-rank="1.1" data-card="1">' in cards
    assert f">{first}</h3>" in views.choose(kept, Event(rank="1"))
    assert f">{other}</h3>" in views.choose(kept, Event(rank="1.1"))
    assert f">{other}</h3>" in views.ask(Event(q="Đoàn công tác thăm mấy xã vùng lúa?", rank="1.1"))[-1]


def test_filters_narrow_what_is_found(views: Views) -> None:
    only = "seeds/003_0d163578645c4766.txt"
    kept, *_ = views.ask(Event(q=ASKED, **{"from": "2023-01-01", "to": "2023-12-31"}))
    assert kept is not None
    assert {hit.passage.source for hit in kept.answer.evidence} == {only}
    by_source, *_ = views.ask(Event(q=ASKED, source=only))
    assert by_source is not None
    assert by_source.answer.evidence == kept.answer.evidence
    nothing, reply, cards, article = views.ask(Event(q=ASKED, **{"to": "1999-12-31"}))
    assert nothing is not None
    assert "Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc." in reply
    assert (cards, article) == ("", "")


def test_a_question_without_diacritics_can_be_searched_for_as_typed(views: Views) -> None:
    _, reply, cards, _ = views.ask(Event(q="ca nuoc co bao nhieu dang vien"))
    assert "Đang tìm: <q>cả nước có bao nhiêu đảng viên</q>" in reply
    assert '<button type="button" data-literal="1">' in reply
    assert "<mark>cơ</mark>" not in cards  # "co" is "có" here
    _, literal, *_ = views.ask(Event(q="ca nuoc co bao nhieu dang vien", literal="1"))
    assert "Đang tìm đúng như đã gõ: <q>ca nuoc co bao nhieu dang vien</q>" in literal
    assert '<button type="button" data-literal="">' in literal


def test_each_of_several_indexes_is_asked_by_its_name(searcher: qa.Searcher, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", "Lúa chín ở đồng.", "Mùa lúa", "kho/a.txt")])
    views = Views(Library({"toy": searcher, "lúa": qa.Searcher(index)}), "vi")
    kept, *_ = views.ask(Event(q="Lúa chín ở đồng nào?", index="lúa"))
    assert kept is not None
    assert [hit.passage.document_id for hit in kept.answer.evidence] == ["a"]
    assert "<p><mark" in views.choose(kept, Event(rank="1"))
    examples, sources, footer = views.start(Event(index="lúa"))
    assert 'data-question="Mùa lúa"' in examples
    assert sources == '<datalist id="sources"><option value="kho/a.txt">Mùa lúa</option></datalist>'
    assert footer.startswith('<p class="counts">1 văn bản · 1 đoạn')
    assert views.start(Event())[2].startswith('<p class="counts">5 văn bản')


def test_examples_follow_the_index(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    for title in ("Mùa lúa", "Mùa cá"):
        index.upsert([qa.Document(title, "x", title)])
        assert f'data-question="{title}"' in views.start(Event())[0]
    assert views.start(Event())[0] == views.start(Event())[0]


def test_a_document_removed_since_the_question_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", "Lúa chín."), qa.Document("b", "Mưa to.")])
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    kept, *_ = views.ask(Event(q="lúa mưa"))
    assert kept is not None
    index.delete(["b"])
    rank = next(hit.rank for hit in kept.answer.evidence if hit.passage.document_id == "b")
    assert views.choose(kept, Event(rank=str(rank))) == (
        markup.problem("Văn bản này không còn trong kho tài liệu. Xin hỏi lại.")
    )
    assert capsys.readouterr().err.startswith("qa: The index holds no document 'b'.")


def test_an_empty_index_declines(tmp_path: Path) -> None:
    views = Views(Library({"toy": qa.Searcher(qa.Index.create(tmp_path / "index", WordEmbedder()))}), "vi")
    _, reply, cards, article = views.ask(Event(q="lúa"))
    assert "Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc." in reply
    assert (cards, article) == ("", "")
    examples, sources, footer = views.start(Event())
    assert (examples, sources) == ("", '<datalist id="sources"></datalist>')
    assert footer.startswith('<p class="counts">0 văn bản · 0 đoạn')


def test_a_key_that_is_not_shown_changes_nothing(views: Views) -> None:
    kept, *_ = views.ask(Event(q=ASKED))
    for data in ({"rank": "99"}, {"rank": "<b>"}, {"rank": None}, {}):
        assert views.choose(kept, Event(**data)) == skip()
    assert views.choose(None, Event(rank="1")) == skip()
