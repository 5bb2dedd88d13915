"""What every screen of a signed-in account is given: one account and the tools around it."""

from collections.abc import Callable
from dataclasses import dataclass

from app.account import Account
from app.errors import TackError
from app.settings import SettingsFile
from ui.bridge import Bridge
from ui.images import ImageStore
from ui.operations import Operations
from ui.people import People
from ui.sentences import sentence
from widgets.style import StyleSource
from widgets.toast import ToastHost, ToastKind


@dataclass(frozen=True, slots=True)
class Desk:
    """Lives from sign-in to sign-out."""

    account: Account
    bridge: Bridge
    operations: Operations
    images: ImageStore
    style: StyleSource
    settings: SettingsFile
    people: People
    toasts: ToastHost

    def tell(self, text: str, kind: ToastKind = ToastKind.INFO) -> None:
        """Show a short note."""
        self.toasts.show_toast(text, kind)

    def tell_error(self, error: TackError) -> None:
        """Word an error of the world for the person."""
        self.toasts.show_toast(sentence(error), ToastKind.ERROR)

    def offer(self, text: str, action_text: str, on_action: Callable[[], None]) -> None:
        """Show a note with one action."""
        self.toasts.show_toast(text, ToastKind.DONE, action_text=action_text, on_action=on_action)
