"""Files of a request or an act on their way: each is named by its outbox path until it is uploaded.

A row of the send queue keeps them under `FILES_KEY` as `[{path, name, mimetype, uri}]`; the content it is about is never
touched. `with_addresses` puts the addresses in when all are known. So a crash between two uploads repeats neither.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from app.domain.content import JSONObject, text_of
from app.domain.ids import ContentURI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.sending.attachments import Outbox

OWN_KEYS = "im.tack."
"""Top-level keys of a row's content that begin so are never sent."""
FILES_KEY = "im.tack.files"
_CHUNK_BYTES = 1 << 20
_ADDRESS = ContentURI("mxc://" + "x" * 64 + "/" + "x" * 32)


class WaitingFile(NamedTuple):
    """A file of a row."""

    path: str
    name: str
    mimetype: str
    uri: ContentURI | None


def files_of(content: JSONObject) -> list[WaitingFile]:
    """Give the files of a row's content."""
    listed = content.get(FILES_KEY)
    found: list[WaitingFile] = []
    for one in listed if isinstance(listed, list) else ():
        path = text_of(one, "path") if isinstance(one, dict) else None
        if path:
            uri = text_of(one, "uri")
            mimetype = text_of(one, "mimetype") or "application/octet-stream"
            found.append(
                WaitingFile(path, text_of(one, "name") or "", mimetype, ContentURI(uri) if uri else None)
            )
    return found


def with_upload(content: JSONObject, path: str, uri: ContentURI) -> JSONObject:
    """Note where a file lies now."""
    listed = [one | {"uri": uri} if one.get("path") == path else one for one in content.get(FILES_KEY, [])]
    return content | {FILES_KEY: listed}


def with_addresses(content: JSONObject) -> JSONObject:
    """Give what goes over the wire: every file by its address, no path, none of our own keys at the top."""
    addresses = {file.path: file.uri for file in files_of(content) if file.uri}
    rest = {key: value for key, value in content.items() if not key.startswith(OWN_KEYS)}
    filled = _filled(rest, addresses)
    assert isinstance(filled, dict)
    return filled


def listed_files(value: Any) -> list[JSONObject]:
    """List the files in a value that wait for their upload, each once, as `FILES_KEY` keeps them."""
    found = {
        ref["path"]: {"path": ref["path"], "name": ref.get("name", ""), "mimetype": ref.get("mimetype", "")}
        for ref in _waiting_refs(value)
    }
    return list(found.values())


def as_if_uploaded(value: Any) -> Any:
    """Give a value as it will be sent, with addresses of the usual length."""
    return _filled(value, dict.fromkeys(paths_in(value), _ADDRESS))


def paths_in(value: Any) -> set[str]:
    """Give the paths of files in a value."""
    return {ref["path"] for ref in _waiting_refs(value)}


async def taken_in(outbox: Outbox, value: Any, taken: dict[str, JSONObject] | None = None) -> Any:
    """Give a value whose files lie in the outbox, with their sizes and digests; `taken` learns which came from where.

    Raises `InputError` (`file_gone` and its like), `StorageError`.
    """
    if isinstance(value, list):
        return [await taken_in(outbox, item, taken) for item in value]
    if not isinstance(value, dict):
        return value
    if not _is_waiting(value):
        return {key: await taken_in(outbox, item, taken) for key, item in value.items()}
    if outbox.is_sealed(value["path"]) and value.get("sha256"):
        return value
    ref = await file_ref(outbox, Path(value["path"]), text_of(value, "name"))
    if taken is not None:
        taken[value["path"]] = ref
    return ref


def with_taken(value: Any, taken: dict[str, JSONObject]) -> Any:
    """Give a value that names the copies of files instead of the originals."""
    if isinstance(value, list):
        return [with_taken(item, taken) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_waiting(value) and value["path"] in taken:
        return value | taken[value["path"]]
    return {key: with_taken(item, taken) for key, item in value.items()}


async def file_ref(outbox: Outbox, path: Path, name: str | None = None) -> JSONObject:
    """Take a file into the outbox; the reference to it. Raises as `taken_in`."""
    prepared = await outbox.prepare_file(path)
    source = await outbox.source(prepared.path)
    digest = await asyncio.to_thread(_digest, source)
    attachment = prepared.attachment
    return {
        "name": (name or attachment.filename)[:200],
        "size": attachment.size_bytes,
        "mimetype": attachment.mimetype,
        "sha256": digest,
        "path": prepared.path,
    }


def _digest(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    digest = hashlib.sha256()
    with open(source, "rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _is_waiting(value: JSONObject) -> bool:
    return bool(text_of(value, "path")) and not text_of(value, "uri")


def _waiting_refs(value: Any) -> Iterator[JSONObject]:
    if isinstance(value, dict):
        if _is_waiting(value):
            yield value
        else:
            for item in value.values():
                yield from _waiting_refs(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _waiting_refs(item)


def _filled(value: Any, addresses: dict[str, ContentURI]) -> Any:
    if isinstance(value, list):
        return [_filled(item, addresses) for item in value]
    if not isinstance(value, dict):
        return value
    path = text_of(value, "path")
    if path in addresses:
        return {key: item for key, item in value.items() if key != "path"} | {"uri": addresses[path]}
    return {key: _filled(item, addresses) for key, item in value.items()}
