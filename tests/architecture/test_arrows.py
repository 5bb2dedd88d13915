"""The arrows between layers and packages, as ARCHITECTURE.md draws them."""

from collections.abc import Callable, Iterator

from tests.architecture.source_tree import Module, is_in, product_modules

OURS = ("app", "ui", "widgets", "resources", "main", "tests")
QT = ("PySide6", "shiboken6", "qasync", "qtawesome", "qtpy")

LAYERS: dict[str, tuple[str, ...]] = {
    "app": ("app",),
    "ui": ("ui", "app", "widgets", "resources"),
    "widgets": ("widgets", "resources"),
    "resources": ("resources",),
    "main": ("ui", "app.log", "app.channels.encoding"),
}

LEAVES = ("app.domain", "app.errors", "app.changes", "app.clock", "app.late", "app.listeners")
SERVICES = [
    "sync",
    "rooms",
    "timeline",
    "sending",
    "media",
    "search",
    "attention",
    "approvals",
    "dings",
    "channels",
    "casting",
    "directory",
    "notifications",
]

PUBLIC_PARTS: dict[str, tuple[str, ...]] = {
    "approvals": ("app.approvals.sending",),
    "attention": ("app.attention.receipts",),
    "channels": ("app.channels.service", "app.channels.sending"),
    "dings": ("app.dings.service",),
    "directory": ("app.directory.organisation", "app.directory.service"),
    "rooms": ("app.rooms.levels",),
    "sync": ("app.sync.connection",),
    "sending": (
        "app.sending.service",
        "app.sending.contents",
        "app.sending.attachments",
        "app.sending.uploads",
    ),
    "timeline": ("app.timeline.service",),
    "media": ("app.media.service", "app.media.vault", "app.media.image_size", "app.media.videos"),
}
"""What one service may use of another; everything else of a service is its own business."""

SERVER_STARTERS = ("ui.lobby", "ui.screens.sign_in")
"""A newcomer's pages and who shows them: the only ones that know that a homeserver can run on this computer."""


def _crossings(allowed: Callable[[Module, str], bool]) -> list[str]:
    found: list[str] = []
    for module in product_modules():
        found += [
            f"{module.path}:{line} imports {name}"
            for name, line in _own_imports(module)
            if not allowed(module, name)
        ]
    return found


def _own_imports(module: Module) -> Iterator[tuple[str, int]]:
    return ((name, line) for name, line in module.imports() if is_in(name, *OURS))


def test_layers_only_look_down() -> None:
    assert not _crossings(lambda module, name: is_in(name, *LAYERS[module.name.split(".")[0]]))


def test_app_runs_without_qt() -> None:
    found = [
        f"{module.path}:{line} imports {name}"
        for module in product_modules()
        if is_in(module.name, "app")
        for name, line in module.imports()
        if is_in(name, *QT)
    ]
    assert not found


def test_leaves_import_only_leaves() -> None:
    assert not _crossings(
        lambda module, name: not is_in(module.name, *LEAVES) or is_in(name, *LEAVES) or name == "app"
    )


def test_store_and_matrix_know_only_leaves_and_not_each_other() -> None:
    def allowed(module: Module, name: str) -> bool:
        for package in ("app.store", "app.matrix"):
            if is_in(module.name, package):
                return is_in(name, package, *LEAVES) or name == "app"
        return True

    assert not _crossings(allowed)


def test_a_service_uses_only_public_parts_of_another() -> None:
    def allowed(module: Module, name: str) -> bool:
        parts, target = module.name.split("."), name.split(".")
        if len(parts) < 2 or len(target) < 3 or parts[1] not in SERVICES or target[1] not in SERVICES:
            return True
        return parts[1] == target[1] or is_in(name, *PUBLIC_PARTS.get(target[1], ()))

    assert not _crossings(allowed)


def test_nothing_below_knows_the_account() -> None:
    def allowed(module: Module, name: str) -> bool:
        return (
            module.name.split(".")[0] != "app"
            or not is_in(name, "app.account")
            or module.name == "app.account"
        )

    assert not _crossings(allowed)


def test_the_server_on_this_computer_stands_apart() -> None:
    def allowed(module: Module, name: str) -> bool:
        if is_in(module.name, "app.local_server"):
            return is_in(name, "app.local_server", "app.matrix", *LEAVES) or name == "app"
        return not is_in(name, "app.local_server") or is_in(module.name, *SERVER_STARTERS)

    assert not _crossings(allowed)


def test_screens_do_not_import_each_other() -> None:
    """A screen is put beside others by the main window, the one place that knows them all."""

    def allowed(module: Module, name: str) -> bool:
        parts, target = module.name.split("."), name.split(".")
        if (
            parts[:2] != ["ui", "screens"]
            or target[:2] != ["ui", "screens"]
            or len(parts) < 4
            or len(target) < 3
        ):
            return True
        return parts[2] == target[2] or parts[2] == "main_window"

    assert not _crossings(allowed)
