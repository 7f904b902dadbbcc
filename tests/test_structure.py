"""The floors and sizes that the design promises: imports go down only, heavy libraries each have one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parent.parent
FLOORS = (
    *("errors", "text", "documents", "passages", "embedding", "index", "retrieval", "reading", "answer", "generation"),
    "cli",
)
DOORS = {
    "faiss": "qa/index/dense.py",
    "tantivy": "qa/index/lexical.py",
    "model2vec": "qa/embedding/bundled.py",
    "sentence_transformers": "qa/embedding/sentence_transformer.py",
    "langdetect": "qa/text/language.py",
    "transformers": "qa/reading/transformers_reader.py",
    "openai": "qa/generation/writer.py",
    "huggingface_hub": "qa/embedding/hub.py",
    "onnxruntime": "qa/reading/onnx.py",
    "tokenizers": "qa/reading/onnx.py",
    "pypdfium2": "qa/documents/formats/pdf.py",
    "docx": "qa/documents/formats/office.py",
    "python_calamine": "qa/documents/formats/office.py",
    "striprtf": "qa/documents/formats/mail.py",
    "watchfiles": "qa/cli/watching.py",
    "pytesseract": "qa/documents/formats/pdf.py",
}
HEAVY = (
    *("torch", "sentence_transformers", "transformers", "huggingface_hub", "faiss", "tantivy", "gradio", "model2vec"),
    *("langdetect", "rich", "openai", "httpx", "httpx2", "onnxruntime", "tokenizers"),
    *("pypdfium2", "docx", "python_calamine", "striprtf", "lxml", "watchfiles", "pytesseract", "PIL"),
)
PAGE = ROOT / "qa" / "page"
MODULES = sorted(
    path
    for path in (ROOT / "qa").rglob("*.py")
    if PAGE not in path.parents and (path.parent != ROOT / "qa" or path.stem in FLOORS)
)
FOLDERS = ("qa", "eval", "training")
SOURCES = [ROOT / "app.py", *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
OUTSIDE = sorted(path for folder in (PAGE, ROOT / "eval") for path in folder.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> list[tuple[str, bool]]:
    """(module, whether the import stands at the top level and outside TYPE_CHECKING) of each import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node in tree.body) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.module or "", node in tree.body))
    return found


def floor_of(module: str) -> int:
    return FLOORS.index(module.split(".")[1])


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_imports_only_from_its_own_floor_and_below(path: Path) -> None:
    own = FLOORS.index(path.relative_to(ROOT / "qa").parts[0].removesuffix(".py"))
    # The command that serves the page comes in by its door, when it is called.
    doors = [("qa.page", False)] if relative(path) == "qa/cli/commands.py" else []
    inner = [one for one in imported(path) if one[0].startswith("qa.") and one not in doors]
    assert [module for module, _ in inner if floor_of(module) > own] == []
    assert "qa" not in [module for module, _ in imported(path)]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_heavy_libraries_come_in_through_one_door_and_inside_a_function(path: Path) -> None:
    for module, at_top in imported(path):
        library = module.split(".")[0]
        assert not (library in HEAVY and at_top), f"{library} at the top of {relative(path)}"
        assert relative(path) == DOORS.get(library, relative(path))


@pytest.mark.parametrize(
    "code", ["import qa", "from qa.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"]
)
def test_the_door_is_light(code: str) -> None:
    report = f"import sys\n{code}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_table_of_contents_is_what_can_be_imported() -> None:
    public = {name for name in vars(qa) if not name.startswith("_")}
    modules = {name for name in public if type(getattr(qa, name)).__name__ == "module"}
    assert public - modules - {"annotations"} == set(qa.__all__)


def test_app_py_only_starts_the_command() -> None:
    assert [module for module, _ in imported(ROOT / "app.py") if module.startswith("qa")] == ["qa.cli"]


@pytest.mark.parametrize("path", OUTSIDE, ids=relative)
def test_page_and_evaluation_use_only_public_names(path: Path) -> None:
    inner = [module for module, _ in imported(path) if module.startswith("qa.") and not module.startswith("qa.page")]
    assert inner == []
    names = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa"
    }
    assert names <= set(qa.__all__)


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_rooms_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert not body or node.end_lineno is None or node.end_lineno - body[0].lineno < 40, node.name
            assert node.args.kwarg is None or node.name.startswith("_"), node.name
