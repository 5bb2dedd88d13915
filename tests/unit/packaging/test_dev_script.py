"""The set-up scripts: they need nothing installed, find out what is missing, and say how to use them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "packaging"
BEFORE_INSTALLING = ("dev.py", "environment.py", "virtual_display.py")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import environment

    return environment


@pytest.mark.parametrize("name", BEFORE_INSTALLING)
def test_what_runs_before_installing_imports_only_the_standard_library(name: str) -> None:
    allowed = sys.stdlib_module_names | {Path(own).stem for own in BEFORE_INSTALLING}
    for node in ast.walk(ast.parse((PACKAGING / name).read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert {imported.split(".")[0] for imported in names} <= allowed


def test_every_command_of_the_readme_exists() -> None:
    shown = subprocess.run(
        [sys.executable, str(PACKAGING / "dev.py"), "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for command in ("run", "test", "bench", "lint", "format", "lock", "clean"):
        assert f"dev.py {command}" in shown


def test_ci_runs_the_same_script() -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "python3 packaging/dev.py test" in text
    assert "CI=true" in text


def test_packages_are_installed_once_per_lock(
    environment: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], failure: str, variables: dict[str, str] | None = None) -> None:
        calls.append(command)
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "app.txt"
    lock.write_text("one==1")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "_run", run)
    install = environment.install_packages  # type: ignore[attr-defined]
    install("app")
    assert len(calls) == 2, "the environment, then the packages"
    assert "--require-hashes" in calls[1]
    install("app")
    assert len(calls) == 2
    lock.write_text("one==2")
    install("app")
    assert len(calls) == 3


def test_without_rights_the_missing_packages_are_named(
    environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.sys, "platform", "linux")  # type: ignore[attr-defined]
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")  # type: ignore[attr-defined]
    monkeypatch.setattr(environment, "_is_installed", lambda name: name != "libegl1")
    monkeypatch.setattr(environment, "_rights", lambda: None)
    with pytest.raises(environment.SetupError, match=r"sudo apt-get install .*libegl1$"):  # type: ignore[attr-defined]
        environment.install_system_packages(("libegl1", "libgl1"))  # type: ignore[attr-defined]
