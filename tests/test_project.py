"""The project as a whole: its folders, its directions, its one front door."""

from __future__ import annotations

import ast
import lzma
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

FOLDERS = {"workflow", "api", "letters", "db", "tests", "docker", ".ci"}
FILES = {"pyproject.toml", "requirements.lock", "requirements-sign.lock", "requirements-test.lock", "Makefile", ".gitignore",
         "README.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"}
# What .gitignore lists: made by the set-up, by a running office or by the tools.
MADE = {".git", ".venv", "data", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache",
        ".hypothesis", "__pycache__"}


def kept() -> list[Path]:
    """Every file of the project that git keeps (or would)."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(asked, capture_output=True, check=False)
    if answer.returncode == 0:
        return [path for name in answer.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    return [  # an unpacked archive, without git
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not MADE & set(path.relative_to(ROOT).parts) and path.parent.name != "fonts"
    ]


def texts() -> list[tuple[Path, str]]:
    pictures = {".png", ".jpg", ".ico", ".pdf", ".otf", ".ttf", ".woff2"}
    return [(path, _text(path)) for path in kept() if path.suffix not in pictures]


def _text(path: Path) -> str:
    return (lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()).decode("utf-8")


# ---------------------------------------------------------------- folders and directions


def test_the_top_level_holds_what_is_agreed_and_no_more() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in kept()}
    assert tops <= FOLDERS | FILES
    assert tops >= FILES


def test_imports_run_one_way() -> None:
    """The contracts of pyproject.toml: app, the three doors, what the web doors share, the office, letters and db, the law."""
    tool = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    linted = subprocess.run(tool, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_no_module_imports_one_that_imports_it() -> None:
    """No circle anywhere, also none of imports inside functions or for types alone."""
    graph = grimp.build_graph("workflow", "letters", "db", "api", cache_dir=None)
    TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}).prepare()


def test_a_template_of_the_pages_has_a_name_of_its_own() -> None:
    """A page names its template without the folder of its desk."""
    names = [path.name for path in (ROOT / "api" / "pages").rglob("*.html")]
    assert len(set(names)) == len(names) > 50


@pytest.mark.parametrize("path", sorted((ROOT / "workflow").rglob("*.py")), ids=lambda path: path.name)
def test_the_law_never_asks_the_clock(path: Path) -> None:
    """`today` is an argument of every rule: no call of now(), today(), utcnow() or of the module time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"now", "today", "utcnow", "localtime", "gmtime"}, f"{path}:{node.lineno}"
        if isinstance(node, ast.Import):
            assert "time" not in {name.name for name in node.names}, f"{path}:{node.lineno}"
        if isinstance(node, ast.ImportFrom):
            assert node.module != "time", f"{path}:{node.lineno}"


def test_the_law_uses_three_libraries_and_the_standard_library() -> None:
    """pydantic (with its core), ruamel.yaml, transitions: a new one there is a decision, not an accident."""
    used = set()
    for path in (ROOT / "workflow").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                used.add((node.module or "").split(".")[0])
    assert used - set(sys.stdlib_module_names) <= {"workflow", "pydantic", "pydantic_core", "ruamel", "transitions"}


# ---------------------------------------------------------------- what files may say


def test_no_file_names_a_registry_or_this_machine() -> None:
    """Where packages come from is a setting of the machine, and nobody else has its folders."""
    halves = [("pypi", ".org"), ("python", "hosted"), ("npm", "js"), ("index", "-url"), ("debian", ".org"),
              ("archive.", "ubuntu"), ("/work", "/"), ("../", "shared"), ("/root", "/"), ("/opt", "/")]
    words = [first + second for first, second in halves]  # in halves, so that this file does not say them
    found = [(path.name, word) for path, text in texts() for word in words if word in text]
    assert not found


def test_every_yaml_file_parses_without_a_key_said_twice() -> None:
    for path in kept():
        if path.suffix in {".yaml", ".yml"}:
            YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def test_no_file_is_left_over() -> None:
    leftovers = [path for path in kept() if path.suffix in {".orig", ".rej", ".bak", ".log", ".swp"}]
    assert not leftovers


# ---------------------------------------------------------------- locks


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {found[1]: found[2] for found in re.finditer(r"^([a-z0-9-]+)==([^ ]+)", text, flags=re.M)}


def wanted(lines: list[str]) -> set[str]:
    """The names in a list of pyproject.toml."""
    return {re.split(r"[\[<>=! ]", line)[0].replace(".", "-") for line in lines}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-sign.lock", "requirements-test.lock", "docker/ocr.lock"])
def test_the_lock_pins_every_package_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|/", re.sub(r"^# .*$", "", text, flags=re.M))


def test_the_locks_agree_and_hold_what_the_project_asks_for() -> None:
    run, sign, test = (locked(f"requirements{which}.lock") for which in ("", "-sign", "-test"))
    assert run.items() <= sign.items() <= test.items()
    extras = PROJECT["project"]["optional-dependencies"]
    assert wanted(PROJECT["project"]["dependencies"] + extras["install"]) <= set(run), "run `make lock`"
    assert wanted(extras["sign"]) <= set(sign), "run `make lock`"
    assert wanted(extras["test"]) <= set(test), "run `make lock`"
    ocr = locked("docker/ocr.lock")
    assert run.items() <= ocr.items(), "run `make lock`"
    assert wanted(extras["ocr"]) <= set(ocr) and not wanted(extras["ocr"]) & set(test), "no test needs what reads scans"


# Asked for and imported by no module, each for its reason.
BY_NAME = {
    "httptools": "uvicorn loads it",
    "tzdata": "zoneinfo reads it",
    "uvloop": "uvicorn loads it",
}


def test_every_library_that_is_asked_for_is_imported() -> None:
    imported = set()
    for path in (path for folder in ("workflow", "letters", "db", "api") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
    from_where = packages_distributions()
    used = {re.sub(r"[-_.]+", "-", made).lower() for name in imported for made in from_where.get(name, [])}
    assert wanted(PROJECT["project"]["dependencies"]) - used == set(BY_NAME)


# ---------------------------------------------------------------- the front door


def test_the_readme_s_commands_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.M))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert {"run", "test"} <= named
    assert named <= targets


def test_every_target_explains_itself_in_make_help() -> None:
    phony = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.M)[1].split())
    assert phony == set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, flags=re.M))


def test_the_readme_s_settings_are_those_of_the_program() -> None:
    from api.settings import Settings

    table = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", README, flags=re.M))
    assert table >= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_pictures_are_those_of_today(name: str) -> None:
    """The procedure as its table says it, the rooms as the imports say them."""
    from tests.diagram import drawn

    text = (ROOT / name).read_text(encoding="utf-8")
    assert drawn(name, text) == text, "run `make diagram`"


def test_an_arrow_that_others_imply_is_not_drawn() -> None:
    from tests.diagram import without_the_implied

    asked = {"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set(), "e": {"a", "d"}}
    assert without_the_implied(asked) == {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": set(), "e": {"a"}}


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.endswith(".md")))
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_what_a_newcomer_is_told_exists() -> None:
    """Paths and ids in backticks; what stands under api/ by name only, for its rooms may be furnished anew."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./]+/[\w./]*)`", text)
    assert named
    for name in named:
        assert (ROOT / name).exists(), name
    assert set(re.findall(r"`make (\w+)`", text)) <= set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.M))


def test_the_licence_is_whole_and_is_the_one_that_the_package_names() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "MulanPSL-2.0"
    chinese, english = text.split("Mulan Permissive Software License，Version 2", 1)
    for part, end in ((chinese, "条款结束"), (english, "END OF THE TERMS AND CONDITIONS")):
        terms = part[: part.index(end)]
        assert re.findall(r"^([0-6])\. ", terms, flags=re.M) == list("0123456")


def test_ci_runs_the_readme_s_second_command() -> None:
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == "make test"
