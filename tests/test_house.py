"""The rules of the house that import-linter and ruff cannot hold."""

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("kmonitor", "devices", "ui", "resources")
LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 40
CLOCKS = {"kmonitor/clock.py", "kmonitor/bootstrap.py", "kmonitor/supervisor.py"}
STANDARD_ONLY = (
    "kmonitor/__init__.py",
    "kmonitor/bootstrap.py",
    "kmonitor/crash_dumps.py",
    "kmonitor/environment.py",
    "kmonitor/environment_lock.py",
    "kmonitor/errors.py",
    "kmonitor/file_lock.py",
    "kmonitor/pipes.py",
    "kmonitor/setting_up.py",
    "kmonitor/system_packages.py",
    "kmonitor/watchdog.py",
)
FOR_OLD_PYTHONS = ("main.py", "kmonitor/__init__.py", "kmonitor/bootstrap.py")

SOURCES = [
    "main.py",
    *sorted(
        path.relative_to(CHECKOUT).as_posix()
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*.py")
    ),
]
TESTS = sorted(path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "tests").rglob("*.py"))


@functools.cache
def text(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


@functools.cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), name)


def imports(name: str) -> Iterator[str]:
    """Every name that a file imports, also late and for the type checker only."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(module: str, names: list[str]) -> set[str]:
    pattern = re.compile(rf"{re.escape(module)}(\.|$)")
    return {name for name in names if any(pattern.match(found) for found in imports(name))}


def functions(name: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_kmonitor_knows_none_of_ours_and_devices_and_ui_know_kmonitor_only() -> None:
    known = {"kmonitor": {"kmonitor", "resources"}, "resources": {"resources"}}
    for package in PACKAGES:
        allowed = known.get(package, {"kmonitor", "resources", package})
        mine = [name for name in SOURCES if name.startswith(f"{package}/")]
        for other in set(PACKAGES) - allowed:
            assert importers(other, mine) == set(), f"{package} imports {other}"


def test_nobody_imports_main() -> None:
    assert importers("main", SOURCES[1:]) == set()


def test_the_time_comes_from_the_clock() -> None:
    assert importers("time", SOURCES) <= CLOCKS
    asking = {"now", "utcnow", "today"}
    for name in set(SOURCES) - CLOCKS:
        asked = [
            node.lineno
            for node in ast.walk(tree(name))
            if isinstance(node, ast.Attribute)
            and node.attr in asking
            and ast.unparse(node.value) in {"datetime", "date", "datetime.datetime"}
        ]
        assert not asked, f"{name}:{asked} asks the computer for the time"


@pytest.mark.parametrize(
    ("module", "homes"),
    [
        ("serial", r"devices/link\.py"),
        ("miniaudio", r"kmonitor/alarms/audio\.py"),
        ("sqlcipher3", r"kmonitor/store/.*"),
        ("sqlite_utils", r"kmonitor/store/.*"),
        ("sqlite3", r"kmonitor/store/.*"),
        ("PySide6", r"ui/.*"),
        ("pyqtgraph", r"ui/.*"),
    ],
)
def test_a_library_has_one_home(module: str, homes: str) -> None:
    assert {n for n in importers(module, SOURCES) if not re.fullmatch(homes, n)} == set()


def test_the_screen_only_reads_the_record() -> None:
    for name in importers("kmonitor.store", [n for n in SOURCES if n.startswith("ui/")]):
        used = {found for found in imports(name) if found.startswith("kmonitor.store")}
        beside = {f for f in used - {"kmonitor.store"} if not f.startswith("kmonitor.store.reader")}
        assert not beside, f"{name} imports {beside}"


def test_no_exception_is_swallowed_whole() -> None:
    bare = [
        f"{name}:{node.lineno}"
        for name in SOURCES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


@pytest.mark.parametrize("name", STANDARD_ONLY)
def test_the_set_up_needs_the_standard_library_only(name: str) -> None:
    ours = {name.removesuffix(".py").replace("/", ".") for name in STANDARD_ONLY} | {"kmonitor"}
    for found in imports(name):
        is_ours = found in ours or found.rpartition(".")[0] in ours
        assert is_ours or found.partition(".")[0] in sys.stdlib_module_names, found


@pytest.mark.parametrize("name", FOR_OLD_PYTHONS)
def test_an_old_python_can_read_what_tells_it_what_is_needed(name: str) -> None:
    parsed = ast.parse(text(name), name, feature_version=(3, 4))
    assert text(name).isascii()
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.Starred, ast.YieldFrom)
    assert not [node.lineno for node in ast.walk(parsed) if isinstance(node, new)]
    for function in functions(name):
        assert function.returns is None
        every = function.args.args + function.args.kwonlyargs
        assert not any(argument.annotation for argument in every)
        assert not function.args.kwonlyargs


def test_main_has_under_100_lines() -> None:
    assert len(text("main.py").splitlines()) < 100


def test_no_file_is_too_long() -> None:
    long = {n for n in SOURCES + TESTS if len(text(n).splitlines()) > LINES_OF_A_FILE}
    assert long == set()


def test_a_function_fits_on_one_screen() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name in SOURCES
        for node in functions(name)
        if (node.end_lineno or 0) - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert not long


def test_tests_are_in_no_package() -> None:
    assert list((CHECKOUT / "tests").rglob("__init__.py")) == []


def locked(name: str) -> set[str]:
    """Return the requirements of a lock, as `name==version ; marker`."""
    lines = text(name).splitlines()
    return {line.removesuffix(" \\") for line in lines if re.match(r"[a-z0-9]", line)}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_names_no_address_and_a_hash_for_each_package(name: str) -> None:
    assert "://" not in text(name)
    assert not re.search(r"^\s*-(?!-hash)", text(name), re.MULTILINE)
    for entry in re.split(r"\n(?=[a-z0-9])", text(name)):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_the_common_lock_knows_no_place_of_one_machine() -> None:
    sources = {str(package["source"]) for package in tomllib.loads(text("uv.lock"))["package"]}
    assert len(sources) == 2, sources  # the public default, and this project itself
    assert not re.search(r"file:|localhost|path = ", text("uv.lock"))


def test_what_runs_is_what_was_tested() -> None:
    assert locked("requirements.lock") <= locked("requirements-test.lock")


def test_the_locks_are_those_of_the_project() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    everywhere = tomllib.loads(text("uv.lock"))["package"]
    versions = {(package["name"], package["version"]) for package in everywhere}
    for line in locked("requirements-test.lock"):
        name, _, version = line.partition(" ;")[0].partition("==")
        assert (name, version) in versions
    asked = {re.split(r"[^\w-]", wish)[0].lower() for wish in project["dependencies"]}
    assert asked <= {line.partition("==")[0] for line in locked("requirements.lock")}


def test_what_the_readme_points_to_is_there() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)]+)\)|`(docs/[^`]+|[A-Z]+\.md)`", text)
    places = [first or second for first, second in named]
    assert places
    assert [place for place in places if not (CHECKOUT / place).exists()] == []
