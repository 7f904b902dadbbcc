"""Cases: their form, what each expectation asks, and those of the project that must hold."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.errors import EmptySetError, SetFormatError
from eval.expectations import Case, Tried, cases_table, failures, read_cases, try_cases

ROOT = Path(__file__).parent.parent
CASES = read_cases(ROOT / "eval" / "cases")
KINDS = (
    *("agent-patient", "chat", "clock", "initial-ends", "key-value", "keys-left", "keywords", "law-reference"),
    *("letterhead-answer", "line-wrap", "list-lead-in", "lower-name", "name-cut", "negation", "now", "number-cut"),
    *(
        "office-holders",
        "other-entity",
        "page-furniture",
        "roman",
        "same-value",
        "table-cell",
        "upper-case",
        "which-figure",
    ),
    *("who-group", "who-is"),
)
# Folders of eval/cases in which every case must come as expected.
HOLDING: tuple[str, ...] = (
    *("chat-1", "chat-2", "clock-1", "initial-ends-1"),
    *(
        "keys-left-1",
        "keywords-1",
        "law-reference-1",
        "list-lead-in-1",
        "list-lead-in-2",
        "lower-name-1",
        "name-cut-1",
        "name-cut-2",
        "negation-1",
        "now-1",
    ),
    *(
        "number-cut-1",
        "number-cut-2",
        "office-holders-1",
        "office-holders-2",
        "other-entity-1",
        "other-entity-2",
        "roman-1",
    ),
    *("line-wrap-1", "line-wrap-2", "line-wrap-3", "page-furniture-1", "page-furniture-2", "page-furniture-3"),
    *("page-furniture-4", "table-cell-3", "table-cell-4"),
    *("table-cell-1", "table-cell-2", "upper-case-1", "which-figure-1", "which-figure-2", "who-group-1"),
)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def test_every_kind_has_a_case() -> None:
    assert {case.kind for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.folder.name}: {case.question}")
def test_what_is_expected_stands_in_the_case_or_in_the_seeds(case: Case) -> None:
    if case.expected == "DECLINE":
        return
    files = [*case.folder.iterdir(), *(ROOT / "seeds").glob("*.txt")]
    texts = [plain(path.read_text(encoding="utf-8")) for path in files if path.name != "expect"]
    for part in case.expected.split(" | "):
        assert any(plain(part) in text for text in texts), part


@pytest.fixture(scope="module")
def held() -> list[Tried]:
    return try_cases([case for case in CASES if case.folder.name in HOLDING], [ROOT / "seeds"])


@pytest.mark.parametrize("name", HOLDING)
def test_cases_hold(held: list[Tried], name: str) -> None:
    tried = [one for one in held if one.case.folder.name == name]
    assert tried
    assert failures(tried) == ""


def folder(path: Path, expect: str, **files: str) -> Path:
    path.mkdir(parents=True)
    (path / "expect").write_text(expect, encoding="utf-8")
    for name, text in files.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


def test_cases_are_read_with_their_kind(tmp_path: Path) -> None:
    first = folder(tmp_path / "which-figure-2", "ASK\tAi?\tông A | bà B\n\nDATE\ta.txt\t2024-03-12\n", a="Ông A.")
    assert read_cases(tmp_path) == [
        Case(first, "ASK", "Ai?", "ông A | bà B"),
        Case(first, "DATE", "a.txt", "2024-03-12"),
    ]
    assert {case.kind for case in read_cases(tmp_path)} == {"which-figure"}


@pytest.mark.parametrize("line", ["ASK\tAi?", "ask\tAi?\tông A", "ASK Ai? ông A"])
def test_a_malformed_case_names_its_line(tmp_path: Path, line: str) -> None:
    folder(tmp_path / "who-1", f"ASK\tAi?\tông A\n{line}\n")
    with pytest.raises(SetFormatError, match=r"expect, line 2: is not ASK, "):
        read_cases(tmp_path)


def test_a_folder_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptySetError, match="no folder below it has a file 'expect'"):
        read_cases(tmp_path)


TEXT = "Hội nghị tổng kết diễn ra ngày 13/1/2022 tại thành phố Bạc Liêu. Hội nghị có 65 điểm cầu."


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("ASK\tHội nghị tổng kết có bao nhiêu điểm cầu?\t9 điểm cầu | 65 ĐIỂM  cầu", 1),
        ("ASK\tHội nghị tổng kết có bao nhiêu điểm cầu?\t5 điểm cầu", 0),  # not as whole words
        ("ASK\tHội nghị tổng kết có bao nhiêu điểm cầu?\tDECLINE", 0),
        ("ASK\tLàm sao để nấu phở bò?\tDECLINE", 1),
        ("EACH\tHội nghị tổng kết có bao nhiêu điểm cầu?\t65 | điểm cầu", 1),
        ("EACH\tHội nghị tổng kết có bao nhiêu điểm cầu?\t65 | 66", 0),
        ("FOUND\tHội nghị tổng kết có bao nhiêu điểm cầu?\tBạc Liêu", 1),
        ("FOUND\tHội nghị tổng kết có bao nhiêu điểm cầu?\tCà Mau", 0),
        ("TITLE\ta.txt\tno such title", 0),
        ("TITLE\tb.txt\tx", 0),
        ("DATE\ta.txt\t2022-01-14", 0),
        ("ASK-OR-TOLD\tLàm sao để nấu phở bò?\tphở", 0),
    ],
)
def test_an_expectation_is_met_or_not(tmp_path: Path, line: str, good: int) -> None:
    folder(tmp_path / "kind-1", line + "\n", a=TEXT)
    (tried,) = try_cases(read_cases(tmp_path), [])
    assert tried.good == bool(good), tried.found


def test_a_skipped_document_that_is_reported_is_good_enough(tmp_path: Path) -> None:
    path = folder(tmp_path / "kind-1", "ASK-OR-TOLD\tAi?\tông A\n", a=TEXT)
    (path / "b.bin").write_bytes(b"\x00\x01")
    (tried,) = try_cases(read_cases(tmp_path), [])
    assert tried.good
    assert "b.bin: not a kind of file that is read" in tried.found


def test_cases_are_counted_by_kind_and_failures_are_shown() -> None:
    one, other = Case(Path("now-1"), "ASK", "Ai?", "A"), Case(Path("clock-1"), "ASK", "Mấy giờ?", "7h30")
    tried = [Tried(one, "'A'", good=True), Tried(one, "'B'", good=False), Tried(other, "'7h30'", good=True)]
    assert str(cases_table(tried)).splitlines()[2:] == ["| clock | 1 | 1 |", "| now | 2 | 1 |", "| all | 3 | 2 |"]
    assert failures(tried) == "- now-1: ASK “Ai?” gives 'B', expected 'A'\n"


def test_the_command_tries_each_folder_beside_the_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "seed.txt").write_text(TEXT, encoding="utf-8")
    question = "Hội nghị tổng kết có bao nhiêu điểm cầu?"
    folder(tmp_path / "cases" / "number-1", f"ASK\t{question}\t65 điểm cầu\n", a="Mưa to ở miền núi.")
    assert main(["cases", str(tmp_path / "cases"), "--sources", str(tmp_path / "beside")]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == ["| number | 1 | 1 |", "| all | 1 | 1 |"]
