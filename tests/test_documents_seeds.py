"""The five seeds, read: titles, dates, main text, and nothing of the page around it."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from qa.documents import Document, read_documents, read_page

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def seeds() -> dict[str, Document]:
    return {document.id[6:9]: document for document in read_documents([SEEDS])}


TITLES = {
    "000": "Gặp mặt cán bộ hưu trí Ban Tổ chức Trung ương khu vực phía Nam",
    "001": "Cụm Thi đua số 5 (Ban Tổ chức Trung ương) "
    "tổ chức Hội nghị tổng kết công tác thi đua – khen thưởng năm 2022",
    "002": "Ban Tổ chức Trung ương đã hoàn thành khối lượng lớn công việc năm 2021",
    "003": "Tiếp tục tham mưu hoàn thiện thể chế về công tác tổ chức xây dựng Đảng",
    "004": "Cả nước có 5.248.607 đảng viên",
}
DATES = {"000": None, "001": None, "002": date(2022, 1, 13), "003": date(2023, 4, 4), "004": date(2022, 1, 13)}
FIRST_LINES = {
    "000": "Quang cảnh buổi gặp mặt cán bộ hưu trí Ban Tổ chức Trung ương phía Nam (Ảnh: H.Hào).",
    "001": "Quang cảnh Hội nghị (Ảnh H.Hào).",
    "002": "Chiều 13-1-2022, Đảng uỷ cơ quan phối hợp với Lãnh đạo Ban Tổ chức Trung ương tổ chức Hội nghị",
    "003": "Ngày 03/4, Ban Tổ chức Trung ương tổ chức Hội nghị giao ban trực tuyến đánh giá kết quả công tác",
    "004": "Hội nghị tại điểm cầu Bạc Liêu.",
}
LAST_LINES = {
    "000": "tặng quá cho các đồng chí cán bộ hưu trí Ban Tổ chức Trung ương (Ảnh: H.Hào).",
    "001": "Vụ Địa phương III viếng Đền thờ Cụ Phó bảng Nguyễn Sinh Sắc, sáng ngày 10-12-2022.",
    "002": "92 năm Ngày thành lập Ban Tổ chức Trung ương.\nĐỗ Anh",
    "003": "bảo đảm tiến độ và chất lượng.\n\nTuấn Anh",
    "004": "sẽ trình Hội nghị Trung ương 6.\n\nTin, ảnh: N.Q",
}
FACTS = {
    "000": ["44 văn bản", "3.354 đảng viên", "hơn 120 nghìn đảng viên mới", "toàn xã hội…"],
    "001": ["Kết luận số 28-KL/TW ngày 21-2-2022", "năm 2022 là 11 đồng chí", "sáng 10-12, Đoàn"],
    "002": ["Tham mưu hoàn thành tốt các nhiệm vụ được giao\n", "48 đảng viên", "Toàn cảnh Hội nghị.\n"],
    "003": ["Kết luận số 50-KL/TW, ngày 28/02/2023 của Bộ Chính trị", "trọng tâm.Trọng tâm là"],
    "004": ["5.248.607 đảng viên. Toàn Đảng có 51.900 tổ chức cơ sở đảng.", "kết nạp 56.376 đảng viên", "65 điểm cầu."],
}
BOILERPLATE = {
    "000": ["Phản hồi", "Các tin khác", "Mới nhất", "Xem nhiều nhất"],
    "001": ["Phản hồi", "Các tin khác", "Mới nhất", "Xem nhiều nhất", "7;"],
    "002": [
        "Thời sự - Chính trị", "20:45", "13/1/2022", "Ý KIẾN", "Họ và tên", "Địa chỉ :", "Email", "Mã bảo vệ",
        "Số 5 - 2022",
        "Bài cùng chuyên mục", "GIỚI THIỆU TẠP CHÍ IN", "Tra cứu tạp chí in", "VIDEO CLIPS",
    ],
    "003": ["548", "aa", "Tin tức hoạt động", "Cập nhật", "04/04/2023", "10:48"],
    "004": [
        "HOẠT ĐỘNG LÃNH ĐẠO", "Thứ Năm", "16:37", "Viết bình luận mới", "thăm dò ý kiến", "THÔNG TIN CẦN BIẾT",
        "Theo bạn",
        "Nhiều mây", "gió giật",
    ],
}  # fmt: skip
CAPTIONS = {
    "000": [
        "Quang cảnh buổi gặp mặt",
        "Trung ương phát biểu tại buổi gặp mặt (Ảnh: H.Hào)",
        "Các đồng chí cán bộ hưu trí nguyên lãnh đạo vụ, nguyên Phó Ban",
        "Các đồng chí cán bộ hưu trí sôi nổi phát biểu tại buổi gặp mặt",
        "ân cần thăm hỏi sức khỏe",
    ],
    "001": [
        "Quang cảnh Hội nghị",
        "Phó Bí thư Thường trực Tỉnh ủy Cà Mau phát biểu tại Hội nghị",
        "Đồng chí Văn Ngọc Hà – Phó Trưởng Ban",
        "Vụ Địa phương III (Ban Tổ chức Trung ương) phát biểu tại Hội nghị",
        "tặng hoa cho đồng chí Nguyễn Văn Phóng – Vụ trưởng",
        "Các đồng chí Phó Vụ trưởng, chuyên viên Vụ Địa phương III tại Hội nghị (Ảnh: H.Hào).",
        "phát biểu bế mạc tại Hội nghị",
        "Lãnh đạo BTC tỉnh, thành ủy thuộc Cụm Thi đua số 5 tại Hội nghị (Ảnh: H.Hào).",
        "ký kết bản giao ước thi đua năm 2023",
        "Trao Cờ luân lưu",
        "Một số hình ảnh Đoàn công tác Vụ Địa phương III",
    ],
}
NUMBERS = list(TITLES)


def test_a_folder_gives_the_five_in_order_and_says_why_its_readme_is_none() -> None:
    reading = read_documents([SEEDS])
    assert [document.id for document in reading] == [
        "seeds/000_92be93232ae3faca.txt",
        "seeds/001_7125ac19e9dddc39.txt",
        "seeds/002_97c63df0f05214bb.txt",
        "seeds/003_0d163578645c4766.txt",
        "seeds/004_2077101216c8cc9d.txt",
    ]
    assert [(Path(skipped.path).name, skipped.reason) for skipped in reading.skipped] == [
        ("README.md", "describes its folder: give the file itself to have it read")
    ]
    assert reading.folders == (SEEDS.resolve(),)


def test_the_readme_tells_the_bytes_of_each() -> None:
    listed = dict(re.findall(r"^([0-9a-f]{64})  (.+)$", (SEEDS / "README.md").read_text("utf-8"), re.MULTILINE))
    actual = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in SEEDS.glob("*.txt")}
    assert listed == actual


@pytest.mark.parametrize("number", NUMBERS)
def test_title_date_and_language(seeds: dict[str, Document], number: str) -> None:
    document = seeds[number]
    assert (document.title, document.published, document.language) == (TITLES[number], DATES[number], "vi")
    assert document.source == document.id
    assert document.metadata["path"] == str((SEEDS / document.id[6:]).resolve())


@pytest.mark.parametrize("number", NUMBERS)
def test_where_the_main_text_begins_and_ends(seeds: dict[str, Document], number: str) -> None:
    text = seeds[number].text
    assert text.startswith(FIRST_LINES[number])
    assert text.endswith(LAST_LINES[number])
    assert TITLES[number] not in text.split("\n")


@pytest.mark.parametrize("number", NUMBERS)
def test_no_boilerplate_is_left(seeds: dict[str, Document], number: str) -> None:
    assert [words for words in BOILERPLATE[number] if words in seeds[number].text] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_the_facts_are_there(seeds: dict[str, Document], number: str) -> None:
    assert [fact for fact in FACTS[number] if fact not in seeds[number].text] == []


@pytest.mark.parametrize("number", CAPTIONS)
def test_each_caption_is_there_once(seeds: dict[str, Document], number: str) -> None:
    assert [seeds[number].text.count(caption) for caption in CAPTIONS[number]] == [1] * len(CAPTIONS[number])


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_left_stands_in_the_file_as_it_stands_in_the_text(seeds: dict[str, Document], number: str) -> None:
    original = iter(Path(seeds[number].metadata["path"]).read_text("utf-8").split("\n"))
    assert all(line in original for line in seeds[number].text.split("\n"))


@pytest.mark.parametrize("number", NUMBERS)
def test_every_paragraph_of_prose_is_kept(seeds: dict[str, Document], number: str) -> None:
    original = Path(seeds[number].metadata["path"]).read_text("utf-8").split("\n")
    long = [line for line in original if len(line.split()) >= 40 and not line.startswith("Nhiều mây")]
    kept = seeds[number].text.split("\n")
    lost = [line for line in long if line not in kept]
    # The one of two almost equal captions that is not kept.
    assert [line[:10] for line in lost] == (["7; Đồng ch"] if number == "001" else [])


@pytest.mark.parametrize("number", NUMBERS)
def test_cleaning_twice_equals_cleaning_once(seeds: dict[str, Document], number: str) -> None:
    assert read_page(seeds[number].text).text == seeds[number].text
