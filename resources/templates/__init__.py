"""Templates of approvals that come with Tack, one JSON file each: what a newcomer asks with before anything is set up.

Form of a file: `app.domain.approvals.template.Template`. They name no people and need no roles: where nobody is found
the requester chooses. `template_texts` gives them in the order they are offered.
"""

from pathlib import Path

ORDER = ("leave", "expense", "purchase", "business_trip", "overtime", "seal", "general")


def template_texts() -> tuple[str, ...]:
    """Read them."""
    folder = Path(__file__).parent
    return tuple((folder / f"{name}.json").read_text("utf-8") for name in ORDER)
