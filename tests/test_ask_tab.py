from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from gradio import EventData, skip
from readers import DamagedReader, PointingReader
from toy import WordEmbedder

import qa
import qa.errors
from qa.page.ask import replies
from qa.page.ask.tab import SHOWN, Shown, Views
from qa.page.parts import words
from qa.page.parts.library import Library
from qa.reading.readers import RuleReader
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


def asked(views: Views, event: Event) -> Shown:
    """What is shown in the end."""
    return list(views.ask(event))[-1]


def started(views: Views, event: Event) -> tuple[str, str, str]:
    return list(views.start(event))[-1]


@pytest.fixture(scope="module")
def views(searcher: qa.Searcher) -> Views:
    return Views(Library({"toy": searcher}), "vi")


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_every_error_is_reported_in_both_languages(error: qa.QAError) -> None:
    message = words.error_words(error)
    assert detect_language(message["vi"]) == "vi"
    assert detect_language(message["en"]) == "en"
    assert str(error) not in (message["vi"], message["en"])


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"q": ""}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": " \n "}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": None}, "Hãy gõ một câu hỏi rồi bấm Hỏi."),
        ({"q": "?!… —"}, "Câu hỏi chưa có chữ nào để tìm."),
        ({"q": "đảng viên " * 200}, "Câu hỏi dài quá. Hãy hỏi gọn trong một, hai câu."),
        ({"q": "đảng viên", "from": "hôm <nay>"}, "Bộ lọc có ngày không đọc được: hôm &lt;nay&gt;."),
        ({"q": "đảng viên", "from": "2022-02-02", "to": "2022-02-01"}, "Bộ lọc có ngày đầu sau ngày cuối"),
        ({"q": "đảng viên", "index": "toy2"}, "Trang này không có kho tài liệu mang tên đó."),
    ],
)
def test_a_question_that_cannot_be_asked_is_explained(views: Views, sent: dict[str, Any], message: str) -> None:
    kept, reply, cards, article = asked(views, Event(typed=True, **sent))
    assert (kept, cards, article) == (None, "", "")
    assert f'<section class="reply problem"><p class="say">{message}' in reply


def test_going_back_to_before_the_first_question_shows_nothing(views: Views) -> None:
    assert asked(views, Event()) == (None, "", "", "")


def test_an_answer_opens_its_own_article(views: Views) -> None:
    kept, reply, cards, article = asked(views, Event(q=ASKED))
    assert kept is not None
    assert kept.source is not None
    strong = SENTENCE.replace(FIGURE, f"<strong>{FIGURE}</strong>")
    assert f">{strong}</blockquote>" in reply
    assert cards.count('class="card"') == SHOWN
    assert cards.count('aria-current="true"') == 1
    assert f'data-rank="{kept.source.rank}"' in cards.partition('aria-current="true"')[0].rpartition("<li")[2]
    assert f'<mark class="answer">{FIGURE}</mark>' in article


def test_what_is_found_is_shown_before_it_is_read(views: Views) -> None:
    found, answered = views.ask(Event(q=ASKED))
    kept, reply, cards, article = found
    assert reply == '<section class="reply reading" aria-hidden="true"><p class="say">Đang đọc…</p></section>'
    assert '<h2 id="found-heading">Các đoạn tìm được</h2>' in cards
    assert '<mark class="passage">' in article
    assert '<mark class="answer">' not in article
    assert kept is not None
    assert views.choose(kept, Event(rank="3")) == views.choose(answered[0], Event(rank="3"))
    assert cards.count('<li class="card"') == SHOWN
    assert answered[0] is not None
    assert kept.evidence == answered[0].evidence
    assert '<h2 id="found-heading">Căn cứ</h2>' in answered[2]


def test_a_reader_that_cannot_read_costs_the_answer_only(
    searcher: qa.Searcher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    views = Views(Library({"toy": searcher}, DamagedReader(tmp_path / "cut")), "vi")
    found, message = views.ask(Event(q=ASKED))
    assert message[1] == replies.problem(
        "Mô hình đọc đang gặp trục trặc nên chưa trả lời được; những đoạn tìm được vẫn ở dưới đây. "
        "Xin báo cho người quản trị."
    )
    assert (message[0], message[2:]) == (found[0], found[2:])
    assert message[2].count('<li class="card"') == SHOWN
    assert capsys.readouterr().err.startswith(f"qa: The model '{tmp_path / 'cut'}' cannot be used (")
    examples, _, footer = started(views, Event())
    assert examples == ""  # since none can be answered
    assert footer.startswith('<p class="counts">5 văn bản')


def test_keywords_get_the_passages_that_have_them(views: Views) -> None:
    _, reply, cards, article = asked(views, Event(q="đảng viên"))
    assert reply.startswith(
        '<section class="reply related"><div class="verdict"><h2>Từ khóa</h2></div>'
        '<p class="say">Đây là từ khóa, chưa thành câu hỏi; dưới đây là các đoạn có những từ này.</p>'
    )
    assert '<h2 id="found-heading">Các đoạn có từ khóa</h2>' in cards
    assert "<mark>đảng viên</mark>" in cards
    assert '<mark class="passage">' in article


def test_rules_alone_are_reported_with_what_to_install(searcher: qa.Searcher) -> None:
    _, reply, *_ = asked(Views(Library({"toy": searcher}, RuleReader()), "en"), Event(q=ASKED))
    assert (
        '<p class="note">The package onnxruntime is not installed, so only rules read here, '
        "which are wrong far more often. To fix it: <code>pip install onnxruntime</code></p></section>"
    ) in reply


def test_where_only_the_sentence_is_sure_no_part_of_it_is_marked(tmp_path: Path) -> None:
    sentence = "Cả nước có rất nhiều đảng viên trẻ."
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", f"{sentence} Nhiều người ở xa.")])
    views = Views(Library({"toy": qa.Searcher(index)}, PointingReader("đảng viên trẻ")), "vi")
    kept, reply, _, article = asked(views, Event(q=ASKED))
    assert kept is not None
    assert kept.whole_sentence
    assert f">{sentence}</blockquote>" in reply
    assert f'<mark class="answer">{sentence}</mark><mark class="passage"> Nhiều người ở xa.</mark>' in article


def test_a_declined_question_shows_the_nearest_passages(views: Views) -> None:
    kept, reply, cards, article = asked(views, Event(q=UNKNOWN))
    assert kept is not None
    assert kept.text is None
    assert "<h2>Không thấy trong kho</h2>" in reply
    assert "Các đoạn gần nhất</h2>" in cards
    assert cards.count('aria-current="true"') == 1
    assert 'class="answer"' not in article
    assert 'class="passage"' in article


def test_the_english_view_speaks_english(searcher: qa.Searcher) -> None:
    _, reply, cards, _ = asked(Views(Library({"toy": searcher}), "en"), Event(q=UNKNOWN))
    assert "<h2>Not found in the collection</h2>" in reply
    assert "Nearest passages</h2>" in cards


def test_a_link_opens_the_passage_that_it_names(views: Views) -> None:
    kept, _, cards, article = asked(views, Event(q=ASKED, rank="3"))
    assert kept is not None
    assert 'data-rank="3"' in cards.partition('aria-current="true"')[0].rpartition("<li")[2]
    assert article == views.choose(kept, Event(rank="3"))
    unknown = asked(views, Event(q=ASKED, rank='"><b>'))
    assert unknown[-1] == asked(views, Event(q=ASKED))[-1]


def test_a_nearly_equal_passage_opens_its_own_article(tmp_path: Path) -> None:
    text = "Sáng nay đoàn công tác của tỉnh đến thăm ba xã vùng lúa và tặng quà cho các hộ nghèo ở đó."
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", text, "Báo sáng"), qa.Document("b", text, "Báo chiều")])
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    kept, _, cards, article = asked(views, Event(q="Đoàn công tác thăm mấy xã vùng lúa?"))
    assert kept is not None
    first, other = ("Báo sáng", "Báo chiều") if ">Báo sáng</h3>" in article else ("Báo chiều", "Báo sáng")
    assert cards.count('<li class="card"') == 1
    assert '<summary>và 1 đoạn gần giống</summary><ul><li><button type="button" data-rank="1.1" data-card="1">' in cards
    assert f">{first}</h3>" in views.choose(kept, Event(rank="1"))
    assert f">{other}</h3>" in views.choose(kept, Event(rank="1.1"))
    assert f">{other}</h3>" in asked(views, Event(q="Đoàn công tác thăm mấy xã vùng lúa?", rank="1.1"))[-1]


def test_filters_narrow_what_is_found(views: Views) -> None:
    only = "seeds/003_0d163578645c4766.txt"
    kept, *_ = asked(views, Event(q=ASKED, **{"from": "2023-01-01", "to": "2023-12-31"}))
    assert kept is not None
    assert {hit.passage.source for hit in kept.evidence} == {only}
    by_source, *_ = asked(views, Event(q=ASKED, source=only))
    assert by_source is not None
    assert by_source.evidence == kept.evidence
    nothing, reply, cards, article = asked(views, Event(q=ASKED, **{"to": "1999-12-31"}))
    assert nothing is not None
    assert "Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc." in reply
    assert (cards, article) == ("", "")


def test_a_question_without_diacritics_can_be_searched_for_as_typed(views: Views) -> None:
    _, reply, cards, _ = asked(views, Event(q="ca nuoc co bao nhieu dang vien"))
    assert "Đang tìm: <q>cả nước có bao nhiêu đảng viên</q>" in reply
    assert '<button type="button" data-literal="1">' in reply
    assert "<mark>cơ</mark>" not in cards  # "co" is "có" here
    _, literal, *_ = asked(views, Event(q="ca nuoc co bao nhieu dang vien", literal="1"))
    assert "Đang tìm đúng như đã gõ: <q>ca nuoc co bao nhieu dang vien</q>" in literal
    assert '<button type="button" data-literal="">' in literal


def test_each_of_several_indexes_is_asked_by_its_name(searcher: qa.Searcher, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", "Lúa chín ở đồng. Xã Phú Thọ còn 120 hộ nghèo.", "Mùa lúa", "kho/a.txt")])
    views = Views(Library({"toy": searcher, "lúa": qa.Searcher(index)}), "vi")
    kept, *_ = asked(views, Event(q="Lúa chín ở đồng nào?", index="lúa"))
    assert kept is not None
    assert [hit.passage.document_id for hit in kept.evidence] == ["a"]
    assert "<p><mark" in views.choose(kept, Event(rank="1"))
    examples, sources, footer = started(views, Event(index="lúa"))
    assert 'data-question="Xã Phú Thọ còn bao nhiêu hộ nghèo?"' in examples
    assert sources == '<datalist id="sources"><option value="kho/a.txt">Mùa lúa</option></datalist>'
    assert footer.startswith('<p class="counts">1 văn bản · 1 đoạn')
    assert started(views, Event())[2].startswith('<p class="counts">5 văn bản')


def test_examples_follow_the_index(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    for text, question in (
        ("Xã Phú Thọ còn 120 hộ nghèo.", "Xã Phú Thọ còn bao nhiêu hộ nghèo?"),
        ("Trường Tân An có 950 học sinh.", "Trường Tân An có bao nhiêu học sinh?"),
    ):
        index.upsert([qa.Document(text, text)])
        assert f'data-question="{question}"' in started(views, Event())[0]
    assert started(views, Event())[0] == started(views, Event())[0]


def test_a_document_removed_since_the_question_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", "Lúa chín."), qa.Document("b", "Mưa to.")])
    views = Views(Library({"toy": qa.Searcher(index)}), "vi")
    kept, *_ = asked(views, Event(q="lúa mưa"))
    assert kept is not None
    index.delete(["b"])
    rank = next(hit.rank for hit in kept.evidence if hit.passage.document_id == "b")
    assert views.choose(kept, Event(rank=str(rank))) == (
        replies.problem("Văn bản này không còn trong kho tài liệu. Xin hỏi lại.")
    )
    assert capsys.readouterr().err.startswith("qa: The index holds no document 'b'.")


def test_an_empty_index_declines(tmp_path: Path) -> None:
    views = Views(Library({"toy": qa.Searcher(qa.Index.create(tmp_path / "index", WordEmbedder()))}), "vi")
    _, reply, cards, article = asked(views, Event(q="lúa"))
    assert "Thử hỏi bằng từ ngữ khác hoặc nới bộ lọc." in reply
    assert (cards, article) == ("", "")
    examples, sources, footer = started(views, Event())
    assert (examples, sources) == ("", '<datalist id="sources"></datalist>')
    assert footer.startswith('<p class="counts">0 văn bản · 0 đoạn')


def test_a_key_that_is_not_shown_changes_nothing(views: Views) -> None:
    kept, *_ = asked(views, Event(q=ASKED))
    for data in ({"rank": "99"}, {"rank": "<b>"}, {"rank": None}, {}):
        assert views.choose(kept, Event(**data)) == skip()
    assert views.choose(None, Event(rank="1")) == skip()
