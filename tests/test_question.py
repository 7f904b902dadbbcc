"""A question as reading sees it: what it asks for, its names, values and words."""

from __future__ import annotations

from dataclasses import replace

import pytest

import qa
from qa.reading.question import Question, understand
from qa.reading.target import Kind, asked, asks
from qa.retrieval import Evidence, Hits

QUESTIONS: list[tuple[str, Kind, str, tuple[str, ...]]] = [
    ("Cả nước có bao nhiêu đảng viên?", "number", "bao nhiêu", ("dang", "vien")),
    ("Có mấy nhóm nhiệm vụ, giải pháp được nêu?", "number", "mấy", ("nhom", "nhiem", "vu", "giai", "phap")),
    ("Chuyến đi kéo dài bao lâu?", "number", "bao lâu", ()),
    ("Chuyến bay mất mấy giờ đồng hồ?", "number", "mấy", ("gio", "dong", "ho")),
    ("How many party members does the country have?", "number", "How many", ()),
    ("By what percentage was the payroll cut?", "number", "what percentage", ()),
    ("Hội nghị khai mạc lúc mấy giờ?", "clock", "mấy giờ", ()),
    ("Lễ bắt đầu vào giờ nào?", "clock", "giờ nào", ("gio",)),
    ("At what time does the train leave?", "clock", "At what time", ()),
    ("Hội nghị diễn ra khi nào?", "date", "khi nào", ()),
    ("Kết luận được ban hành ngày nào?", "date", "ngày nào", ("ngay",)),
    ("Ông ấy sinh năm bao nhiêu?", "date", "năm bao nhiêu", ("nam",)),
    ("When did the delegation leave?", "date", "When", ()),
    ("Ai chủ trì hội nghị?", "person", "Ai", ()),
    ("Huân chương được trao cho ai?", "person", "ai", ()),
    ("Vị nào đọc báo cáo?", "person", "Vị nào", ("vi",)),
    ("Who chaired the conference?", "person", "Who", ()),
    ("Hội nghị được tổ chức ở đâu?", "place", "ở đâu", ()),
    ("Ông phụ trách khu vực nào?", "place", "khu vực nào", ("khu", "vuc")),
    ("Where is the temple?", "place", "Where", ()),
    ("Cụm trưởng là đơn vị nào?", "organisation", "đơn vị nào", ("don", "vi")),
    ("Ông là Cục trưởng cục nào?", "organisation", "cục nào", ("cuc",)),
    ("Which organisation will lead the cluster?", "organisation", "Which organisation", ()),
    ("Nghị quyết nào nói về tinh giản?", "document_number", "Nghị quyết nào", ("nghi", "quyet")),
    ("Văn bản nào quy định việc này?", "document_number", "Văn bản nào", ("van", "ban")),
    ("Nước ấy thông qua hiến pháp khi nào?", "date", "khi nào", ()),
    ("Quyết định ngày nào có hiệu lực?", "date", "ngày nào", ("ngay",)),
    ("In what year was it built?", "date", "year", ("year",)),
    ("Quy định mới mang số bao nhiêu?", "document_number", "số bao nhiêu", ("so",)),
    ("Which resolution is about it?", "document_number", "Which resolution", ()),
    ("Ông giữ chức vụ gì?", "other", "chức vụ gì", ("chuc", "vu")),
    ("Họ được đánh giá bao lâu một lần?", "other", "bao lâu một lần", ()),
    ("Chủ đề là gì?", "other", "là gì", ()),
    ("What is the theme?", "other", "What", ()),
    ("Kết luận 21-KL/TW nói gì?", "other", "nói gì", ("tw", "noi")),
    ("ca nuoc co bao nhieu dang vien", "number", "bao nhieu", ("dang", "vien")),
    ("hoi nghi to chuc ngay nao", "date", "ngay nao", ("ngay",)),
    ("hoi nghi khai mac luc may gio", "clock", "may gio", ()),
    ("ai la bi thu tinh uy", "person", "ai", ()),
    ("cum truong la don vi nao", "organisation", "don vi nao", ("don", "vi")),
    ("đảng viên cả nước", "other", "", ()),
    ("", "other", "", ()),
]


@pytest.mark.parametrize(("question", "kind", "words", "focus"), QUESTIONS)
def test_the_kind_the_words_that_ask_and_the_noun(
    question: str, kind: Kind, words: str, focus: tuple[str, ...]
) -> None:
    found = asked(question)
    assert (found.kind, question[found.start : found.end], found.focus) == (kind, words, focus)


@pytest.mark.parametrize(
    ("keywords", "kind", "quantity"),
    [
        ("giá vé xe buýt tuyến 9", "number", "money"),
        ("tien coc thue nha", "number", "money"),
        ("diện tích rừng năm 2020", "number", "area"),
        ("hạn nộp hồ sơ dự thi", "date", ""),
        ("ngày khai giảng trường Lê Lợi", "date", ""),
        ("giờ mở cửa thư viện", "clock", ""),
        ("giá trị cốt lõi của công ty", "other", ""),
        ("tiền thân của đội bóng", "other", ""),
        ("bảng giá vé xe buýt", "other", ""),
    ],
)
def test_keywords_ask_for_what_they_begin_with(keywords: str, kind: Kind, quantity: str) -> None:
    found = asked(keywords)
    assert (found.kind, found.quantity, found.start, found.end) == (kind, quantity, len(keywords), len(keywords))


def test_more_than_one_person_may_be_asked_for() -> None:
    for question in ("Những ai vắng mặt?", "Tổ gồm những ai?", "nhung ai vang mat", "Đoàn gồm có ai?"):
        assert asked(question).several, question
    assert not asked("Ai vắng mặt?").several


def test_a_decomposed_question_is_read_alike() -> None:
    decomposed = "Ca\u0309 nu\u031bo\u031b\u0301c co\u0301 bao nhie\u0302u \u0111a\u0309ng vie\u0302n?"
    found = asked(decomposed)
    words = decomposed[found.start : found.end]
    assert (found.kind, words, found.focus) == ("number", "bao nhie\u0302u", ("dang", "vien"))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Cả nước có bao nhiêu đảng viên?", True),
        ("Hội nghị diễn ra khi nào ạ", True),
        ("Cả nước có 5.248.607 đảng viên.", False),
        ("Ai cũng biết bao nhiêu khó khăn còn ở phía trước.", False),
        ("Hổ bỏ đi tìm thỏ thì thỏ đã biến đi đâu mất.", False),
        ("Đeo vòng thì tàng hình lúc nào cũng được.", False),
        ("Người ta đặt cho cây ấy là cây “Đâu đủ”.", False),
        ("Thỏ đi đâu", True),
        ("", False),
    ],
)
def test_a_sentence_that_is_itself_a_question(sentence: str, *, expected: bool) -> None:
    assert asks(sentence) == expected


def evidence(
    question: str,
    *,
    absent: tuple[str, ...] = (),
    restored: str | None = None,
    across: bool = False,
    idf: dict[str, float] | None = None,
) -> Evidence:
    return Evidence(question, Hits([], restored, across_languages=across), "words@1", absent, idf or {}, {})


def understood(question: str) -> Question:
    return understand(evidence(question))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Ai là Bí thư Tỉnh ủy Bạc Liêu?", [("bac", "lieu")]),
        ("Ông Lữ Văn Hùng thăm Cà Mau ngày nào?", [("lu", "van", "hung"), ("ca", "mau")]),
        ("Lịch thi của Trường Lê Lợi và Sở Y tế?", [("le", "loi"), ("so", "y")]),
        ("Việt Nam có bao nhiêu tỉnh?", []),  # it is everywhere
        ("Ở Đà Nẵng, Đà Nẵng có mấy quận?", [("da", "nang")]),
        ("Hội nghị họp ở đâu?", []),
        ("Bà Rịa có mấy xã?", [("ba", "ria")]),
        ("Phạm Minh Chính nói gì?", [("pham", "minh", "chinh")]),
        ("Vòng chung kết Cúp Euro-Asia có mấy đội?", [("cup", "euro", "asia")]),
    ],
)
def test_names_are_runs_of_capitals_each_once(question: str, names: list[tuple[str, ...]]) -> None:
    assert list(understood(question).names) == names


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("Năm 2021 kết nạp bao nhiêu đảng viên?", [("date", "2021")]),
        ("Ngày 13/1/2022 có mấy điểm cầu?", [("date", "2022-01-13")]),
        ("Kết luận 21-KL/TW nói gì về 5.248.607 đảng viên?", [("code", "21-kl-tw"), ("number", "5248607")]),
        ("Ai chủ trì hội nghị?", []),
        ("Nước giá bao nhiêu tiền một mét khối?", []),
        ("Mận giá bao nhiêu 1 kg năm 2024?", [("date", "2024")]),
        ("Lớp có 1 đội gồm bao nhiêu em?", [("number", "1")]),
    ],
)
def test_values_that_a_question_gives(question: str, keys: list[tuple[str, ...]]) -> None:
    assert [value.key for value in understood(question).values] == keys


def test_words_without_those_that_ask_and_without_grammar() -> None:
    question = "Cả nước có bao nhiêu đảng viên của Đảng?"
    found = understand(evidence(question, idf={"nuoc": 0.5, "dang": 1.0, "vien": 2.0, "bao": 9.0, "co": 9.0}))
    assert dict(found.words) == {"ca": 0.0, "nuoc": 0.5, "dang": 1.0, "vien": 2.0}
    assert found.share({"vien", "nuoc", "bao"}) == pytest.approx(2.5 / 3.5)
    assert found.share(()) == 0.0
    assert understood(question).share({"dang"}) == 0.0  # nothing is known of any word


def test_now_is_no_word_that_documents_must_have() -> None:
    found = understand(evidence("Lương cơ sở hiện nay là bao nhiêu?", absent=("hiện", "nay", "cơ sở")))
    assert (list(found.words), found.absent) == (["luong", "co", "so"], ("cơ sở",))


def test_words_of_an_english_question_over_vietnamese_documents() -> None:
    found = understand(evidence("Who was in the temple?", across=True))
    assert list(found.words) == ["temple"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [("đảng viên", True), ("và", True), ("😀", True), ("Ai chủ trì?", False), ("12 nhà hỏng", False)],
)
def test_a_word_or_two_ask_nothing(question: str, *, expected: bool) -> None:
    assert understood(question).is_keywords == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Giá thuê kho là bao nhiêu?", "money"),
        ("Vé trẻ em bao nhiêu tiền?", "money"),
        ("Kho rộng bao nhiêu mét vuông?", "area"),
        ("Cầu dài bao nhiêu?", "length"),
        ("Nghỉ bao nhiêu ngày phép?", "duration"),
        ("Thuê trong bao lâu?", "duration"),
        ("Thời hạn là bao lâu đối với việc thông báo?", "duration"),
        ("Ông Sáu bao nhiêu tuổi?", "age"),
        ("Đạt bao nhiêu phần trăm?", "part"),
        ("Doanh thu tăng bao nhiêu?", "change"),
        ("Máy dùng bao nhiêu điện?", "power"),
        ("Xã nộp bao nhiêu thuế?", "money"),
        ("Năng suất ở Cù Lao Dài là bao nhiêu?", ""),
        ("Có bao nhiêu đảng viên?", ""),
        ("Giá và diện tích là bao nhiêu?", ""),  # it does not say which of the two
        ("Ai có doanh thu cao nhất?", ""),
    ],
)
def test_what_a_number_measures(question: str, expected: str) -> None:
    assert asked(question).quantity == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Giờ làm việc bắt đầu lúc mấy giờ?", "first"),
        ("Cuộc họp kết thúc lúc mấy giờ?", "last"),
        ("Họp lúc mấy giờ?", ""),
        ("Bắt đầu ngày nào?", "first"),
        ("Ông sinh năm nào?", "first"),
        ("Ông qua đời năm nào?", "last"),
        ("Ông sinh năm nào và mất năm nào?", ""),
        ("Học sinh nghỉ ngày nào?", ""),
    ],
)
def test_which_of_two_times_is_wanted(question: str, expected: str) -> None:
    assert asked(question).boundary == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Bên B có được cho thuê lại không?", True),
        ("Dự án đã có giấy phép chưa?", True),
        ("Có phải nộp phí hay không", True),
        ("Không có giấy phép bị phạt bao nhiêu?", False),
        ("Khi nào có kết quả?", False),
    ],
)
def test_whether_it_asks_if_something_is_so(question: str, *, expected: bool) -> None:
    assert understood(question).is_yes_or_no == expected


@pytest.mark.parametrize(
    ("question", "absent", "expected"),
    [
        ("Ai là giám đốc chi nhánh Huế?", "Huế", True),
        ("Doanh thu năm 2022 là bao nhiêu?", "2022", True),
        ("Ai thiết kế cầu?", "thiết kế", False),
        ("Giám đốc là ai?", "Giám đốc", False),  # the first word has a capital whatever it is
        ("Giám đốc là ai?", "", False),
    ],
)
def test_whether_a_name_is_in_no_document(question: str, absent: str, *, expected: bool) -> None:
    assert understand(evidence(question, absent=(absent,) if absent else ())).names_absent == expected


def test_absent_words_leave_out_grammar_and_the_words_that_ask() -> None:
    question = "Kinh phí của hội nghị là bao nhiêu tiền?"
    found = understand(evidence(question, absent=("Kinh phí", "của", "bao nhiêu", "tiền")))
    assert found.absent == ("Kinh phí", "tiền")


def test_a_value_that_a_hit_spells_in_another_way_is_not_absent() -> None:
    hit = qa.Hit(qa.Passage("a#1", "a", 1, "Cầu Vân mở ngày 2 tháng 9 năm 2015.", 0, 35, "", "a", None), 1.0, 1)
    asked = evidence("Cầu nào mở ngày 02/09/2015, ngày 5/10/2015?", absent=("02", "09", "10", "mở"))
    with_hit = replace(asked, hits=Hits([hit], None, across_languages=False))
    assert understand(with_hit).absent == ("10", "mở")


def test_a_question_is_read_with_its_diacritics_put_back() -> None:
    found = understand(evidence("ca nuoc co bao nhieu dang vien", restored="cả nước có bao nhiêu đảng viên"))
    assert (found.text, found.asked.kind) == ("cả nước có bao nhiêu đảng viên", "number")
    assert found.text[found.asked.start : found.asked.end] == "bao nhiêu"
    assert list(found.words) == ["ca", "nuoc", "dang", "vien"]


def test_hits_are_no_part_of_what_is_understood() -> None:
    hit = qa.Hit(qa.Passage("a#1", "a", 1, "Mưa to.", 0, 7, "", "a", None), 1.0, 1)
    alone = evidence("Mưa to ở đâu?")
    with_hits = Evidence(
        alone.question, Hits([hit], None, across_languages=False), alone.embedder, (), {}, {("", "a#1"): ()}
    )
    assert understand(with_hits) == understand(alone)
