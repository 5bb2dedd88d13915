"""Switches of a channel: how people comment, whether it asks who has finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources.translations import tr
from widgets.designer_parts import NarrowSwitch

if TYPE_CHECKING:
    from ui.channel_consent import Consent
    from widgets.style import StyleSource


class OpenSwitch(NarrowSwitch):
    """Comments as plain messages."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__(
            style,
            tr("Comments for every Matrix app"),
            tr(
                "On: every app shows comments and can write them, phones too. Off: only Tack does, and nothing "
                "but comments can be sent by viewers; right for public channels."
            ),
        )


class ReportsSwitch(NarrowSwitch):
    """Asks who has finished: only with the company's consent."""

    def __init__(self, style: StyleSource) -> None:
        super().__init__(style, tr("Ask who has finished a video"))
        self.setEnabled(False)
        self.set_hint(tr("Reading what your company has agreed to…"))

    def show_consent(self, consent: Consent) -> None:
        """Say what is possible, and who could change that."""
        self.setEnabled(consent.is_given)
        if consent.is_given:
            words = tr(
                "For trainings: owners and editors see who has finished which video. Viewers are told on the watch page."
            )
        elif not consent.has_company:
            words = tr("Only in a company: your server has no space of the organisation.")
        elif consent.may_change:
            words = tr("The company has not agreed to this. You can do that for it in Settings › Videos.")
        else:
            words = tr("The company has not agreed to this. Who runs its space can, in Settings › Videos.")
        self.set_hint(words)
