"""Somebody who can be chosen, as the directory or the cache gives them."""

from dataclasses import dataclass

from app.domain.ids import ContentURI, UserID


@dataclass(frozen=True, slots=True)
class Person:
    """One person: what a chip or a row of suggestions shows."""

    user_id: UserID
    name: str
    is_external: bool = False
    avatar: ContentURI | None = None
    detail: str = ""
