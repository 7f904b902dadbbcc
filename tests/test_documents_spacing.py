"""Split and glued syllables: put right where several show it, and let be where one alone might be meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents.composing import compose
from qa.documents.formats.protocol import Content
from qa.documents.mending.spacing import mend_spacing

RIGHT = (
    "Lệ phí làm thẻ là 45.000 đồng, thẻ có giá trị trong 24 tháng. Bạn đọc được mượn tối đa 5 cuốn sách.",
    "Quyết định thành lập Ban Chỉ đạo cải cách hành chính của huyện, gồm 12 thành viên.",
)


@pytest.mark.parametrize(
    ("split", "right"),
    [
        (
            "L ệ phí làm th ẻ là 45.000 đồ ng, th ẻ có giá tr ị trong 24 tháng. "
            "B ạ n đọ c đượ c m ượ n t ố i đ a 5 cu ố n sách.",
            RIGHT[0],
        ),
        (
            "Quy ết đị nh thành l ập Ban Ch ỉ đạ o c ải cách hành chính c ủa huy ện, g ồm 12 thành viên.",
            RIGHT[1],
        ),
        # Two pieces that make a syllable are enough in a line of any length.
        (
            "Thiệt hại tính ra là 1,15 tỷ đồng. Công ty b ảo hi ểm trả 640 triệu đồng. Số còn lại bà con tự góp. "
            "Không ai bỏ h ợp tác xã, dù năm sau cả làng phải vay tiền ngân hàng để sửa bến.",
            "Thiệt hại tính ra là 1,15 tỷ đồng. Công ty bảo hiểm trả 640 triệu đồng. Số còn lại bà con tự góp. "
            "Không ai bỏ hợp tác xã, dù năm sau cả làng phải vay tiền ngân hàng để sửa bến.",
        ),
        ("ĐIỀ U KHO ẢN S Ử D Ụ NG TH Ẻ TH Ư VI ỆN", "ĐIỀU KHOẢN SỬ DỤNG THẺ THƯ VIỆN"),
    ],
)
def test_split_syllables_are_joined(split: str, right: str) -> None:
    assert mend_spacing(f"{RIGHT[1]}\n{split}\n{RIGHT[0]}") == f"{RIGHT[1]}\n{right}\n{RIGHT[0]}"


def test_glued_syllables_and_figures_are_parted() -> None:
    glued = (
        "Côngty Điện lựcAn Phú thông báo ngừng cấpđiện khuvực phường Tân Hưng từ07 giờ30 đến 11giờ ngày18/9/2024 để "
        "sửachữa lưới điện.Số khách hàng bịảnh hưởng là 1.236khách hàng, 5kg, 3km, COVID19, F0."
    )
    assert mend_spacing(glued) == (
        "Công ty Điện lực An Phú thông báo ngừng cấp điện khu vực phường Tân Hưng từ 07 giờ 30 đến 11 giờ "
        "ngày 18/9/2024 để sửa chữa lưới điện. Số khách hàng bị ảnh hưởng là 1.236 khách hàng, 5kg, 3km, COVID19, F0."
    )


@pytest.mark.parametrize(
    "text",
    [
        *RIGHT,
        "Hãng có 12 loại ôtô chạy trên đường bêtông; giá 5 tỷ đôla.",
        "Xe số 5kg, 3km, lúc 11h30, COVID19 và F0 tại Đắk Lắk, Krông Nô, Êđê.",
        "Theo điểm c khoản 1, nhóm A và nhóm B, vitamin C, lớp 9 A, ông Nguyễn Văn A, bà Trần Thị B.",
        "a b c d e g h i k l m n o p q r s t u v x y",
        "He said that the cat sat on the mat in a t shirt.",
        "trọng tâm.Trọng tâm là",
    ],
)
def test_what_is_not_damaged_is_not_touched(text: str) -> None:
    assert mend_spacing(text) == text


def test_words_glued_to_both_ends_of_a_number_and_to_each_other_are_parted() -> None:
    glued = "Hiện hợptácxã có143 xãviên, tiềnlãi năm2023là 64 tỷđồng, gópvốn380triệuđồng."
    right = "Hiện hợp tác xã có 143 xã viên, tiền lãi năm 2023 là 64 tỷ đồng, góp vốn 380 triệu đồng."
    assert mend_spacing(glued) == right


def test_what_could_not_be_joined_is_reported() -> None:
    damage = compose(Content("Th ị q k x v ị ụn ợt ẫ ỗ ậ h b ượ ễc ỡ t ỡ\n\nTốt.")).metadata["damage"]
    assert damage.startswith("1 of 2 lines hold split syllables that could not be put together")


@given(
    st.lists(st.sampled_from(["th", "ư", "vi", "ện", "c", "ủa", "11giờ", "Côngty", "a.B", "\n", " ", "x̣"]), max_size=30)
)
def test_only_spaces_come_and_go(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert mend_spacing(text).replace(" ", "") == text.replace(" ", "")
