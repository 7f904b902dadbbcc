"""What a question asks for, told by its words."""

from __future__ import annotations

import pytest

from qa.answer.extracting.kinds import Kind, asked

QUESTIONS: list[tuple[str, Kind, str, tuple[str, ...]]] = [
    ("Cả nước có bao nhiêu đảng viên?", "number", "bao nhiêu", ("dang", "vien")),
    ("Có mấy nhóm nhiệm vụ, giải pháp được nêu?", "number", "mấy", ("nhom", "nhiem", "vu", "giai", "phap")),
    ("Chuyến đi kéo dài bao lâu?", "number", "bao lâu", ()),
    ("How many party members does the country have?", "number", "How many", ()),
    ("By what percentage was the payroll cut?", "number", "what percentage", ()),
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
    ("Quy định mới mang số bao nhiêu?", "document_number", "số bao nhiêu", ("so",)),
    ("Which resolution is about it?", "document_number", "Which resolution", ()),
    ("Ông giữ chức vụ gì?", "other", "chức vụ gì", ("chuc", "vu")),
    ("Họ được đánh giá bao lâu một lần?", "other", "bao lâu một lần", ()),
    ("Chủ đề là gì?", "other", "là gì", ()),
    ("What is the theme?", "other", "What", ()),
    ("ca nuoc co bao nhieu dang vien", "number", "bao nhieu", ("dang", "vien")),
    ("hoi nghi to chuc ngay nao", "date", "ngay nao", ("ngay",)),
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


def test_a_decomposed_question_is_read_alike() -> None:
    assert asked("Cả nước có bao nhiêu đảng viên?").kind == "number"
