"""The rules about the code's own shape that no linter knows; import-linter keeps the rooms apart."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import diagram

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "workflows", "provisioning")
GENERATED = ROOT / "workflows" / "store" / "migrations" / "versions"  # Alembic writes them; they are frozen history
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
SAYS_NO_ROLE = re.compile(r"(^|_)(utils?|helpers?|misc|common|stuff|manager|base_?handler)$")
USER_WORDS = re.compile(r"\b(Anda|Silakan|Mohon|permohonan|berhasil)\b")


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if GENERATED not in path.parents)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_file_is_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {file: lines for file, lines in lengths.items() if lines > LINES_OF_A_FILE} == {}


def test_every_function_is_short() -> None:
    long = {
        f"{name(path)}:{function.name}": lines
        for path in sources()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_every_name_says_a_role() -> None:
    assert [name(path) for path in sources() if SAYS_NO_ROLE.search(path.stem)] == []


def test_the_engine_imports_nothing_of_ours_but_itself() -> None:
    foreign = [
        f"{name(path)}: {module}"
        for path in sorted((ROOT / "workflows" / "engine").rglob("*.py"))
        for module in _imports(path)
        if module.split(".")[0] in ROOMS and not module.startswith("workflows.engine")
    ]
    assert foreign == []


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_the_agent_starts_programs_of_a_tenants_account_out_of_the_tenants_reach() -> None:
    """`command.as_account` gives them what the tenant's own lack; what `subprocess` does of itself does not."""
    bare = [
        f"{name(path)}:{node.lineno}"
        for path in sorted((ROOT / "provisioning" / "agent").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and {"user", "group", "extra_groups", "preexec_fn"} & {given.arg for given in node.keywords}
        and ast.unparse(node.func).startswith("subprocess.")
    ]
    assert bare == []


@pytest.mark.parametrize("room", ["inbound", "forms", "orders", "screens", "delivery"])
def test_what_users_read_lies_in_templates(room: str) -> None:
    told = [
        f"{name(path)}:{node.lineno}: {node.value!r}"
        for path in sorted((ROOT / "bot" / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and " " in node.value
        and USER_WORDS.search(node.value)
    ]
    assert told == []


def test_the_picture_of_the_architecture_is_up_to_date() -> None:
    kept = diagram.PICTURE.read_text(encoding="utf-8")
    assert kept == diagram.draw(), "the packages have changed: .venv/bin/python -m tests.diagram draws them anew"


def test_the_container_is_built_of_every_package_that_is_installed() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(wheel["targets"]["wheel"]["packages"])


def test_every_dependency_is_pinned_by_what_it_is() -> None:
    """`uv sync --locked` installs no file that another registry, or the same one tomorrow, gives another content."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    foreign = [package for package in locked if "editable" not in package["source"]]
    files = [file for package in foreign for file in (*package.get("wheels", ()), package.get("sdist")) if file]
    assert {tuple(package["source"]) for package in foreign} == {("registry",)}
    assert len(files) > len(foreign)
    assert [file["url"] for file in files if not file["hash"].startswith("sha256:")] == []
