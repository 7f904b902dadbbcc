"""Which document replaced which, asked about from either side."""

from __future__ import annotations

import pytest

from qa.passages import Passage
from qa.reading.acts import is_of_another_act
from qa.reading.question import Question
from qa.reading.target import asked

ACT = "Thông tư này thay thế Thông tư số 9/2016/TT-BTC và bãi bỏ Thông tư số 15/2013/TT-BTC."
NAMED = "Nghị định 79/2021/NĐ-CP sửa đổi Nghị định 97/2018/NĐ-CP."


@pytest.mark.parametrize(
    ("question", "text", "span", "expected"),
    [
        ("Thông tư 20/2020/TT-BTC thay thế thông tư nào?", ACT, "Thông tư số 9/2016/TT-BTC", False),
        ("Thông tư 9/2016/TT-BTC thay thế thông tư nào?", ACT, "Thông tư số 9/2016/TT-BTC", True),
        ("Thông tư 9/2016/TT-BTC thay thế thông tư nào?", ACT, "Thông tư số 15/2013/TT-BTC", True),
        ("Thông tư 20/2020/TT-BTC bị thay thế bởi thông tư nào?", ACT, "Thông tư số 9/2016/TT-BTC", True),
        ("Thông tư 9/2016/TT-BTC bị thay thế bởi thông tư nào?", ACT, "Thông tư số 9/2016/TT-BTC", True),
        ("Thông tư 9/2016/TT-BTC bị thay thế bởi thông tư nào?", ACT, "Thông tư số 15/2013/TT-BTC", True),
        ("Thông tư 9/2016/TT-BTC bị thay thế bởi thông tư nào?", ACT, "Thông tư này", False),
        ("Thông tư nào thay thế Thông tư 9/2016/TT-BTC?", ACT, "Thông tư này", False),
        ("Thông tư nào thay thế Thông tư 20/2020/TT-BTC?", ACT, "Thông tư này", True),
        ("Thông tư nào bị Thông tư 20/2020/TT-BTC thay thế?", ACT, "Thông tư số 9/2016/TT-BTC", False),
        ("Thông tư nào bị thay thế bởi Thông tư 20/2020/TT-BTC?", ACT, "Thông tư số 9/2016/TT-BTC", False),
        ("Thông tư nào bị thay thế bởi Thông tư 9/2016/TT-BTC?", ACT, "Thông tư số 15/2013/TT-BTC", True),
        ("Nghị định 97/2018/NĐ-CP được sửa đổi bởi nghị định nào?", NAMED, "Nghị định 79/2021/NĐ-CP", False),
        ("Nghị định 79/2021/NĐ-CP được sửa đổi bởi nghị định nào?", NAMED, "Nghị định 97/2018/NĐ-CP", True),
        ("Nghị định 79/2021/NĐ-CP sửa đổi nghị định nào?", NAMED, "Nghị định 97/2018/NĐ-CP", False),
        ("Thông tư 9/2016/TT-BTC căn cứ nghị định nào?", "Căn cứ Nghị định 97/2018/NĐ-CP.", "97/2018/NĐ-CP", False),
        ("Thông tư 9/2016/TT-BTC bị thay thế năm nào?", ACT, "9/2016/TT-BTC", False),
    ],
)
def test_a_document_is_on_one_side_of_an_act(question: str, text: str, span: str, expected: bool) -> None:  # noqa: FBT001
    read = Question(question, asked(question), {}, (), across_languages=False, has_new_marks=False)
    passage = Passage("a#0", "a", 0, text, 0, len(text), "Hiệu lực (Điều 3 Thông tư số 20/2020/TT-BTC)", "", None)
    place = (text.index(span), text.index(span) + len(span))
    assert is_of_another_act(read, passage, place, (0, len(text))) is expected


def test_a_document_that_its_title_says_it_acts_on_is_not_the_one_that_acts() -> None:
    title, text = (
        "Thông tư 20/2020/TT-BTC sửa đổi Thông tư 9/2016/TT-BTC",
        "Thông tư này sửa đổi Thông tư 9/2016/TT-BTC.",
    )
    passage = Passage("a#0", "a", 0, text, 0, len(text), title, "", None)
    for number, expected in (("20/2020/TT-BTC", False), ("9/2016/TT-BTC", True)):
        question = f"Thông tư {number} sửa đổi thông tư nào?"
        read = Question(question, asked(question), {}, (), across_languages=False, has_new_marks=False)
        assert is_of_another_act(read, passage, (text.index("này"), text.index("này") + 3), (0, len(text))) is expected
