"""The templates that come with Tack, read from their texts (`resources.templates`)."""

from collections.abc import Iterable

import msgspec

from app.domain.approvals.template import Template


def shipped_templates(texts: Iterable[str]) -> tuple[Template, ...]:
    """Read them. Raises `msgspec.ValidationError` where one is none: they are ours."""
    return tuple(msgspec.json.decode(text, type=Template) for text in texts)
