"""The lexical index after changes beside one that is built anew: the same scores, and readers who never wait."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from qa.index import WeightedTerm
from qa.index.bm25 import Counted, padding, terms_of, with_terms
from qa.index.files import take_place
from qa.index.lexical import LexicalIndex
from qa.index.lexical_draft import LEXICAL_NAME, REBUILD_UP_TO, build_lexical, change_lexical
from qa.index.rows import StoredPassage

QUERY = [WeightedTerm("written", "mưa", 1.3), WeightedTerm("written", "từ7", 1.0), WeightedTerm("folded", "tu9", 0.5)]


class Passages:
    """Passages that come and go at random, and the lexical index of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.living: dict[int, str] = {}
        self._random = random.Random(seed)
        self._words = [f"từ{number}" for number in range(200)] + ["mưa", "nắng"] * 20
        self._next = 0

    def _new(self, count: int) -> list[StoredPassage]:
        first, self._next = self._next, self._next + count
        lengths = [self._random.randint(5, 90) for _ in range(count)]
        texts = [" ".join(self._random.choices(self._words, k=length)) for length in lengths]
        added = [StoredPassage(key, text) for key, text in zip(range(first, self._next), texts, strict=True)]
        self.living |= dict(added)
        return added

    def build(self, count: int) -> LexicalIndex:
        self._new(count)
        return self.rebuilt("0")

    def rebuilt(self, mark: str) -> LexicalIndex:
        build_lexical(self.folder, [(key, terms_of(text)) for key, text in sorted(self.living.items())], mark)
        return self.opened()

    def change(self, mark: str, *, added: int, removed: int) -> bool:
        """The newest are likelier to go, as an article that is edited again and again."""
        keys = sorted(self.living)
        chosen = {*self._random.sample(keys, removed // 2), *keys[len(keys) - removed + removed // 2 :]}
        gone = [StoredPassage(key, self.living.pop(key)) for key in sorted(chosen)]
        return change_lexical(self.folder, map(with_terms, self._new(added)), gone, mark)

    def opened(self) -> LexicalIndex:
        take_place(self.folder / LEXICAL_NAME)
        opened = LexicalIndex.load(self.folder)
        assert opened is not None
        return opened


def found(index: LexicalIndex, count: int) -> dict[int, float]:
    keys, scores = index.candidates(QUERY, count, None)
    return dict(zip(keys.tolist(), scores.tolist(), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_scores_after_changes_are_those_of_a_fresh_build(tmp_path: Path, seed: int) -> None:
    """Over enough commits for Tantivy to merge its segments, deleted passages in them, several times."""
    passages = Passages(tmp_path / "changed", seed)
    passages.build(2 * REBUILD_UP_TO)
    for number in range(20):
        assert passages.change(str(number), added=number % 5, removed=(number + seed) % 7)
        changed = passages.opened()
    fresh = passages.rebuilt("fresh")
    assert found(changed, 1000) == pytest.approx(found(fresh, 1000), rel=2e-5)
    for form, term in (("written", "mưa"), ("folded", "tu9"), ("written", "từ7 từ9"), ("written", "nowhere")):
        assert changed.passages_with(form, term) == fresh.passages_with(form, term)
        assert changed.idf(form, term) == fresh.idf(form, term)


def test_what_is_deleted_is_not_found_and_not_counted(tmp_path: Path) -> None:
    passages = Passages(tmp_path / "changed", 1)
    before = passages.build(REBUILD_UP_TO + 50).passages_with("written", "mưa")
    having = sum("mưa" in text.split() for text in passages.living.values())
    assert passages.change("1", added=0, removed=20)
    after = passages.opened()
    left = sum("mưa" in text.split() for text in passages.living.values())
    assert (before, after.passages_with("written", "mưa")) == (having, left)
    assert left < having
    assert set(found(after, 1000)) <= set(passages.living)


@pytest.mark.parametrize(("count", "removed"), [(REBUILD_UP_TO, 1), (4 * REBUILD_UP_TO, 2 * REBUILD_UP_TO)])
def test_few_passages_and_many_deletions_are_built_anew(tmp_path: Path, count: int, removed: int) -> None:
    passages = Passages(tmp_path / "changed", 1)
    passages.build(count)
    assert not passages.change("1", added=0, removed=removed)


def test_readers_see_the_old_one_until_the_new_one_takes_its_place(tmp_path: Path) -> None:
    passages = Passages(tmp_path / "changed", 1)
    pinned = passages.build(2 * REBUILD_UP_TO)
    before = found(pinned, 1000)
    for mark in ("1", "2"):
        assert passages.change(mark, added=5, removed=5)
        meanwhile = LexicalIndex.load(passages.folder)
        assert meanwhile is not None
        assert meanwhile.mark == ("0" if mark == "1" else "1")
        assert passages.opened().mark == mark
    assert found(pinned, 1000) == before


def test_damage_to_a_file_that_was_taken_over_is_found(tmp_path: Path) -> None:
    """The checksum that a file was written with goes with it: a new one would call the damage right."""
    passages = Passages(tmp_path / "changed", 1)
    passages.build(2 * REBUILD_UP_TO)
    (terms,) = (passages.folder / LEXICAL_NAME).glob("*.term")
    content = bytearray(terms.read_bytes())
    content[len(content) // 2] ^= 1
    terms.unlink()  # a file that is still mapped must not become shorter: the system ends the process that reads there
    terms.write_bytes(content)
    change_lexical(passages.folder, [(9999, terms_of("mưa"))], [], "1")
    take_place(passages.folder / LEXICAL_NAME)
    assert LexicalIndex.load(passages.folder) is None


def test_any_user_may_read_the_files_who_may_read_the_folder(tmp_path: Path) -> None:
    passages = Passages(tmp_path / "changed", 1)
    passages.build(10)
    modes = {path.stat().st_mode for path in (passages.folder / LEXICAL_NAME).iterdir() if path.suffix != ".lock"}
    assert len(modes) == 1
    assert json.loads((passages.folder / LEXICAL_NAME / "qa.json").read_bytes())["mark"] == "0"


def test_padding_brings_the_average_back() -> None:
    living = Counted(1000, {"written": 150_000, "folded": 140_000})
    assert padding(living, living) is None
    for counted in (
        Counted(1010, {"written": 150_100.0, "folded": 140_100.0}),  # short ones were deleted
        Counted(1010, {"written": 155_000.0, "folded": 140_100.0}),  # one form of the deleted is long
    ):
        more = padding(living, counted)
        assert more is not None
        for form, terms in living.terms.items():
            assert more.terms[form] >= 1
            average = (counted.terms[form] + more.terms[form]) / (counted.passages + more.passages)
            assert average == pytest.approx(terms / living.passages, abs=0.5 / 1000)
