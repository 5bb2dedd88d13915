"""Sealed files: whole, secret, noticed when cut."""

import os
from pathlib import Path

import pytest

from app.errors import InputError
from app.media.vault import CHUNK_BYTES, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "media", bytes(range(32)))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_goes_in_comes_out(vault: Vault, size: int) -> None:
    clear = os.urandom(size)
    path = vault.path_of("mxc://a/b")
    vault.write(path, clear)
    assert vault.read(path) == clear
    assert vault.clear_size(path) == size


def test_content_and_name_are_not_on_disk(vault: Vault) -> None:
    path = vault.path_of("mxc://acme.com/secret")
    vault.write(path, b"salary list " * 100)
    assert b"salary" not in path.read_bytes()
    assert "secret" not in str(path) and "acme" not in path.name


@pytest.mark.parametrize("damage", ["cut at a chunk", "cut inside", "flipped", "other file", "emptied"])
def test_damage_is_noticed(vault: Vault, damage: str) -> None:
    path = vault.path_of("x")
    vault.write(path, os.urandom(2 * CHUNK_BYTES + 5))
    sealed = bytearray(path.read_bytes())
    if damage == "cut at a chunk":
        del sealed[12 + 2 * (CHUNK_BYTES + 16) :]
    elif damage == "cut inside":
        del sealed[100:]
    elif damage == "flipped":
        sealed[500] ^= 1
    elif damage == "other file":
        sealed[:4] = b"%PDF"
    else:
        del sealed[12:]
    path.write_bytes(sealed)
    with pytest.raises(InputError) as caught:
        vault.read(path)
    assert caught.value.code == "file_damaged"


def test_a_failed_write_leaves_nothing(vault: Vault) -> None:
    path = vault.path_of("x")
    with pytest.raises(RuntimeError), vault.writer(path) as writer:
        writer.write(b"half")
        raise RuntimeError
    assert not list(path.parent.iterdir())


def test_the_longest_unused_files_go_first(vault: Vault) -> None:
    for number in range(5):
        path = vault.path_of(str(number))
        vault.write(path, bytes(1000))
        os.utime(path, (number, number))
    vault.shrink_to(2 * 1100)
    assert [vault.path_of(str(n)).exists() for n in range(5)] == [False, False, False, True, True]


def test_a_missing_source_is_named(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        vault.copy_in(tmp_path / "gone", vault.path_of("x"))
    assert caught.value.code == "file_gone"
