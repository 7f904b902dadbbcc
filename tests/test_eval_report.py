"""From a set to a report with plots, JSON and run files, over a real index."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from eval.__main__ import main
from eval.errors import EvaluationError
from eval.evaluation import MEASURES, evaluate
from eval.output import Table, show
from eval.report import markdown, write_report
from eval.runs import Run
from eval.sets import Question, QuestionSet, by_document
from eval.stress import AS_WRITTEN
from eval.systems import PassageSearch

ROOT = Path(__file__).parent.parent


def lexical(searcher: qa.Searcher) -> tuple[str, PassageSearch]:
    return "lexical", PassageSearch(searcher, "lexical", by_document)


@pytest.fixture
def asked(documents: list[qa.Document]) -> QuestionSet:
    questions = (Question("q1", "Mưa ở đâu?", "place"), Question("q2", "Cá sống ở sông nào?", "thing"))
    return QuestionSet("weather", tuple(documents), questions, {"q1": {"rain": 1}, "q2": {"fish": 1}})


def test_a_report_has_everything(tmp_path: Path, searcher: qa.Searcher, asked: QuestionSet) -> None:
    systems = [lexical(searcher), ("dense", PassageSearch(searcher, "dense", by_document))]
    bad = Run("theirs", {"q1": ("rice", "rain"), "q2": ()}, {"q1": "Lúa tốt vì có mưa."})
    evaluation = evaluate(asked, systems, [bad], [AS_WRITTEN, "without diacritics"], MEASURES)
    report = write_report(tmp_path, evaluation)
    text = report.read_text(encoding="utf-8")
    assert "| lexical | 1.0000 | 1.0000 |" in text
    assert "| theirs | 0.3155 | 0.2500 | 0.0000 | 0.5000 |" in text
    assert "| place | 1 | 1.0000 | 1.0000 | 0.6309 |" in text
    assert "| without diacritics | 2 | 1.0000 |" in text
    assert (
        "- **Cá sống ở sông nào?** (q2; 1.00 and 0.00)\n  - lexical: `fish` Cá sống ở sông.\n  - theirs: found nothing"
        in text
    )
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        "dense.theirs.as-written.png",
        "lexical.dense.as-written.png",
        "lexical.dense.without-diacritics.png",
        "lexical.theirs.as-written.png",
    ]
    for plot in (tmp_path / "plots").iterdir():
        assert plot.read_bytes().startswith(b"\x89PNG")
        assert f"plots/{plot.name}" in text
    assert (tmp_path / "runs" / "theirs.as-written.run").read_text(encoding="utf-8").startswith("q1 Q0 rice 1 ")
    stored = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert stored["results"][2]["means"]["RR@10"] == 0.25
    assert stored["comparisons"][0]["established"] is False


def test_what_does_not_fit_is_in_the_report(searcher: qa.Searcher, asked: QuestionSet) -> None:
    noted = QuestionSet(asked.name, asked.documents, asked.questions, asked.qrels, ("3 things do not fit.",))
    evaluation = evaluate(noted, [lexical(searcher)], [], [AS_WRITTEN], MEASURES)
    assert "- 3 things do not fit." in markdown(evaluation)


def test_a_table_keeps_its_columns() -> None:
    assert str(Table(["a|b", "n"], [["x", "1"]])) == "| a\\|b | n |\n| --- | ---: |\n| x | 1 |\n"


def trec(folder: Path) -> list[str]:
    (folder / "set.qrels").write_text("q1 0 rain 1\nq2 0 fish 1\n", encoding="utf-8")
    (folder / "set.tsv").write_text("q1\tMưa ở đâu?\nq2\tCá nào?\n", encoding="utf-8")
    (folder / "their.run").write_text("q1 Q0 rain 1 2.0 t\nq2 Q0 rain 1 2.0 t\n", encoding="utf-8")
    (folder / "our.run").write_text("q1 Q0 rice 1 2.0 t\nq2 Q0 fish 1 2.0 t\n", encoding="utf-8")
    return [str(folder / "set.qrels"), "--queries", str(folder / "set.tsv"), "--into", str(folder / "report")]


def test_imported_runs_are_compared_without_any_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = ["--run", str(tmp_path / "their.run"), "--run", str(tmp_path / "our.run")]
    assert main(["measure", *trec(tmp_path), *runs]) == 0
    shown = capsys.readouterr()
    assert "| their | 0.5000 |" in shown.out
    assert "- as written: No difference between their and our is established" in shown.out
    assert (tmp_path / "report" / "report.md").is_file()


def test_an_index_is_searched_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = qa.Index.create(tmp_path / "index")
    index.upsert([qa.Document("rain", "Mưa to ở miền núi."), qa.Document("fish", "Cá sống ở sông.")])
    arguments = [*trec(tmp_path), "--index", str(tmp_path / "index"), "--system", "lexical"]
    assert main(["measure", *arguments]) == 0
    assert "| lexical | 1.0000 |" in capsys.readouterr().out


def test_the_gate_lifts_floors_and_fails_below_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    some = (ROOT / "eval" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()[::12]
    (tmp_path / "some.jsonl").write_text("\n".join(some), encoding="utf-8")
    baseline = tmp_path / "baseline.json"
    gate = ["gate", "--baseline", str(baseline), "--questions", str(tmp_path / "some.jsonl")]
    assert main(gate) == 1
    assert "There are no floors" in capsys.readouterr().err
    assert main([*gate, "--raise"]) == 0
    stored = json.loads(baseline.read_text(encoding="utf-8"))
    stored["floors"]["hybrid RR@10"] = 1.0
    baseline.write_text(json.dumps(stored), encoding="utf-8")
    capsys.readouterr()
    assert main(gate) == 1
    assert capsys.readouterr().out.endswith("below its floor of 1.000\n")


def test_an_error_is_one_line_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(tmp_path / "none.json")]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("eval: There is no set at")
    assert len(shown.err.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = trec(tmp_path)
    (tmp_path / "report").write_text("a file, not a folder", encoding="utf-8")
    assert main(["measure", *arguments, "--run", str(tmp_path / "their.run")]) == 1
    assert capsys.readouterr().err.startswith("eval: The system refused (")


def test_counts_are_whole_numbers_above_0(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["speed", "--passages", "0"], ["reliability", "--count", "-1"], ["speed", "--passages", "x"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert "is not a whole number above 0" in capsys.readouterr().err


def test_no_system_or_two_of_one_name_are_errors(
    tmp_path: Path, searcher: qa.Searcher, asked: QuestionSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["measure", *trec(tmp_path)]) == 1
    assert "There is no system to measure" in capsys.readouterr().err
    run = Run("lexical", {"q1": (), "q2": ()})
    with pytest.raises(EvaluationError, match="Two systems have one name"):
        evaluate(asked, [lexical(searcher)], [run], [AS_WRITTEN], MEASURES)


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys, eval.__main__ as m\n"
        "try: m.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in ('torch', 'faiss', 'tantivy', 'matplotlib', 'ir_measures', 'bm25s') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_toy_embedder_serves_the_same_figures_twice(tmp_path: Path, asked: QuestionSet) -> None:
    index = qa.Index.create(tmp_path / "again", WordEmbedder())
    index.upsert(asked.documents)
    one, two = (evaluate(asked, [lexical(qa.Searcher(index))], [], [AS_WRITTEN], MEASURES).as_json() for _ in range(2))
    assert one == two


def test_a_table_is_printed_for_a_spreadsheet_or_a_paper(capsys: pytest.CaptureFixture[str]) -> None:
    measured = Table(["system & set", "F1"], [["hybrid_1, all", "1,190"], ["50 %", "0.5"]])
    show("csv", "A note.", measured, measured)
    printed = capsys.readouterr()
    one = 'system & set,F1\n"hybrid_1, all",1190\n50 %,0.5\n'
    assert (printed.out, printed.err) == (f"{one}\n{one}", "A note.\n")
    show("latex", measured)
    assert capsys.readouterr().out.splitlines() == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"system \& set & F1 \\",
        r"\midrule",
        r"hybrid\_1, all & 1,190 \\",
        r"50 \% & 0.5 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]
    show("markdown", "", "A note.", measured)
    assert capsys.readouterr().out == f"A note.\n\n{measured}"
