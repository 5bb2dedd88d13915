"""Settings survive damage and newer versions."""

import json
from pathlib import Path

import pytest

from app.errors import ReadOnlyFolder
from app.settings import Settings, SettingsFile


def test_what_is_changed_is_there_after_a_restart(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "p" / "settings.json")
    heard: list[Settings] = []
    file.subscribe(heard.append)
    file.change(language="zh", window={"list": 288})
    again = SettingsFile(tmp_path / "p" / "settings.json")
    assert again.load() == file.current == heard[0]
    assert again.current.language == "zh"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\0", "[" * 100_000, "\ud800"])
def test_a_broken_file_gives_defaults_and_is_kept_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert SettingsFile(path).load() == Settings()
    assert path.with_name("settings.json.broken").exists()


def test_values_of_a_wrong_type_fall_back_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"language": "zh", "theme": "pink", "zoom_percent": "big", "is_sound_on": 1}))
    loaded = SettingsFile(path).load()
    assert loaded == Settings(language="zh")


def test_keys_of_a_newer_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"language": "en", "from_the_future": [1]}')
    file = SettingsFile(path)
    file.load()
    file.change(theme="dark")
    assert json.loads(path.read_text())["from_the_future"] == [1]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("a file where the folder should be")
    with pytest.raises(ReadOnlyFolder):
        SettingsFile(tmp_path / "p" / "settings.json").change(theme="dark")
