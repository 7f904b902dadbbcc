"""The fence of the house: imports go down only, heavy libraries each have one door, rooms are small.

The contracts in pyproject.toml see which module imports which; the rules here see what those imports name and when they
run. Each kind of violation is planted in a copy of the tree and must be found there.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from pkgutil import iter_modules

import pytest

import qa
import qa.errors
from qa.errors import QAError

ROOT = Path(__file__).parent.parent
FOLDERS = ("qa", "eval", "training")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = SETTINGS["tool"]["importlinter"]["contracts"]
(HEAVY,) = (set(one["forbidden_modules"]) for one in CONTRACTS if one["id"] == "doors")
HEAVY_FOR_THE_PAGE = {"gradio", "uvicorn"}
WITH_SENTENCE_TRANSFORMERS = {"huggingface_hub", "torch", "transformers"}  # which would be nothing without them
PACKAGES = packages_distributions()
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def normal(requirement: str) -> str:
    """The name of a package in a requirement, as package indexes compare names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()


def declared() -> set[str]:
    """The packages that an installation without the tools of developers may have."""
    extras = SETTINGS["project"]["optional-dependencies"]
    chosen = [one for extra in ("llm", "mcp", "ocr", "postgres") for one in extras[extra]]
    return {*map(normal, [*SETTINGS["project"]["dependencies"], *chosen])}


DECLARED = declared()


def sources(root: Path) -> list[Path]:
    return [root / "app.py", *sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))]


def at_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """Each statement that runs when the module is imported, also within `try`, `with`, `if` and classes."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            if for_types or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            waiting.append(child)
            if isinstance(child, ast.stmt):
                yield child


def libraries(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return [(node.module or "").partition(".")[0]] if isinstance(node, ast.ImportFrom) and not node.level else []


def heavy_at_import(name: str, tree: ast.Module) -> list[str]:
    heavy = HEAVY - HEAVY_FOR_THE_PAGE if name.startswith("qa/page/") else HEAVY
    found = [library for node in at_import(tree) for library in libraries(node) if library in heavy]
    return [f"{name} imports {library} when it is imported" for library in found if name.startswith("qa/")]


def dotted(node: ast.AST) -> str:
    """The name of a module or of something in it, as `qa.index.rows` is written; of any other expression, nothing."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def ours(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(package, module or class of ours, name taken from it), by import and by attribute."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or libraries(node)[0] in FOLDERS):
            yield from ((node.module or "", alias.name) for alias in node.names)
            bound |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import) and libraries(node)[0] in FOLDERS:
            bound |= {alias.asname or top: alias.name if alias.asname else top for alias, top in roots(node)}
    for node in ast.walk(tree):
        first, dot, rest = (dotted(node.value) if isinstance(node, ast.Attribute) else "").partition(".")
        if isinstance(node, ast.Attribute) and first in bound:
            yield bound[first] + dot + rest, node.attr


def roots(node: ast.Import) -> Iterator[tuple[ast.alias, str]]:
    return zip(node.names, libraries(node), strict=True)


def private_names(name: str, tree: ast.Module) -> list[str]:
    taken = [(module, one) for module, one in ours(tree) if one.startswith("_") and not one.startswith("__")]
    return [
        f"{name} takes the private {one} of {module}" for module, one in taken if "/page/" in name or module != "qa"
    ]


def unlisted_names(name: str, tree: ast.Module) -> list[str]:
    """What page and evaluation take from `qa` or its floors though the table of contents there does not have it."""
    if not name.startswith(("qa/page/", "eval/")):
        return []
    public = {f"qa.{one.name}" for one in iter_modules(qa.__path__)} - {"qa.page"} | {"qa"}
    taken = [(module, one) for module, one in ours(tree) if module in public and f"{module}.{one}" not in public]
    return [f"{name} takes {one} of {module}" for module, one in taken if one not in listed(module)]


def listed(module: str) -> list[str]:
    """The table of contents of a module; of one without any, all names that are not private."""
    loaded = import_module(module)
    return getattr(loaded, "__all__", [one for one in vars(loaded) if not one.startswith("_")])


def hidden_imports(name: str, tree: ast.Module) -> list[str]:
    """Imports that no contract sees: by `importlib`, `__import__` or code in a string."""
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    taken = [alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    hidden = [one for one in calls if one in {"__import__", "exec", "eval"} or one.endswith(".import_module")]
    return [f"{name} imports by {one}" for one in [*hidden, *(one for one in taken if one == "import_module")]]


def undeclared(name: str, tree: ast.Module) -> list[str]:
    """Packages that the library uses and pyproject.toml does not name: nobody would notice their going."""
    if not name.startswith("qa/"):
        return []
    used = {library for node in ast.walk(tree) for library in libraries(node) if library}
    foreign = used - sys.stdlib_module_names - {*FOLDERS} - WITH_SENTENCE_TRANSFORMERS
    found = [library for library in sorted(foreign) if not DECLARED & {*map(normal, PACKAGES.get(library, []))}]
    return [f"{name} imports {library}, which pyproject.toml does not name" for library in found]


def large_functions(name: str, tree: ast.Module) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        *(f"{name} has {one.name} of more than 40 lines" for one in functions if lines_of(one) > 40),
        *(f"{name} lets {one.name} take any argument" for one in functions if one.args.kwarg and one.name[0] != "_"),
    ]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines the body has below the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def broken_rules(root: Path, path: Path) -> list[str]:
    name, source = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    rules = (heavy_at_import, private_names, unlisted_names, hidden_imports, undeclared, large_functions)
    large = [f"{name} has more than 300 lines"] if source.count("\n") > 300 else []
    return large + [found for rule in rules for found in rule(name, tree)]


def broken_contracts(root: Path) -> str:
    """What import-linter prints about a tree whose contracts are not all kept, else nothing."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.stdout if done.returncode else ""


def test_contracts_are_kept() -> None:
    assert broken_contracts(ROOT) == ""


@pytest.mark.parametrize("path", sources(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_rules_are_kept(path: Path) -> None:
    assert broken_rules(ROOT, path) == []


PLANTED = {
    "an import upwards": ("qa/text/terms.py", "from qa.index import Index", "qa.text.terms -> qa.index"),
    "a relative one": ("qa/text/terms.py", "from ..index import Index", "qa.text.terms -> qa.index"),
    "one inside a function": ("qa/text/terms.py", "def f(): import qa.index", "qa.text.terms -> qa.index"),
    "one for types alone": (
        "qa/text/terms.py",
        "if TYPE_CHECKING: from qa.index import Index",
        "qa.text.terms -> qa.index",
    ),
    "the front door from within": ("qa/index/rows.py", "def f(): import qa", "qa.index.rows -> qa"),
    "an inner module in the page": (
        "qa/page/build.py",
        "from qa.index import store",
        "qa.page.build -> qa.index.store",
    ),
    "a name that its floor does not offer": ("qa/page/build.py", "from qa.text import re", "takes re of qa.text"),
    "the terminal in the page": ("qa/page/build.py", "from qa import cli", "qa.page.build -> qa.cli"),
    "one in the evaluation": (
        "eval/sets.py",
        "def f(): import qa.index.store",
        "eval.sets -> qa.index.store",
    ),
    "a private name in the page": (
        "qa/page/build.py",
        "from qa import _hit",
        "build.py takes the private _hit",
    ),
    "one by its whole name": (
        "qa/answer/answer.py",
        "import qa.index.rows\nqa.index.rows._a",
        "takes the private _a of qa.index.rows",
    ),
    "one of a class": ("eval/sets.py", "from qa import Index\nIndex._a", "takes the private _a of qa.Index"),
    "an inner module by its whole name": (
        "eval/sets.py",
        "import qa\nqa.index.store.Store",
        "eval/sets.py takes store of qa.index",
    ),
    "one by another name": ("eval/sets.py", "import qa as q\nq._hit", "eval/sets.py takes _hit of qa"),
    "one of another floor": ("qa/answer/answer.py", "from qa.index import _a", "takes the private _a of qa.index"),
    "one of a neighbour": ("qa/cli/health.py", "from qa.cli import output\noutput._a", "private _a of qa.cli.output"),
    "a library at the top of its door": (
        "qa/index/dense.py",
        "try: import faiss\nfinally: pass",
        "dense.py imports faiss",
    ),
    "one in a class": ("qa/index/dense.py", "class A:\n    import faiss", "dense.py imports faiss"),
    "one inside a function elsewhere": (
        "qa/passages/passage.py",
        "def f(): import torch",
        "qa.passages.passage -> torch",
    ),
    "one in the page": ("qa/page/build.py", "def f(): from faiss import Index", "qa.page.build -> faiss"),
    "one that no contract sees": (
        "qa/index/rows.py",
        "def f(): importlib.import_module('faiss')",
        "rows.py imports by importlib.import_module",
    ),
    "one by another name for it": (
        "qa/index/rows.py",
        "from importlib import import_module as load\nload('faiss')",
        "rows.py imports by import_module",
    ),
    "one in a string": ("qa/index/rows.py", "def f(): exec('import faiss')", "rows.py imports by exec"),
    "a library that comes with another": (
        "qa/index/rows.py",
        "def f(): import pandas",
        "rows.py imports pandas, which pyproject.toml does not name",
    ),
    "a circle": ("qa/text/canonical.py", "def f(): from qa.text import terms", "No cycles are allowed in qa.text"),
    "one between tabs": (
        "qa/page/ask/words.py",
        "def f(): from ..ask import tab",
        "No cycles are allowed in qa.page.ask",
    ),
    "a tab in what all tabs share": (
        "qa/page/parts/words.py",
        "def f(): from qa.page import ask",
        "qa.page.parts.words -> qa.page.ask",
    ),
    "the tab above in a tab": (
        "qa/page/corpus/words.py",
        "def f(): from ..ask import words",
        "corpus.words -> qa.page.ask",
    ),
    "a large room": ("qa/index/rows.py", "\n" * 300, "rows.py has more than 300 lines"),
    "a large function": (
        "qa/text/whole.py",
        "def f():\n    'What it does.'\n" + "    1\n" * 41,
        "whole.py has f of more than 40 lines",
    ),
    "a room on no floor": ("qa/utils.py", "", "qa.utils"),
    "the evaluation in the library": ("qa/text/terms.py", "def f(): import eval.sets", "qa.text.terms -> eval.sets"),
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The sources and the contracts, to plant something in."""
    for path in [ROOT / "pyproject.toml", *sources(ROOT)]:
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


@pytest.mark.parametrize(("name", "code", "found"), PLANTED.values(), ids=PLANTED)
def test_a_planted_violation_is_found(copied: Path, name: str, code: str, found: str) -> None:
    with (copied / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")
    report = "\n".join([broken_contracts(copied), *broken_rules(copied, copied / name)])
    assert found in report


@pytest.mark.parametrize(
    "code", ["import qa", "from qa.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"]
)
def test_the_door_is_light(code: str) -> None:
    report = f"import sys\n{code}\nprint([name for name in {sorted(HEAVY)!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_table_of_contents_is_what_can_be_imported() -> None:
    public = {name for name in vars(qa) if not name.startswith("_")}
    modules = {name for name in public if type(getattr(qa, name)).__name__ == "module"}
    assert public - modules - {"annotations"} == set(qa.__all__)


def drawn(error: type[QAError], indent: str = "") -> Iterator[str]:
    """The tree of errors below one of them, as the docstring of `qa.errors` draws it."""
    below = [one for one in error.__subclasses__() if one.__module__ == "qa.errors"]
    for one in below:
        last = one is below[-1]
        yield f"{indent}{'└' if last else '├'}── {one.__name__}"
        yield from drawn(one, indent + ("    " if last else "│   "))


def test_the_drawn_tree_of_errors_is_the_real_one() -> None:
    lines = [line.removeprefix("    ") for line in (qa.errors.__doc__ or "").splitlines() if "── " in line]
    assert [re.sub(r"(Error) .*", r"\1", line) for line in lines] == list(drawn(QAError))


def test_app_py_only_starts_the_command() -> None:
    assert list(ours(ast.parse((ROOT / "app.py").read_text(encoding="utf-8")))) == [("qa.cli", "main")]
