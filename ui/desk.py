"""What every screen of a signed-in account is given: one account and the tools around it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.account import Account
    from app.errors import TackError
    from app.settings import SettingsFile
    from ui.approval_desk import ApprovalDesk
    from ui.bridge import Bridge
    from ui.channel_desk import ChannelDesk
    from ui.ding_desk import DingDesk
    from ui.images import ImageStore
    from ui.operations import Operations
    from ui.people import People
    from ui.red_dots import RedDots
    from widgets.style import StyleSource
    from widgets.toast import ToastHost, ToastKind


class Desk:
    """Lives from sign-in to sign-out. Notes appear over `window`."""

    def __init__(
        self,
        *,
        account: Account,
        bridge: Bridge,
        operations: Operations,
        images: ImageStore,
        style: StyleSource,
        settings: SettingsFile,
        people: People,
        window: QWidget,
    ) -> None:
        self.account = account
        self.bridge = bridge
        self.operations = operations
        self.images = images
        self.style = style
        self.settings = settings
        self.people = people
        self._window = window
        self.dings: DingDesk
        """Set by who composes the screens, before anything is shown."""
        self.red_dots: RedDots
        self.approvals: ApprovalDesk
        self.channels: ChannelDesk

    @cached_property
    def toasts(self) -> ToastHost:
        """Where notes are shown."""
        from widgets.toast import ToastHost

        return ToastHost(self.style, self._window)

    def tell(self, text: str, kind: ToastKind | None = None) -> None:
        """Show a short note."""
        from widgets.toast import ToastKind

        self.toasts.show_toast(text, kind or ToastKind.INFO)

    def tell_error(self, error: TackError) -> None:
        """Word an error of the world for the person."""
        from ui.sentences import sentence
        from widgets.toast import ToastKind

        self.toasts.show_toast(sentence(error), ToastKind.ERROR)

    def offer(self, text: str, action_text: str, on_action: Callable[[], None]) -> None:
        """Show a note with one action."""
        from widgets.toast import ToastKind

        self.toasts.show_toast(text, ToastKind.DONE, action_text=action_text, on_action=on_action)
