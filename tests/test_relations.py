"""What documents of the state say of one another, read from their sentences and shown beside an answer."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
from qa.cli.answers import show_answer
from qa.documents import named_document, number_key, statements, title_statements
from qa.page.api import Endpoints
from qa.page.ask import replies
from qa.page.parts.library import Library
from qa.reading.readers import RuleReader
from qa.retrieval import relations

OLD = "12/2021/QĐ-UBND"


def stated(text: str, own_type: str = "Quyết định", lead: str = "") -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.subject, one.number, one.parts) for one in statements(text, own_type, lead)]


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        ("Quyết định này thay thế Quyết định số 12/2021/QĐ-UBND.", "replaced", ""),
        ("Quyết định này thay thế cho QĐ 12/2021/QĐ-UBND.", "replaced", ""),
        ("Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số: 12/2021/QĐ - UBND.", "replaced", ""),
        ("Điều 2. Bãi bỏ Quyết định số 12/2021/QĐ-UBND ngày 05 tháng 6 năm 2021 của UBND tỉnh.", "repealed", ""),
        ("BÃI BỎ QUYẾT ĐỊNH SỐ 12/2021/QĐ-UBND", "repealed", ""),
        ("Quyết định số 12/2021/QĐ-UBND hết hiệu lực kể từ ngày Quyết định này có hiệu lực.", "repealed", ""),
        ("Kể từ ngày Quyết định này có hiệu lực thì Quyết định số 12/2021/QĐ-UBND hết hiệu lực.", "repealed", ""),
        ("Bãi bỏ Điều 5 Quyết định số 12/2021/QĐ-UBND.", "repealed", "Điều 5"),
        (
            "1. Bãi bỏ khoản 1, khoản 2 Điều 4 và Điều 7 của Quyết định 12/2021/QĐ-UBND;",
            "repealed",
            "khoản 1, khoản 2 Điều 4 và Điều 7",
        ),
        (
            "Bãi bỏ khoản 2 Điều 5 Quy định ban hành kèm theo Quyết định số 12/2021/QĐ-UBND.",
            "repealed",
            "khoản 2 Điều 5",
        ),
        ("Quyết định này thay thế Quy chế làm việc ban hành kèm theo Quyết định số 12/2021/QĐ-UBND.", "replaced", ""),
        ("Thay thế Phụ lục I ban hành kèm theo Quyết định số 12/2021/QĐ-UBND.", "replaced", "Phụ lục I"),
        ("Thay thế cụm từ “xã” bằng cụm từ “phường” tại Điều 3 Quyết định số 12/2021/QĐ-UBND.", "amended", "Điều 3"),
        ("Sửa đổi, bổ sung một số điều của Quyết định số 12/2021/QĐ-UBND.", "amended", "một số điều"),
    ],
)
def test_what_a_decision_does_to_another(text: str, kind: str, parts: str) -> None:
    assert stated(text) == [(kind, "", OLD, parts)]


@pytest.mark.parametrize(
    "text",
    [
        "Căn cứ Quyết định số 12/2021/QĐ-UBND ngày 05/6/2021 của UBND tỉnh;",
        "Căn cứ Luật sửa đổi, bổ sung một số điều của Luật Đất đai số 45/2013/QH13;",
        "Quyết định này không thay thế Quyết định số 12/2021/QĐ-UBND.",
        "Đề nghị bãi bỏ Quyết định số 12/2021/QĐ-UBND.",
        "Sở Tư pháp tham mưu quyết định thay thế Quyết định số 12/2021/QĐ-UBND.",
        "Thay thế ông A bằng ông B theo Quyết định số 12/2021/QĐ-UBND.",
        "Thực hiện theo Quyết định số 12/2021/QĐ-UBND và các văn bản sửa đổi, bổ sung, thay thế (nếu có).",
        "Quyết định số 12/2021/QĐ-UBND có hiệu lực từ ngày 1/1/2022.",
        "Trường hợp Quyết định số 12/2021/QĐ-UBND hết hiệu lực thì báo cáo.",
        "",
    ],
)
def test_what_does_nothing_to_a_document(text: str) -> None:
    assert stated(text) == []


def test_who_acts_is_named_before_an_active_verb_and_behind_a_passive_one() -> None:
    acts = [("replaced", "Quyết định 5/2023/QĐ-UBND", OLD, "")]
    for own_type in ("", "Quyết định"):
        assert stated("Quyết định số 5/2023/QĐ-UBND thay thế Quyết định số 12/2021/QĐ-UBND.", own_type) == acts
        assert stated("Quyết định 12/2021/QĐ-UBND được thay thế bởi Quyết định số 5/2023/QĐ-UBND.", own_type) == acts
        assert stated("Quyết định 12/2021/QĐ-UBND đã bị thay thế bằng QĐ số 5/2023/QĐ-UBND.", own_type) == acts
    assert stated("Điều 3 Luật Đất đai số 45/2013/QH13, được sửa đổi, bổ sung theo Luật số 35/2018/QH14, hết hạn.") == [
        ("amended", "Luật 35/2018/QH14", "45/2013/QH13", "Điều 3")
    ]


def test_only_a_law_or_decision_acts_without_being_named() -> None:
    text = "Bãi bỏ Quyết định số 12/2021/QĐ-UBND."
    assert stated(text, "Báo cáo") == stated(text, "") == []
    assert stated("Quyết định này thay thế Quyết định số 12/2021/QĐ-UBND.", "") == []


def test_documents_in_a_row_and_in_a_list() -> None:
    row = (
        "Bãi bỏ Quyết định số 12/2021/QĐ-UBND ngày 05/6/2021 của UBND tỉnh về hỗ trợ, Điều 3 Quyết định số "
        "13/2021/QĐ-UBND và Quyết định số 14/2021/QĐ-UBND hướng dẫn Nghị định số 5/2020/NĐ-CP và Nghị định số "
        "6/2020/NĐ-CP."
    )
    acts = [("repealed", "", OLD, ""), ("repealed", "", "13/2021/QĐ-UBND", "Điều 3")]
    assert stated(row) == [*acts, ("repealed", "", "14/2021/QĐ-UBND", "")]
    items = "a) Quyết định số 12/2021/QĐ-UBND ngày 05/6/2021;\nb) Điều 3 Quyết định số 13/2021/QĐ-UBND."
    lead = "Các văn bản sau hết hiệu lực kể từ ngày Quyết định này có hiệu lực:"
    assert stated(f"Điều 4. {lead}\n{items}\nĐiều 5. Quyết định số 15/2021/QĐ-UBND") == acts
    assert stated(items, lead=lead) == acts
    assert stated(items) == []


def test_the_parts_of_a_document_in_a_list() -> None:
    text = "Bãi bỏ các nội dung sau của Quyết định số 12/2021/QĐ-UBND:\na) Khoản 2 Điều 5;\nb) Điều 7."
    assert [one[3] for one in stated(text)] == ["một phần", "Khoản 2 Điều 5", "Điều 7"]


def test_a_title_acts_with_or_without_its_own_number() -> None:
    for title in (
        "Quyết định 5/2023/QĐ-UBND: Bãi bỏ Quyết định số 12/2021/QĐ-UBND",
        "Quyết định số 05/2023/QĐ-UBND về việc bãi bỏ Quyết định số 12/2021/QĐ-UBND",
        "Về việc bãi bỏ Quyết định số 12/2021/QĐ-UBND",
    ):
        assert [(one.kind, one.number) for one in title_statements(title, "Quyết định")] == [("repealed", OLD)]
    assert title_statements("Báo cáo thực hiện Quyết định 12/2021/QĐ-UBND", "Báo cáo") == []


def test_a_day_that_is_stated_belongs_to_the_number() -> None:
    [one] = statements("Bãi bỏ Quyết định số 12/QĐ-UBND ngày 05 tháng 6 năm 2021.", "Quyết định")
    assert one.day == date(2021, 6, 5)
    [other] = statements("Bãi bỏ Quyết định số 12/QĐ-UBND ngày 31/2/2021.", "Quyết định")
    assert other.day is None


@given(st.integers(1, 999), st.sampled_from(["", "0"]), st.sampled_from([" ", ""]), st.sampled_from(["-", " - ", "–"]))
def test_a_number_has_one_key_in_all_its_spellings(number: int, zero: str, space: str, sign: str) -> None:
    written = f"{zero}{number}{space}/{space}2021/QĐ{sign}UBND"
    assert number_key(written) == number_key(f"{number}/2021/QĐ-UBND")
    assert number_key(written) != number_key(f"{number + 1}/2021/QĐ-UBND")
    named = named_document(f"Quyết định số {written} về phí")
    assert named is not None
    assert number_key(named[1]) == number_key(written)


PIECES = (
    *("Quyết định số 12/2021/QĐ-UBND", " thay thế ", "bãi bỏ ", "Điều 5 ", "được ", " bởi ", "này"),
    *(":\n", "a) ", ", ", "\n", ". "),
)


@given(st.text(), st.lists(st.sampled_from(PIECES)))
def test_any_text_is_read_and_what_it_says_stands_in_it(noise: str, pieces: list[str]) -> None:
    text = noise + "".join(pieces)
    for one in statements(text, "Quyết định"):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip()
        assert one.parts == "" or one.parts == "một phần" or one.parts in text


# Between the documents of an index

DECISION = """ỦY BAN NHÂN DÂN
TỈNH SÔNG HÀ
Số: {number}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sông Hà, ngày {day}

QUYẾT ĐỊNH
{about}

Căn cứ Luật Tổ chức chính quyền địa phương;

Điều 1. Mức hỗ trợ
{first}

Điều 2. Hiệu lực thi hành
{second}
"""
FIRST = ("12/2021/QĐ-UBND", "05 tháng 6 năm 2021", "Về hỗ trợ nuôi cá lồng")
SUPPORT = "Mỗi lồng cá được hỗ trợ 2.000.000 đồng."
IN_FORCE = "Quyết định này có hiệu lực kể từ ngày ký."
ENTERS = "Quyết định này có hiệu lực kể từ ngày ký và"


def decision(number: str, day: str, about: str, first: str, second: str) -> str:
    return DECISION.format(number=number, day=day, about=about, first=first, second=second)


def ask(tmp_path: Path, *others: str) -> qa.Answer:
    """What a question for the support gets, out of the first decision and others."""
    folder = tmp_path / "kho"
    folder.mkdir()
    for name, text in enumerate([decision(*FIRST, SUPPORT, IN_FORCE), *others]):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    index = qa.Index.create(tmp_path / "index", WordEmbedder(("cá", "lồng", "hỗ", "trợ")))
    index.upsert(qa.read_documents(folder))
    reply = qa.ask("Mỗi lồng cá được hỗ trợ bao nhiêu đồng?", qa.Searcher(index), reader=RuleReader())
    assert reply.text == "2.000.000 đồng"
    return reply


def newer(
    second: str, *, day: str = "10 tháng 01 năm 2023", about: str = "Về hỗ trợ nghề cá", number: str = "05"
) -> str:
    return decision(f"{number}/2023/QĐ-UBND", day, about, "Mức chi theo dự toán.", second)


@pytest.mark.parametrize(
    ("second", "in_vietnamese", "in_english"),
    [
        ("thay thế Quyết định số 12/2021/QĐ-UBND ngày 05/6/2021 của UBND tỉnh.", "bị thay thế bởi", "replaced by"),
        ("bãi bỏ Quyết định số 12/2021/QĐ - UBND.", "bị bãi bỏ bởi", "repealed by"),
        ("bãi bỏ Điều 5 Quyết định số 12/2021/QĐ-UBND.", "Điều 5 bị bãi bỏ bởi", "Điều 5 repealed by"),
        ("bãi bỏ một phần Quyết định số 12/2021/QĐ-UBND.", "một phần bị bãi bỏ bởi", "partly repealed by"),
        (
            "sửa đổi, bổ sung một số điều của Quyết định số 12/2021/QĐ-UBND.",
            "được sửa đổi, bổ sung bởi",
            "amended by",
        ),
    ],
)
def test_what_became_of_a_document_stands_beside_its_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], second: str, in_vietnamese: str, in_english: str
) -> None:
    answer = ask(tmp_path, newer(f"{ENTERS} {second}"))
    by = "Quyết định 05/2023/QĐ-UBND"
    assert f'<p class="relations">Theo kho này: {in_vietnamese} {by}</p>' in replies.reply(answer, "vi", "vi")
    assert f'<p class="relations">In this collection: {in_english} {by}</p>' in replies.reply(answer, "vi", "en")
    show_answer(answer, as_json=False)
    assert f"    in this collection: {in_english} {by}\n" in capsys.readouterr().out
    [relation] = answer.to_json()["answer"]["relations"]
    assert (relation["by"], relation["document_id"]) == (by, "kho/1.txt")


def test_programs_are_given_the_sentence_that_says_so(tmp_path: Path) -> None:
    text = newer(f"{ENTERS} bãi bỏ khoản 2 Điều 5 Quyết định số 12/2021/QĐ-UBND.")
    ask(tmp_path, text)
    searcher = qa.Searcher.open(tmp_path / "index", WordEmbedder(("cá", "lồng", "hỗ", "trợ")))
    library = Library({"one": searcher}, reader=RuleReader())
    [relation] = Endpoints(library).ask("Mỗi lồng cá được hỗ trợ bao nhiêu đồng?")["answer"]["relations"]
    assert {name: relation[name] for name in ("kind", "parts", "partial")} == {
        "kind": "repealed",
        "parts": "khoản 2 Điều 5",
        "partial": True,
    }
    stored = searcher.index.document(relation["document_id"]).text
    assert stored[relation["start"] : relation["end"]].startswith("Quyết định này có hiệu lực")


@pytest.mark.parametrize(
    "other",
    [
        newer(f"{ENTERS} thay thế Quyết định số 13/2021/QĐ-UBND."),
        newer("Căn cứ Quyết định số 12/2021/QĐ-UBND, Quyết định này có hiệu lực."),
        newer(f"{ENTERS} thay thế Quyết định số 12/2021/QĐ-UBND ngày 07/6/2021 của UBND huyện."),
        newer(f"{ENTERS} thay thế Quyết định số 12/2021/QĐ-UBND.", day="10 tháng 01 năm 2020"),
        newer("Quyết định này được thay thế bởi Quyết định số 12/2021/QĐ-UBND."),
        "Báo cáo\n\nĐề nghị bãi bỏ Quyết định số 12/2021/QĐ-UBND.\n",
        "Tin tức\n\nQuyết định số 9/2023/QĐ-UBND thay thế Quyết định số 12/2021/QĐ-UBND.\n",
    ],
)
def test_what_is_no_relation_between_documents_of_the_index(tmp_path: Path, other: str) -> None:
    assert ask(tmp_path, other).relations == ()


def test_a_third_document_may_tell_of_two_that_are_there(tmp_path: Path) -> None:
    news = "Tin tức\n\nQuyết định 12/2021/QĐ-UBND được thay thế bởi Quyết định số 5/2023/QĐ-UBND, theo tin của tỉnh.\n"
    [relation] = ask(tmp_path, newer(IN_FORCE), news).relations
    assert (relation.kind, relation.by, relation.document_id) == ("replaced", "Quyết định 5/2023/QĐ-UBND", "kho/2.txt")


def test_acts_on_a_whole_document_come_first_and_each_once(tmp_path: Path) -> None:
    amending = newer(
        "1. Bãi bỏ Điều 5 Quyết định số 12/2021/QĐ-UBND.\n2. Bãi bỏ Điều 7 Quyết định số 12/2021/QĐ-UBND.",
        about="Sửa đổi, bổ sung một số điều của Quyết định số 12/2021/QĐ-UBND",
    )
    last = newer(f"{ENTERS} thay thế Quyết định số 12/2021/QĐ-UBND.", number="77", day="10 tháng 12 năm 2023")
    relations = ask(tmp_path, amending, last).relations
    assert [(one.kind, one.by, one.parts, one.is_partial) for one in relations] == [
        ("replaced", "Quyết định 77/2023/QĐ-UBND", "", False),
        ("repealed", "Quyết định 05/2023/QĐ-UBND", "Điều 5; Điều 7", True),
        ("amended", "Quyết định 05/2023/QĐ-UBND", "", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bác bỏ thông tin cho rằng Quyết định này thay thế Quyết định số 12/2021/QĐ-UBND.",
        "Trong trường hợp được thông qua, Quyết định này thay thế Quyết định số 12/2021/QĐ-UBND.",
        "Quyết định này sẽ thay thế Quyết định số 12/2021/QĐ-UBND khi được thông qua.",
        "Quyết định này chỉ thay thế Quyết định số 12/2021/QĐ-UBND đối với bến xe loại 1.",
        "Quyết định số 12/2021/QĐ-UBND tiếp tục có hiệu lực.",
    ],
)
def test_rumours_conditions_and_what_stays_in_force_are_none(text: str) -> None:
    assert stated(text) == []


OTHER_PROVINCE = newer(f"{ENTERS} thay thế Quyết định số 12/2021/QĐ-UBND.").replace("SÔNG HÀ", "NÚI CAO")
HERE = f"{ENTERS} thay thế Quyết định số 12/2021/QĐ-UBND"
NEWS = "Tin tức\n\nQuyết định số 12/2021/QĐ-UBND được thay thế bởi Quyết định số 5/2023/QĐ-UBND"


@pytest.mark.parametrize(
    "others",
    [
        [OTHER_PROVINCE],
        [OTHER_PROVINCE, f"{NEWS}.\n"],
        [newer(f"{HERE} của UBND tỉnh Núi Cao.")],
        [newer(f"{HERE} ngày 05/6/2021 của Ủy ban nhân dân huyện.")],
        [newer(f"{HERE} của Chủ tịch UBND thành phố Sông Hà về nuôi cá.")],
        [newer(IN_FORCE), f"{NEWS}. Thông tin này không đúng sự thật.\n"],
        [newer(IN_FORCE), f"{NEWS}. Tuy nhiên, việc này còn đang được lấy ý kiến.\n"],
        [newer(IN_FORCE), NEWS.replace("Tin tức\n\n", "Tin tức\n\nMạng xã hội lan truyền tin giả. ") + ".\n"],
        [newer(f"{HERE}. Quyết định số 12/2021/QĐ-UBND vẫn còn hiệu lực đến hết năm 2024.")],
        [newer("Bãi bỏ các văn bản sau:\n1. Quyết định số 13/2021/QĐ-UBND;\nQuyết định số 12/2021/QĐ-UBND áp dụng.")],
        [newer("Bãi bỏ các văn bản sau:\nQuyết định số 12/2021/QĐ-UBND quy định mức hỗ trợ nuôi cá lồng.")],
        [newer(f"{HERE}.").replace("TỈNH SÔNG HÀ", "TỈNH SÔNG HÀ\nSỞ THỦY SẢN")],
    ],
)
def test_only_what_is_certain_is_shown(tmp_path: Path, others: list[str]) -> None:
    assert ask(tmp_path, *others).relations == ()


@pytest.mark.parametrize(
    "others",
    [
        [newer(f"{HERE} của Ủy ban nhân dân tỉnh.")],
        [newer(f"{HERE} ngày 05 tháng 6 năm 2021 của Chủ tịch Uỷ ban nhân dân tỉnh Sông Hà về hỗ trợ.")],
        [newer(f"{HERE} của UBND tỉnh Sông Hà.").replace("ỦY BAN", "HỘI ĐỒNG", 1)],
        [newer("Bãi bỏ các văn bản sau:\n1. Quyết định số 13/2021/QĐ-UBND;\n2. Quyết định số 12/2021/QĐ-UBND.")],
        [newer(IN_FORCE), OTHER_PROVINCE, f"{NEWS}.\n"],
        [newer(f"{HERE}. Các cơ quan chịu trách nhiệm thi hành.")],
    ],
)
def test_what_is_certain_is_shown(tmp_path: Path, others: list[str]) -> None:
    assert [one.by.removeprefix("Quyết định ").lstrip("0") for one in ask(tmp_path, *others).relations] == [
        "5/2023/QĐ-UBND"
    ]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH SÔNG HÀ", "ủy ban nhân dân tỉnh sông hà"),
        ("Chủ tịch UBND tỉnh Sông Hà", "ủy ban nhân dân tỉnh sông hà"),
        ("Uỷ ban nhân dân TP. Sông Hà", "ủy ban nhân dân thành phố sông hà"),
        ("Bộ trưởng Bộ Y tế", "bộ y tế"),
        ("", ""),
    ],
)
def test_an_office_has_one_key_in_all_its_spellings(written: str, key: str) -> None:
    assert relations._issuer_key(written) == key
    assert relations._issuer_key(key) == key


def test_numbers_that_say_who_issued_the_document() -> None:
    central = ("5/2020/NĐ-CP", "45/2013/QH13", "1/2020/TTLT-BYT-BTC", "05-NQ/TW", "9/2021/TT-BGDĐT", "08/QĐ-TTg")
    local = ("12/2021/QĐ-UBND", "7/KH-BCĐ", "3/2020/NQ-HĐND", "4/QĐ-SYT", "1/2020/TTLT-BYT-UBND", "09-QĐ/TU")
    assert [one for one in (*central, *local) if relations._is_central(one)] == [*central]
