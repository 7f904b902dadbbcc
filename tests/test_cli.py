"""The command line: data on stdout, talk on stderr, one line and exit code 1 for every error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import SEEDS
from readers import damaged_installation

from qa import Answer, Hit, Passage
from qa.answer import Finding
from qa.cli import answers, main

QUESTION = "Cả nước có bao nhiêu đảng viên?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("cli") / "seeds")
    assert main(["index", str(SEEDS), "--into", folder]) == 0
    return folder


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("qa: ")
    return printed.err


def test_ask_answers_with_its_citation(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, "ask", QUESTION, "--index", folder).splitlines()
    assert lines[0] == "5.248.607 đảng viên"
    assert " ".join(line.strip() for line in lines[1:3]).endswith("trong cả nước là 5.248.607 đảng viên.")
    source = "    Cả nước có 5.248.607 đảng viên · 2022-01-13 · seeds/004_2077101216c8cc9d.txt  (confidence "
    assert lines[3].startswith(source)
    assert re.match(r"\d+%[,)]", lines[3].removeprefix(source))


def test_ask_as_json_is_one_object_whose_offsets_hold(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    from qa import Index

    reply = json.loads(output(capsys, "ask", QUESTION, "--index", folder, "--json", "-k", "3"))
    assert list(reply) == [
        "question",
        "searched",
        "verdict",
        "kind",
        "answer",
        "declined",
        "confidence",
        "others",
        "absent",
        "notes",
        "hits",
    ]
    assert (reply["question"], reply["declined"], len(reply["hits"])) == (QUESTION, False, 3)
    first = reply["hits"][0]
    assert list(first) == ["rank", "score", "passage", "similar"]
    expected = ["index", "id", "document_id", "source", "title", "published", "start", "end", "place", "text"]
    assert list(first["passage"]) == expected
    assert "5.248.607" in first["passage"]["text"]
    answer = reply["answer"]
    text = Index.open(folder).document(answer["document_id"]).text
    assert text[answer["start"] : answer["end"]] == answer["text"]
    assert answer["text"] in answer["sentence"]


def test_a_question_without_an_answer_is_declined(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Công thức nấu phở bò như thế nào?"
    reply = json.loads(output(capsys, "ask", question, "--index", folder, "--json"))
    assert (reply["answer"], reply["declined"], len(reply["hits"])) == (None, True, 5)
    assert output(capsys, "ask", question, "--index", folder).startswith("Not in these documents.")


def test_keywords_get_the_passages_that_have_them(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, "ask", "Bạc Liêu", "--index", folder, "-k", "1").splitlines()
    assert lines[:2] == ["These are keywords rather than a question. The passages that contain them:", ""]
    assert lines[2].startswith("1. ")
    assert "Bạc Liêu" in "\n".join(lines[3:])


PASSAGE = Passage("a#1", "a", 1, "Bí thư là bà Ba. Ai cũng biết.", 0, 30, "Nhân sự", "báo/a", date(2023, 4, 4))
FOUND = Finding("bà Ba", 10, 15, Hit(PASSAGE, 1.0, 1), "Bí thư là bà Ba.")
ANSWERED = Answer("Ai là bí thư?", FOUND, 0.874, (), kind="person")


def shown(capsys: pytest.CaptureFixture[str], answer: Answer) -> tuple[str, str]:
    """What is printed of an answer, on stdout and on stderr."""
    answers.note_rules_only(answer)
    answers.show_answer(answer, as_json=False)
    printed = capsys.readouterr()
    return printed.out, printed.err


def test_an_answer_tells_how_sure_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    cited = "    Nhân sự · 2023-04-04 · báo/a"
    whole = f"bà Ba\n    Bí thư là bà Ba.\n{cited}  (confidence 87%)\n\n"
    assert shown(capsys, ANSWERED) == (whole, "")
    unfitted = whole.replace("87%", "87%, not calibrated for this model")
    assert shown(capsys, replace(ANSWERED, notes=("unfitted",))) == (unfitted, "")
    expected = (
        "onnxruntime is not installed, so only rules read, which are wrong far more often: pip install onnxruntime\n"
    )
    assert shown(capsys, replace(ANSWERED, notes=("rules_only", "unfitted"))) == (unfitted, expected)


def test_a_sentence_that_is_the_answer_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    whole = replace(FOUND, text=FOUND.sentence, start=0, end=16)
    answer = replace(ANSWERED, found=whole, whole_sentence=True)
    assert shown(capsys, answer)[0] == "Bí thư là bà Ba.\n    Nhân sự · 2023-04-04 · báo/a  (confidence 87%)\n\n"


def test_persons_of_different_dates_are_set_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    earlier = replace(PASSAGE, document_id="b", source="báo/b", published=date(2021, 2, 3))
    answer = replace(ANSWERED, others=(Finding("ông Tư", 0, 6, Hit(earlier, 0.5, 2)),))
    assert shown(capsys, answer)[0].endswith(
        "báo/a  (confidence 87%)\nAnother document says:\nông Tư\n    Nhân sự · 2021-02-03 · báo/b\n\n"
    )


def test_a_damaged_reader_stops_answers_and_no_search(folder: str, tmp_path: Path) -> None:
    cut = damaged_installation(tmp_path)

    def run(verb: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "qa", verb, QUESTION, "--index", folder]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    asked = run("ask")
    assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (1, "", 1)
    assert asked.stderr.startswith(f"qa: The model '{cut}' cannot be used (")
    searched = run("search")
    assert (searched.returncode, searched.stderr) == (0, "")
    assert searched.stdout.startswith("1. Cả nước có 5.248.607 đảng viên")


def test_search_ranks_from_one(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(output(capsys, "search", QUESTION, "--index", folder, "--mode", "lexical", "--json"))
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3, 4, 5]
    assert found["mode"] == "lexical"
    assert output(capsys, "search", QUESTION, "--index", folder).startswith("1. Cả nước có 5.248.607 đảng viên · 2022")


def test_a_question_without_diacritics_is_restored(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "ca nuoc co bao nhieu dang vien?", "--index", folder]) == 0
    printed = capsys.readouterr()
    assert printed.err == "Searching for: cả nước có bao nhiêu đảng viên?\n"
    assert "5.248.607" in printed.out.splitlines()[0]
    assert main(["search", "ca nuoc co bao nhieu dang vien?", "--literal", "--index", folder]) == 0
    assert capsys.readouterr().err == ""


def test_filters_narrow_what_is_searched(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["search", QUESTION, "--index", folder, "--json", "-k", "90"]
    late = json.loads(output(capsys, *arguments, "--from", "14/1/2022"))
    assert {hit["passage"]["published"] for hit in late["hits"]} == {"2023-04-04"}
    one = json.loads(output(capsys, *arguments, "--source", "seeds/004_2077101216c8cc9d.txt", "--to", "2022-01-13"))
    assert {hit["passage"]["source"] for hit in one["hits"]} == {"seeds/004_2077101216c8cc9d.txt"}
    nothing = json.loads(output(capsys, "ask", QUESTION, "--index", folder, "--json", "--from", "2030-01-01"))
    assert (nothing["declined"], nothing["hits"]) == (True, [])


def test_index_again_does_nothing_and_says_so(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(output(capsys, "index", str(SEEDS), "--into", folder, "--json"))
    assert (report["added"], len(report["unchanged"]), report["documents"]) == ([], 5, 5)
    assert "5 unchanged" in output(capsys, "index", str(SEEDS), "--into", folder)


def test_info_and_delete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("Trời mưa to ở miền núi.\n", encoding="utf-8")
    folder = str(tmp_path / "index")
    main(["index", str(tmp_path / "news"), "--into", folder])
    capsys.readouterr()
    info = json.loads(output(capsys, "info", "--index", folder, "--documents", "--json"))
    assert (info["documents"], info["settings"]["model"]) == (1, "bundled")
    [listed] = info["listed"]
    path = str(tmp_path / "news" / "a.txt")
    assert listed == {"id": "news/a.txt", "title": "", "published": None, "tags": [], "metadata": {"path": path}}
    assert "news/a.txt\tundated" in output(capsys, "info", "--index", folder, "--documents")
    assert "holds no document 'b'" in failure(capsys, "delete", "b", "--index", folder)
    assert json.loads(output(capsys, "delete", "news/a.txt", "--index", folder, "--json"))["deleted"] == ["news/a.txt"]
    assert json.loads(output(capsys, "info", "--index", folder, "--json"))["documents"] == 0


@pytest.mark.parametrize("question", ["", "?!...", "\udcff\udcfe", "đảng " * 2000])
def test_a_question_that_cannot_be_searched_for(folder: str, capsys: pytest.CaptureFixture[str], question: str) -> None:
    assert "question has" in failure(capsys, "ask", question, "--index", folder).lower()


@pytest.mark.parametrize("filtered", ["--source", "--document", "--language", "--number", "--tag"])
def test_arguments_that_are_not_text(folder: str, capsys: pytest.CaptureFixture[str], filtered: str) -> None:
    assert json.loads(output(capsys, "search", QUESTION, filtered, "\udcff", "--index", folder, "--json"))["hits"] == []
    for verb in (["delete", "\udcff"], ["tag", "\udcff", "--add", "\udcff"]):
        assert "holds no document '?'" in failure(capsys, *verb, "--index", folder)


def test_a_missing_or_foreign_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no index at" in failure(capsys, "ask", QUESTION, "--index", str(tmp_path / "none"))
    (tmp_path / "letter.txt").write_text("Thư.", encoding="utf-8")
    assert "is not a qa index" in failure(capsys, "ask", QUESTION, "--index", str(tmp_path))
    assert "is not a qa index" in failure(capsys, "index", str(SEEDS), "--into", str(tmp_path))


def test_a_wrong_path_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = failure(capsys, "index", str(tmp_path / "nowhere"), "--into", str(tmp_path / "index"))
    assert "There is no file or folder at" in error
    assert not (tmp_path / "index").exists()


def test_a_model_that_is_not_there(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = failure(capsys, "ask", QUESTION, "--index", folder, "--model", "nobody/nothing", "--offline")
    assert "was not downloaded (offline)" in error


def test_the_version_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"qa {version('qa')}\n")


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        [],
        ["ask"],
        ["ask", "a", "--mode", "x"],
        ["ask", "a", "--from", "31/2/2022"],
        ["ask", "a", "--from", "hôm qua"],
        ["index", "a"],
        ["delete", "a"],
        ["fly"],
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2


def test_the_default_path_never_imports_torch(folder: str) -> None:
    code = (
        "import sys\nfrom qa.cli import main\n"
        f"main(['ask', {QUESTION!r}, '--index', {folder!r}])\n"
        "print([name for name in ('torch', 'sentence_transformers', 'gradio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""


def test_output_is_utf8_whatever_the_terminal_says(folder: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "qa", "ask", QUESTION, "--index", folder]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "đảng viên" in done.stdout.decode("utf-8")
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_output_that_cannot_be_written_is_reported_in_one_line(folder: str) -> None:
    command = f"{sys.executable} -m qa info --index {folder} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("qa: The system refused (")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_stops_reading_is_no_error(folder: str) -> None:
    command = f"{sys.executable} -m qa info --index {folder} --documents | head -n 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


ESCAPES = "\x1b]0;tên giả\x07\x1b[2J\x9b31m"


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_no_name_and_no_text_steers_the_terminal(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / f"a{ESCAPES}.txt").write_text(f"Mưa to {ESCAPES} ở miền núi.\n" + "Mưa.\n" * 99, "utf-8")
    (tmp_path / "x" / f"b{ESCAPES}.png").write_bytes(b"")
    index = str(tmp_path / "index")
    commands = [
        ["index", str(tmp_path / "x"), "--into", index],
        ["search", "mưa to ở miền núi", "--index", index],
        ["info", "--documents", "--index", index],
        ["ask", "Mưa ở đâu?", "--index", index, "--json"],
    ]
    assert [main(one) for one in commands] == [0] * 4
    shown = b"".join(capfdbinary.readouterr())
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", shown)
    assert b"\\x1b]0;t\xc3\xaan gi\xe1\xba\xa3\\x07" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_indexing_shows_a_bar_on_a_terminal(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "qa", "index", str(SEEDS), "--into", str(tmp_path / "index")]
    subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode("utf-8", "replace")
    os.close(ours)
    assert "Indexing" in shown
    assert "100%" in shown
