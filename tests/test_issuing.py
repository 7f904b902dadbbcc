"""Who signed an office document, and when: answered from its foot and head, for the document that a question names."""

from __future__ import annotations

import pytest

import qa
from qa.documents import signer_at

DOCUMENTS = {
    "nq": """HỘI ĐỒNG NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
HUYỆN LỆ SƠN                    Độc lập - Tự do - Hạnh phúc
Số: 31/2023/NQ-HĐND             Lệ Sơn, ngày 14 tháng 7 năm 2023

NGHỊ QUYẾT
Về mức thu phí tham quan hang Dơi

Điều 1. Mức thu phí
1. Người lớn nộp 40.000 đồng một lượt.
2. Trẻ em nộp 20.000 đồng một lượt.

Điều 2. Hiệu lực
Nghị quyết có hiệu lực từ ngày 01 tháng 8 năm 2023. Phí thu tại cổng hang Dơi.

Nơi nhận:                       CHỦ TỊCH
- Như Điều 2;
- Lưu: VT.                      (Đã ký)
                                Lương Thị Hà""",
    "kh": """LIÊN ĐOÀN LAO ĐỘNG TỈNH BA SÔNG
CÔNG ĐOÀN NHÀ MÁY ĐƯỜNG
***
Số 07/KH-CĐ                     Ba Sông, ngày 03/05/2024

KẾ HOẠCH
Tổ chức giải kéo co công nhân mùa hè

Giải diễn ra ngày 20 tháng 5 năm 2024 tại sân nhà máy. Đồng chí Đào Văn Khởi phụ trách trọng tài.
Ban Chấp hành công đoàn ký hợp đồng thuê sân.

                                T/M BAN CHẤP HÀNH
                                CHỦ TỊCH
                                H'Linh Niê""",
    "qd": """BỘ THỦY LỢI
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 118/QĐ-BTL
Đầm Sen, ngày 9 tháng 11 năm 2021

QUYẾT ĐỊNH
Ban hành Quy chế vận hành hồ Cấm Sơn

Điều 1. Ban hành kèm theo Quyết định này Quy chế vận hành hồ Cấm Sơn.

Điều 2. Quyết định này thay thế Quyết định số 52/QĐ-BTL ngày 20 tháng 3 năm 2015.

KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Mạc Đình Phúc""",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    folder = tmp_path_factory.mktemp("issuing")
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    index = qa.Index.create(folder / "index")
    index.upsert(qa.read_documents(sorted(folder.glob("*.txt"))))
    return qa.Searcher.open(folder / "index")


@pytest.mark.parametrize(
    ("question", "signer"),
    [
        ("Ai ký Nghị quyết 31/2023/NQ-HĐND?", "Lương Thị Hà"),
        ("Nghị quyết số 31/2023/NQ-HĐND của Hội đồng nhân dân huyện Lệ Sơn do ai ký?", "Lương Thị Hà"),
        ("Ai đã ký Kế hoạch 07/KH-CĐ?", "H'Linh Niê"),
        ("Ai là người ký kế hoạch tổ chức giải kéo co?", "H'Linh Niê"),
        ("Người nào ký Quyết định 118/QĐ-BTL của Bộ Thủy lợi?", "Mạc Đình Phúc"),
        ("Ai ký ban hành quy chế vận hành hồ Cấm Sơn theo Quyết định 118/QĐ-BTL?", "Mạc Đình Phúc"),
    ],
)
def test_the_name_at_the_foot_of_the_document_that_is_named(searcher: qa.Searcher, question: str, signer: str) -> None:
    assert qa.ask(question, searcher).text == signer


@pytest.mark.parametrize(
    "question",
    [
        "Ai ký Nghị quyết 31/2023/NQ-HĐND của huyện Gò Nổi?",  # of another office
        "Ai ký Nghị quyết 35/2023/NQ-HĐND?",
        "Ai ký Quyết định 52/QĐ-BTL?",  # only named in another one
        "Ai ký hợp đồng thuê sân?",
    ],
)
def test_who_signed_something_else_is_not_at_the_foot(searcher: qa.Searcher, question: str) -> None:
    assert qa.ask(question, searcher).text not in ("Lương Thị Hà", "H'Linh Niê", "Mạc Đình Phúc")


@pytest.mark.parametrize(
    ("question", "day", "line"),
    [
        (
            "Nghị quyết 31/2023/NQ-HĐND được ban hành ngày nào?",
            "14 tháng 7 năm 2023",
            "Lệ Sơn, ngày 14 tháng 7 năm 2023",
        ),
        ("Nghị quyết số 31/2023/NQ-HĐND của huyện Lệ Sơn ký ngày nào?", "14 tháng 7 năm 2023", ""),
        ("Kế hoạch 07/KH-CĐ ban hành khi nào?", "03/05/2024", "Ba Sông, ngày 03/05/2024"),
        ("Kế hoạch tổ chức giải kéo co công nhân được ký ngày bao nhiêu?", "03/05/2024", ""),
        ("Bộ Thủy lợi ban hành Quyết định 118/QĐ-BTL vào ngày nào?", "9 tháng 11 năm 2021", ""),
        ("Quyết định 118/QĐ-BTL do Bộ Thủy lợi ban hành năm nào?", "2021", ""),
    ],
)
def test_place_and_day_of_the_document_that_is_named(searcher: qa.Searcher, question: str, day: str, line: str) -> None:
    answer = qa.ask(question, searcher)
    assert answer.found
    assert (answer.text or "").removeprefix("ngày ") == day
    assert answer.found.place == "đầu văn bản"
    assert line in answer.found.sentence


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Nghị quyết 31/2023/NQ-HĐND có hiệu lực từ ngày nào?", "01 tháng 8 năm 2023"),
        ("Giải kéo co công nhân diễn ra ngày nào?", "20 tháng 5 năm 2024"),
        ("Quyết định 52/QĐ-BTL ban hành ngày nào?", "20 tháng 3 năm 2015"),
        ("Trẻ em tham quan hang Dơi nộp bao nhiêu?", "20.000 đồng"),
        ("Giải kéo co công nhân diễn ra ở đâu?", "sân nhà máy"),
    ],
)
def test_what_else_is_asked_is_not_answered_by_the_head(searcher: qa.Searcher, question: str, expected: str) -> None:
    assert expected in (qa.ask(question, searcher).text or "")


@pytest.mark.parametrize(
    "question",
    [
        "Nghị quyết 31/2023/NQ-HĐND của huyện Gò Nổi được ban hành ngày nào?",
        "Nghị quyết 35/2023/NQ-HĐND ban hành khi nào?",
        "Quyết định 118/QĐ-BTL có hiệu lực từ ngày nào?",
        "Quyết định 118/QĐ-BTL được ban hành ở đâu?",
        "Đồng chí Đào Văn Khởi sinh ngày nào?",
    ],
)
def test_the_head_answers_only_when_its_own_document_was_issued(searcher: qa.Searcher, question: str) -> None:
    answer = qa.ask(question, searcher)
    assert not answer.found or answer.found.place != "đầu văn bản"


def test_who_does_something_else_is_read_as_before(searcher: qa.Searcher) -> None:
    assert qa.ask("Ai phụ trách trọng tài của giải kéo co?", searcher).text == "Đào Văn Khởi"


@pytest.mark.parametrize(
    ("foot", "signer"),
    [
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n(Đã ký)\nHoàng Minh Tuệ", "Hoàng Minh Tuệ"),
        ("- Như trên;          | CHỦ TỊCH\n- Lưu.               | Hoàng Minh Tuệ  \n\n", "Hoàng Minh Tuệ"),
        ("GIÁM ĐỐC\tHoàng Minh Tuệ\nNơi nhận:", "Hoàng Minh Tuệ"),
        ("Chủ tịch xã\nHoàng Minh Tuệ", ""),
        ("Hoàng Minh Tuệ\nCHỦ TỊCH", ""),
        ("", ""),
    ],
)
def test_the_place_of_who_signs(foot: str, signer: str) -> None:
    text = f"Điều 1. Nộp phí.\n\n{foot}"
    start, end = signer_at(text)
    assert (text[start:end], start > 0) == (signer, bool(signer))
