"""Normal forms: those of Unicode for what anybody writes, and an end for what nobody does."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.page.corpus.uploads import safe_name
from qa.text import canonical, canonical_with_offsets, fold, nfc, nfd
from qa.text.canonical import MARKS_IN_A_ROW, stream_safe

ROOT = Path(__file__).parent.parent
MARKS = "\u0301\u0323\u031b\u0302\u0344\u0f73\u0f71\u20dd\U0001d165\u05b0"
PARTS = st.one_of(st.text(alphabet=MARKS, max_size=90), st.text(max_size=3), st.sampled_from("aệक़שׁ각"))
RUNS = st.lists(PARTS).map("".join)
MODULES = sorted(path for path in (ROOT / "qa").rglob("*.py") if "page" not in path.parts)


def longest_run(text: str) -> int:
    """Of marks, in the text taken apart."""
    longest = run = 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


@given(text=st.text())
def test_ordinary_text_is_unicodes_own_form(text: str) -> None:
    if longest_run(text) <= MARKS_IN_A_ROW:
        assert stream_safe(text) == text
        assert nfc(text) == unicodedata.normalize("NFC", text)
        assert nfd(text) == unicodedata.normalize("NFD", text)


@given(text=RUNS)
def test_runs_of_marks_are_bounded_and_nothing_is_lost(text: str) -> None:
    safe = nfc(text)
    assert longest_run(safe) <= MARKS_IN_A_ROW
    assert sorted(unicodedata.normalize("NFD", safe).replace("\u034f", "")) == sorted(
        unicodedata.normalize("NFD", text).replace("\u034f", "")
    )
    assert nfc(safe) == safe
    assert nfc(nfd(text)) == nfc(safe)
    if longest_run(text) <= MARKS_IN_A_ROW:
        assert safe == unicodedata.normalize("NFC", text)


@given(text=RUNS)
def test_canonical_forms_of_such_text_keep_their_promises(text: str) -> None:
    form = canonical(text)
    assert "\u034f" not in form
    assert canonical(form) == form == canonical(nfc(text))
    assert fold(fold(text)) == fold(text)
    assert canonical_with_offsets(text).text == form


def test_a_joiner_is_put_before_the_mark_that_is_too_many() -> None:
    assert stream_safe("a" + "\u0301" * 30) == "a" + "\u0301" * 30
    assert stream_safe("a" + "\u0301" * 31) == "a" + "\u0301" * 30 + "\u034f\u0301"
    assert stream_safe("á" + "\u0301" * 30) == "á" + "\u0301" * 29 + "\u034f\u0301"
    assert stream_safe("…" * 100) == "…" * 100


READ = """
import sys
import qa
from qa.documents.composing import compose
from qa.documents.formats.choosing import read_content
from qa.passages import split
from qa.text import canonical, canonical_with_offsets, common_spelling, folded_terms, sentences

size, whole, patterns = int(sys.argv[1]), sys.argv[2] == "whole", eval(sys.argv[3])
for pattern in patterns:
    text = "Mưa to" + pattern * (size // len(pattern.encode())) + "ở miền núi."
    document = qa.Document("hostile", text)
    for read in (canonical, canonical_with_offsets, common_spelling, folded_terms, sentences):
        read(document.text)
    if whole:
        compose(read_content(text.encode(), ".txt"))
        split(document)
print("read")
"""
MANY_MARKS = ["\u0301\u0323", "\u0f73", "\u0344\u05b0"]
LINE_ENDS = ["\n", "\r\n", "\u2028", "\x85\n", " \n", "\f"]
OTHERS = ["1", "1.", "(", '"', " ", "\u200b", "a", "|"]


@pytest.mark.parametrize(
    ("size", "part", "patterns"),
    [(500_000, "text", MANY_MARKS), (500_000, "text", LINE_ENDS), (60_000, "whole", LINE_ENDS + OTHERS)],
)
def test_a_long_run_of_anything_comes_to_an_end(size: int, part: str, patterns: list[str]) -> None:
    """A run that is read in quadratic time takes minutes to hours; these take seconds."""
    command = [sys.executable, "-c", READ, str(size), part, repr(patterns)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.stdout == "read\n", done.stderr[-500:]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_is_normalised_in_one_place(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if path.name not in {"canonical.py"}:
        assert 'unicodedata.normalize("NFC"' not in source
        assert 'unicodedata.normalize("NFD"' not in source


def test_a_long_name_of_an_upload_comes_to_an_end() -> None:
    assert safe_name("a" + "\u0301\u0323" * 100_000 + ".txt").endswith(".txt")
