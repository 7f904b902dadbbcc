from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

import qa
from qa.answer import Finding
from qa.page.ask import cards, replies
from qa.page.ask import words as ask_words
from qa.page.ask.questions import Asked
from qa.page.ask.replies import Choice, choices, first
from qa.page.judging.tab import thumbs
from qa.page.parts import components, words
from qa.page.parts.words import ADDRESSES, Language, Text
from qa.text import detect_language

HOSTILE = """<script>alert(1)</script></mark>"' onmouseover=x {{value}} ${alert(1)} `x` \u202egnp.exe\u200f"""
HOSTILE_ESCAPED = (
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/mark&gt;&#34;&#39; onmouseover=x {{value}} ${alert(1)} `x` "
    "⟨U+202E⟩gnp.exe⟨U+200F⟩"
)
VOID = {"input", "br"}


def passage_of(document: qa.Document, start: int, end: int) -> qa.Passage:
    where = (document.title, document.source, document.published)
    return qa.Passage(f"{document.id}#1", document.id, 1, document.text[start:end], start, end, *where)


def answer_of(passage: qa.Passage, text: str | None, sentence: str | None = None) -> qa.Answer:
    hit = qa.Hit(passage, 1.5, 1)
    if text is None:
        return qa.Answer("Hỏi?", None, 0.1, (hit,))
    start = passage.start + passage.text.index(text)
    return qa.Answer("Hỏi?", Finding(text, start, start + len(text), hit, sentence or text), 0.9, (hit,))


def found_of(answer: qa.Answer, in_text: list[tuple[int, int]], in_title: list[tuple[int, int]]) -> cards.Found:
    return cards.Found(answer.evidence[0], in_title, in_text, "vi")


def opened(passage: qa.Passage, answered: tuple[int, int] | None = None) -> Choice:
    return Choice(passage, "1", answered, qa.Citation.of(passage, date(2024, 5, 6)), is_reply=True)


PLAIN = qa.Document(
    "kho/a.txt", "Lúa chín.\n\nMưa to & gió. Nắng lên.\n", "Mùa <lúa>", "kho/a.txt", date(2022, 1, 3), "vi"
)
RAIN = passage_of(PLAIN, 11, 34)
WHERE = '<time datetime="2022-01-03">03/01/2022</time> · <span class="file">kho/a.txt</span>'


class Reader(HTMLParser):
    """What a browser would make of the body: its tags, and the text of each paragraph."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.paragraphs: list[str] = []
        self.marked = ""
        self._open: list[str] = []
        self.feed(str(shown))  # Markup would escape again what the parser joins
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attributes}
        if tag not in VOID:
            self._open.append(tag)
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self._open:
            self.paragraphs[-1] += data
        if "mark" in self._open:
            self.marked += data


def test_a_restored_question_is_shown_with_a_click_to_undo_it() -> None:
    asked = Asked("ca nuoc")
    assert replies.searched_for(asked, None, "vi") == ""
    assert replies.searched_for(asked, "cả <nước>", "vi") == (
        '<p class="searched">Đang tìm: <q>cả &lt;nước&gt;</q> '
        '<button type="button" data-literal="1">Tìm đúng như đã gõ</button></p>'
    )
    assert replies.searched_for(replace(asked, literal=True), "cả <nước>", "en") == (
        '<p class="searched">Searching as typed: <q>ca nuoc</q> '
        '<button type="button" data-literal="">With diacritics: cả &lt;nước&gt;</button></p>'
    )


def test_a_reply_is_the_answer_with_its_date_and_its_source() -> None:
    shown = replies.reply(answer_of(RAIN, "Mưa to & gió."), "vi", "vi")
    assert shown.startswith(
        '<section class="reply answer"><div class="verdict"><h2>Trả lời</h2><span>Độ tin cậy cao</span></div>'
        '<blockquote lang="vi">Mưa to &amp; gió.</blockquote>'
        '<p class="as-of">Theo văn bản ngày <time datetime="2022-01-03">03/01/2022</time></p>'
        '<button type="button" class="source" data-rank="1" data-card="1">'
        '<cite lang="vi">Mùa &lt;lúa&gt;</cite> · <span class="file">kho/a.txt</span></button>'
        '<div class="citing" role="group" aria-label="Sao chép trích dẫn">'
    )


@pytest.mark.parametrize(("language", "named"), [("vi", "Văn bản thường"), ("en", "Plain text")])
def test_a_citation_can_be_copied_in_four_formats(language: Language, named: str) -> None:
    citation = qa.Citation.of(RAIN, date(2024, 5, 6))
    shown = replies.citing(citation, language)
    for name, text in {
        named: citation.plain(language),
        "Markdown": citation.markdown(language),
        "BibTeX": citation.bibtex(language),
        "APA": citation.apa(language),
    }.items():
        assert f'<button type="button" data-copy="{escape(text)}">{name}</button>' in shown
    assert shown.count("<button") == 4


def test_an_answer_shorter_than_its_sentence_is_strong_at_its_own_place() -> None:
    document = qa.Document("a", "Trong 5 năm có 5 tỉnh.")
    passage = passage_of(document, 0, len(document.text))
    hit = qa.Hit(passage, 1.0, 1)
    answer = qa.Answer("Mấy tỉnh?", Finding("5", 15, 16, hit, document.text), 0.9, (hit,))
    assert '<blockquote lang="vi">Trong 5 năm có <strong>5</strong> tỉnh.</blockquote>' in (
        replies.reply(answer, "vi", "vi")
    )


def test_other_answers_are_reported_with_their_dates_in_their_order() -> None:
    later = replace(RAIN, id="b#1", document_id="b", title="Sau", published=date(2023, 4, 4))
    undated = replace(RAIN, id="c#1", document_id="c", title="", source="kho/c.txt", published=None)
    answer = answer_of(RAIN, "Mưa to")
    answer = replace(
        answer,
        evidence=(*answer.evidence, qa.Hit(later, 1.0, 2)),
        others=(Finding("gió", 20, 23, qa.Hit(later, 1.0, 2)), Finding("Nắng", 25, 29, qa.Hit(undated, 0.5, 7))),
    )
    shown = replies.reply(answer, None, "vi")
    assert (
        '<div class="others"><h3>Văn bản khác nêu</h3><ul>'
        '<li><button type="button" data-rank="o1" data-card="2"><strong>gió</strong> '
        '<span><time datetime="2023-04-04">04/04/2023</time> · <span class="title">Sau</span></span></button></li>'
        '<li><button type="button" data-rank="o2" data-card=""><strong>Nắng</strong> '
        '<span>Văn bản không ghi ngày · <span class="title">kho/c.txt</span></span></button></li></ul></div>'
    ) in shown


NEAREST = "Dưới đây chỉ là những đoạn gần với câu hỏi nhất."
NO_ANSWER = "Có đoạn nói về nội dung này, nhưng không đoạn nào thật sự trả lời câu hỏi."


@pytest.mark.parametrize(
    ("answer", "head", "message"),
    [
        (replace(answer_of(RAIN, None), related=True), "Có thể liên quan", [NO_ANSWER]),
        (answer_of(RAIN, None), "Không thấy trong kho", [NEAREST]),
        (replace(answer_of(RAIN, None), evidence=()), "Không thấy trong kho", [ask_words.OTHER_WORDS["vi"]]),
        (
            replace(answer_of(RAIN, None), absent=("tuyết <b>",)),
            "Không thấy trong kho",
            ["Không văn bản nào có từ “tuyết &lt;b&gt;”.", NEAREST],
        ),
        (
            replace(answer_of(RAIN, None), related=True, absent=("tuyết", "Paris")),
            "Có thể liên quan",
            ["Không văn bản nào có các từ “tuyết”, “Paris”.", NO_ANSWER],
        ),
    ],
)
def test_a_declined_question_is_explained(answer: qa.Answer, head: str, message: list[str]) -> None:
    assert replies.reply(answer, "vi", "vi") == (
        f'<section class="reply {answer.verdict}"><div class="verdict"><h2>{head}</h2></div>'
        + "".join(f'<p class="say">{one}</p>' for one in message)
        + "</section>"
    )


def test_keywords_are_reported_to_be_no_question() -> None:
    keywords = replace(answer_of(RAIN, None), related=True, notes=("keywords",))
    assert replies.reply(keywords, "vi", "en") == (
        '<section class="reply related"><div class="verdict"><h2>Keywords</h2></div><p class="say">'
        "These are keywords rather than a question; below are the passages that contain them.</p></section>"
    )
    unknown = replies.reply(replace(keywords, related=False), "vi", "vi")
    assert "<h2>Không thấy trong kho</h2>" in unknown
    assert NEAREST in unknown


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("vi", "Độ tin cậy cao · độ tin cậy chưa được hiệu chỉnh cho mô hình này"),
        ("en", "High confidence · not calibrated for this model"),
    ],
)
def test_a_confidence_that_was_not_fitted_says_so(language: Language, message: str) -> None:
    answer = answer_of(RAIN, "Mưa to & gió.")
    assert f"<span>{message}</span>" in replies.reply(replace(answer, notes=("unfitted",)), "vi", language)
    assert f"<span>{message.partition(' · ')[0]}</span>" in replies.reply(answer, "vi", language)


@pytest.mark.parametrize("answer", [answer_of(RAIN, "Mưa to & gió."), answer_of(RAIN, None)])
def test_rules_alone_are_reported_with_what_to_install(answer: qa.Answer) -> None:
    note = (
        '<p class="note">Máy chưa cài gói onnxruntime nên chỉ đọc bằng quy tắc, kém chính xác hơn nhiều. '
        "Cách sửa: <code>pip install onnxruntime</code></p></section>"
    )
    assert replies.reply(replace(answer, notes=("rules_only",)), "vi", "vi").endswith(note)
    assert "onnxruntime" not in replies.reply(answer, "vi", "vi")


def test_a_sentence_that_is_the_answer_is_marked_as_a_whole() -> None:
    answer = replace(answer_of(RAIN, "Mưa to & gió."), whole_sentence=True)
    assert '<blockquote lang="vi">Mưa to &amp; gió.</blockquote>' in replies.reply(answer, "vi", "vi")
    assert ('<mark class="answer">Mưa to &amp; gió.</mark><mark class="passage"> Nắng lên.</mark>') in cards.article(
        PLAIN, choices(answer)["1"], "vi"
    )


def test_a_card_marks_matched_words_and_says_why_it_matched() -> None:
    answer = answer_of(RAIN, "Mưa to & gió.")
    found = found_of(answer, [(0, 3), (4, 6), (9, 12)], [(5, 8)])
    assert cards.results("Hỏi?", [found], "Căn cứ", "1", "vi") == (
        '<section class="results" aria-labelledby="found-heading"><div class="head"><h2 id="found-heading">Căn cứ</h2>'
        '<button type="button" class="link" data-link>Sao chép liên kết</button></div><ol>'
        '<li class="card" data-rank="1" data-card="1"><span class="rank" aria-hidden="true">1</span>'
        '<h3><button type="button" aria-current="true" lang="vi">Mùa &lt;<mark>lúa</mark>&gt;</button></h3>'
        f'<p class="where">{WHERE}</p>'
        '<p class="text" lang="vi"><mark>Mưa to</mark> &amp; <mark>gió</mark>. Nắng lên.</p>'
        '<div class="why"><p>khớp từ: <span lang="vi">mưa to, gió, lúa</span></p>'
        f"{thumbs('Hỏi?', answer.evidence[0], 'vi')}</div></li></ol></section>"
    )
    unmatched = cards.results("Hỏi?", [found_of(answer, [], [])], "Evidence", "", "en")
    assert '<div class="why"><p>no word matched</p>' in unmatched


def test_a_card_names_the_longest_of_many_matched_words() -> None:
    text = "Đảng viên, đảng, cả nước, có, là, một, tổ chức cơ sở"
    hit = qa.Hit(qa.Passage("a#1", "a", 1, text, 0, len(text), "", "", None), 1.0, 1)
    spans = [(start, start + len(word)) for word in text.split(", ") for start in [text.index(word)]]
    assert cards.matched_words(cards.Found(hit, [], spans)) == ["đảng viên", "cả nước", "một", "tổ chức cơ sở"]


def test_nearly_equal_passages_are_one_click_away() -> None:
    like = replace(RAIN, id="b#1", document_id="b", title="", source="kho/b.txt")
    hit = qa.Hit(RAIN, 1.5, 1, (qa.Hit(like, 1.4, 2),))
    answer = replace(answer_of(RAIN, None), evidence=(hit,))
    assert (
        '<details class="similar"><summary>và 1 đoạn gần giống</summary><ul><li>'
        '<button type="button" data-rank="1.1" data-card="1"><span class="title" lang="vi">kho/b.txt</span> '
        '<span class="where">'
        '<time datetime="2022-01-03">03/01/2022</time> · <span class="file">kho/b.txt</span></span></button></li></ul>'
    ) in cards.results("Hỏi?", [found_of(answer, [], [])], "Căn cứ", "1", "vi")
    assert choices(answer)["1.1"].passage == like


def test_choices_are_the_hits_and_the_other_answers() -> None:
    other = replace(RAIN, id="b#1", document_id="b")
    answer = replace(answer_of(RAIN, "Mưa to"), others=(Finding("gió", 20, 23, qa.Hit(other, 0.5, 7)),))
    opened = choices(answer)
    assert {key: (choice.passage.id, choice.card, choice.answered) for key, choice in opened.items()} == {
        "1": ("kho/a.txt#1", "1", (11, 17)),
        "o1": ("b#1", "", (20, 23)),
    }
    assert opened["o1"].citation.quote == "Mưa to & gió."
    assert first(answer) == "1"
    assert first(replace(answer_of(RAIN, None), evidence=())) == ""


def test_an_article_marks_the_passage_and_the_answer_in_it() -> None:
    assert cards.article(PLAIN, opened(RAIN, (25, 34)), "vi") == (
        '<section class="opened" aria-labelledby="article-heading"><div class="head"><h2 id="article-heading">Toàn văn'
        '</h2><button type="button" class="link" data-back>Về danh sách</button></div>'
        f'<article><header><h3 lang="vi">Mùa &lt;lúa&gt;</h3><p>{WHERE}</p></header>'
        '<div class="body" lang="vi" tabindex="0" role="region" aria-label="Toàn văn"><p>Lúa chín.</p>'
        '<p><mark class="passage">Mưa to &amp; gió. </mark><mark class="answer">Nắng lên.</mark></p>'
        "</div></article></section>"
    )


def test_an_article_that_is_not_the_replys_has_its_own_citation() -> None:
    shown = cards.article(PLAIN, replace(opened(RAIN), is_reply=False), "vi")
    assert f"<p>{WHERE}</p>{replies.citing(opened(RAIN).citation, 'vi')}</header>" in shown


def test_a_document_that_changed_since_the_question_is_shown_without_marks_and_says_so() -> None:
    changed = qa.Document("kho/a.txt", "Viết lại từ đầu, dài hơn trước một chút nữa.")
    shown = cards.article(changed, opened(RAIN, (25, 34)), "vi")
    assert "<mark" not in shown
    assert '<p class="changed">Văn bản đã thay đổi sau khi bạn hỏi' in shown
    assert "<p>Viết lại từ đầu, dài hơn trước một chút nữa.</p>" in shown


def test_the_heading_leads_to_the_other_language() -> None:
    assert replies.heading("vi") == (
        '<header class="heading"><h1>Hỏi đáp trên tài liệu</h1>'
        '<a class="language" href="./en" lang="en" hreflang="en">English</a></header>'
    )
    assert '<a class="language" href="./" lang="vi" hreflang="vi">Tiếng Việt</a>' in replies.heading("en")


def test_an_index_can_be_chosen_where_several_are_offered() -> None:
    assert 'name="index"' not in replies.form(["seeds"], "vi")
    assert (
        '<div class="index" role="group" aria-label="Kho tài liệu"><span aria-hidden="true">Kho tài liệu</span>'
        '<label><input type="checkbox" name="index" value="a&#34;"> a&#34;</label>'
        '<label><input type="checkbox" name="index" value="b"> b</label></div>'
    ) in replies.form(['a"', "b"], "vi")


def test_the_size_of_an_index_is_written_as_the_language_does() -> None:
    assert replies.footer(1234, 56789, "vi") == (
        '<p class="counts">1.234 văn bản · 56.789 đoạn · Chạy ngoại tuyến, không gửi gì ra Internet</p>'
    )
    assert replies.footer(1234, 56789, "en").startswith('<p class="counts">1,234 documents · 56,789 passages')
    assert words.day(date(2023, 4, 5), "en") == "5 Apr 2023"


# Every place where a text of a document or of a person appears.
HOSTILE_DOCUMENT = qa.Document(HOSTILE, HOSTILE, HOSTILE, HOSTILE, None, HOSTILE)
HOSTILE_PASSAGE = passage_of(HOSTILE_DOCUMENT, 0, len(HOSTILE))
UNTITLED_PASSAGE = replace(HOSTILE_PASSAGE, title="", source="")
HOSTILE_ANSWER = replace(
    answer_of(HOSTILE_PASSAGE, HOSTILE),
    others=(Finding(HOSTILE, 0, len(HOSTILE), qa.Hit(HOSTILE_PASSAGE, 1.0, 1)),),
)
HOSTILE_FOUND = found_of(HOSTILE_ANSWER, [(0, len(HOSTILE))], [])
HOSTILE_CHOICE = replace(opened(HOSTILE_PASSAGE), is_reply=False)
RAW = escape(HOSTILE)  # what is sent back is the text as it is
PLACES: dict[str, tuple[Callable[[], str], str]] = {
    "question as it was typed": (lambda: replies.searched_for(Asked(HOSTILE, literal=True), "a", "vi"), "<q>{}</q>"),
    "question with diacritics": (lambda: replies.searched_for(Asked("a"), HOSTILE, "vi"), "<q>{}</q>"),
    "undoing the literal search": (
        lambda: replies.searched_for(Asked("a", literal=True), HOSTILE, "vi"),
        '<button type="button" data-literal="">Tìm có dấu: {}</button>',
    ),
    "problem": (lambda: replies.problem(HOSTILE), '<p class="say">{}</p>'),
    "example": (
        lambda: replies.examples([HOSTILE], "vi"),
        f'<button type="button" data-question="{RAW}">{{}}</button>',
    ),
    "index": (lambda: replies.form([HOSTILE, "b"], "vi"), f'name="index" value="{RAW}"> {{}}</label>'),
    "source to filter by": (lambda: replies.sources([(HOSTILE, HOSTILE)]), f'<option value="{RAW}">{{}}</option>'),
    "sentence": (lambda: replies.reply(HOSTILE_ANSWER, HOSTILE, "vi"), '<blockquote lang="{0}">{0}</blockquote>'),
    "title and file of the answer": (
        lambda: replies.reply(HOSTILE_ANSWER, None, "vi"),
        '<cite>{0}</cite> · <span class="file">{0}</span></button>',
    ),
    "id of an answer without title and file": (
        lambda: replies.reply(answer_of(UNTITLED_PASSAGE, HOSTILE), None, "vi"),
        'data-rank="1" data-card="1">{}</button>',
    ),
    "other answer": (
        lambda: replies.reply(HOSTILE_ANSWER, None, "vi"),
        '<strong>{0}</strong> <span>Văn bản không ghi ngày · <span class="title">{0}</span></span>',
    ),
    "absent word": (
        lambda: replies.reply(replace(answer_of(RAIN, None), absent=(HOSTILE,)), None, "vi"),
        "Không văn bản nào có từ “{}”.",
    ),
    "title of a card": (
        lambda: cards.results(HOSTILE, [HOSTILE_FOUND], "Căn cứ", "", "vi"),
        '<h3><button type="button" aria-current="false" lang="vi">{}</button></h3>',
    ),
    "file of a card": (
        lambda: cards.results(HOSTILE, [HOSTILE_FOUND], "Căn cứ", "", "vi"),
        '<p class="where"><span class="file">{}</span></p>',
    ),
    "text of a card": (
        lambda: cards.results(HOSTILE, [HOSTILE_FOUND], "Căn cứ", "", "vi"),
        '<p class="text" lang="vi"><mark>{}</mark></p>',
    ),
    "matched words": (
        lambda: cards.results(HOSTILE, [HOSTILE_FOUND], "Căn cứ", "", "vi"),
        'khớp từ: <span lang="vi">{}</span>',
    ),
    "title of an article": (lambda: cards.article(HOSTILE_DOCUMENT, HOSTILE_CHOICE, "vi"), '<h3 lang="{0}">{0}</h3>'),
    "file of an article": (
        lambda: cards.article(HOSTILE_DOCUMENT, HOSTILE_CHOICE, "vi"),
        '</h3><p><span class="file">{}</span></p>',
    ),
    "text of an article": (
        lambda: cards.article(HOSTILE_DOCUMENT, HOSTILE_CHOICE, "vi"),
        '<p><mark class="passage">{}</mark></p>',
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_hostile_text_shows_as_text(place: str) -> None:
    make, expected = PLACES[place]
    shown = make()
    assert expected.replace("{0}", HOSTILE_ESCAPED).replace("{}", HOSTILE_ESCAPED) in shown
    read = Reader(shown)
    assert not {"script", "img"} & set(read.tags)
    assert not {name for name in read.names if name.startswith("on")}


@given(text=st.text(min_size=1), cut=st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)))
def test_an_article_shows_its_whole_text_and_nothing_else(text: str, cut: tuple[int, int, int]) -> None:
    document = qa.Document("a", text)
    start, inner, end = sorted(min(one, len(document.text)) for one in cut)
    read = Reader(cards.article(document, opened(passage_of(document, start, end), (start, inner)), "vi"))
    lines = [line.rstrip() for line in document.text.splitlines() if line.strip()]
    assert set(read.tags) <= {"section", "h2", "button", "article", "header", "h3", "p", "div", "mark"}
    assert read.paragraphs[1:] == [html.unescape(components.escaped(line)) for line in lines]
    assert "".join(read.marked.split()) == "".join(html.unescape(components.escaped(document.text[start:end])).split())


@given(answer=st.text(min_size=1, max_size=8), before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_reply_shows_its_whole_sentence_with_the_answer_strong(answer: str, before: str, after: str) -> None:
    document = qa.Document("a", f"{before}{answer}{after}")
    before, answer = document.text[: len(before)], document.text[len(before) : len(before) + len(answer)]
    hit = qa.Hit(passage_of(document, 0, len(document.text)), 1.0, 1)
    span = Finding(answer, len(before), len(before) + len(answer), hit, document.text)
    found = qa.Answer("?", span, 0.9, (hit,))
    shown = replies.reply(found, None, "vi")
    quoted = shown.partition("<blockquote>")[2].partition("</blockquote>")[0]
    whole = components.escaped(document.text)
    assert quoted.replace("<strong>", "").replace("</strong>", "") == whole
    if quoted != whole:
        assert quoted.startswith(f"{components.escaped(before)}<strong>{components.escaped(answer)}</strong>")


def test_every_text_is_written_in_both_languages() -> None:
    texts = [one for room in (words, ask_words) for one in vars(room).values() if isinstance(one, Text)]
    assert len(texts) > 30
    for text in texts:
        assert text.vi
        assert text.en
        assert text.vi.count("{}") == text.en.count("{}")
        assert all(letter.isascii() or letter in "“”…·" for letter in text.en), text.en
        if text.vi.isascii():
            assert text.vi == text.en or text in (words.PAGE_OF, words.NEXT)  # a name, or words without any mark
        elif text != ask_words.TAG:  # one word alone is of no language
            assert detect_language(text.vi) == "vi", text.vi
    assert list(ADDRESSES) == ["vi", "en"]
