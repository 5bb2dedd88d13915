"""Errors of the world as one plain sentence with a next step, and the state of the line in words.

`TackError.code` names the sentence, its params fill it. Nothing else in the interface words an error.
"""

from app.domain.connection import ConnectionKind, ConnectionState
from app.errors import RetryKind, TackError
from resources.formats import format_clock
from resources.translations import tr, tr_n


class _Blank(dict[str, object]):
    """Params of an error; what the error did not say stays empty instead of raising."""

    def __missing__(self, key: str) -> str:
        return "?"


def sentence(error: TackError) -> str:
    """Word an error for the person."""
    return sentence_for(error.code, error.params, error.retry)


def sentence_for(
    code: str, params: dict[str, object] | None = None, retry: RetryKind = RetryKind.PERMANENT
) -> str:
    """Word an error code; an unknown code gets the sentence of its retry kind.

    A code of the send queue may say behind a colon how many seconds the server asked to wait.
    """
    code, _, seconds = code.partition(":")
    known: dict[str, object] = {"seconds": seconds} if seconds else {}
    for subject in (
        _network,
        _server,
        _account,
        _storage,
        _sending,
        _dings,
        _local_server,
        _approvals,
        _channels,
    ):
        text = subject().get(code)
        if text is not None:
            return text.format_map(_Blank(known | (params or {})))
    return _by_retry(retry)


def _by_retry(retry: RetryKind) -> str:
    if retry is RetryKind.NETWORK:
        return tr("The server cannot be reached. Check the network; Tack keeps trying.")
    if retry is RetryKind.TRANSIENT:
        return tr("The server is busy. Tack tries again by itself.")
    if retry is RetryKind.AUTH:
        return tr("The server asks you to sign in again.")
    return tr("That did not work. Try again; if it keeps failing, send the log to your administrator.")


def _network() -> dict[str, str]:
    return {
        "network": tr("The server cannot be reached. Check the network; Tack keeps trying."),
        "tls": tr(
            "The certificate of {host} is not trusted ({reason}). Ask your administrator, or check this computer's clock."
        ),
        "proxy": tr("The proxy {host} does not answer. Check the proxy in Settings › Network."),
        "not_connected": tr("You are offline. This works again as soon as the server can be reached."),
        "tls_ca_unreadable": tr("The company certificate file cannot be read. Choose it again in Settings."),
        "proxy_unsupported": tr("This kind of proxy address cannot be used. Use http:// or socks5://."),
    }


def _server() -> dict[str, str]:
    return {
        "server": tr("The server answered with an error. Try again in a moment."),
        "limit_exceeded": tr("The server asks to slow down. Tack goes on in {seconds} s."),
        "forbidden": tr("You are not allowed to do this here. Ask an administrator of the room."),
        "not_found": tr("It is not there (any more)."),
        "too_large": tr("This is larger than the server accepts. Choose a smaller file or a shorter text."),
        "strange_answer": tr(
            "The answer does not come from a Matrix server. Check the address, or sign in to the network first."
        ),
        "unknown_position": tr("The server lost our place. Tack catches up by itself."),
        "not_a_homeserver": tr("There is no Matrix server at this address. Check the spelling."),
        "server_address": tr("This is not the address of a server. Try company.com or https://…"),
    }


def _account() -> dict[str, str]:
    return {
        "unauthorized": tr("Your session has ended. Sign in again; everything on this computer is kept."),
        "wrong_password": tr(
            "User name or password is wrong. Check both, or ask your administrator for a new password."
        ),
        "other_user": tr("Another person was signed in. Use the account this profile belongs to."),
        "profile_taken": tr("This profile belongs to another account. Start Tack with another --profile."),
        "profile_name": tr("A profile name has only letters, digits and - _ ."),
        "not_signed_in": tr("Nobody is signed in. Sign in first."),
        "confirm_identity": tr("The server wants you to confirm who you are. Do this in a browser."),
        "device_removed": tr("This device was signed out elsewhere. Sign in again to go on."),
        "user_deactivated": tr("This account has been closed. Ask your administrator."),
        "no_password_login": tr("This server does not take passwords. Use the company sign-in."),
        "sso_failed": tr("The sign-in in the browser was not finished. Try again."),
        "keyring_missing": tr(
            "This computer has no safe place for keys. Choose a passphrase to protect your messages."
        ),
        "keyring_locked": tr("The keyring of this computer is locked. Unlock it and try again."),
        "keyring_refused": tr("The keyring of this computer refused. Allow Tack to use it and try again."),
    }


def _storage() -> dict[str, str]:
    return {
        "storage": tr("The local data cannot be read. Restart Tack; your messages are safe on the server."),
        "disk_full": tr("The disk is full. Free some space; nothing is lost, Tack goes on by itself."),
        "read_only": tr("The data folder {path} cannot be written. Check its permissions."),
        "damaged": tr("The local data was damaged. Tack fetches it again; your unsent messages are kept."),
        "already_open": tr("Tack is already open with this profile."),
        "wrong_key": tr("The key does not fit the local data. Check the passphrase."),
        "too_new": tr("A newer Tack wrote the local data. Please update Tack."),
        "wipe_incomplete": tr("Not everything could be deleted. Delete the folder {path} yourself."),
        "internal": tr("Something went wrong inside Tack. The log tells more; please report it."),
    }


def _sending() -> dict[str, str]:
    return {
        "room_encrypted": tr("This room is encrypted. Tack cannot write into encrypted rooms yet."),
        "room_left": tr("You are no longer in this room."),
        "file_gone": tr("The file is no longer there. Choose it again."),
        "file_unreadable": tr("The file cannot be read. Close the program that uses it and try again."),
        "file_empty": tr("The file is empty."),
        "file_damaged": tr("The file on this computer is damaged. It is fetched again when you are online."),
        "file_changed": tr(
            "This is not the file that was attached: the server gives another one. Ask who attached it."
        ),
        "file_too_large": tr("The file is too large to show. Save it instead."),
        "media_address": tr("This attachment has no usable address."),
        "text_empty": tr("There is no text to send."),
        "text_too_long": tr("The text is too long for one message. Split it, or send it as a file."),
        "input": tr("This cannot be used. Check what you entered."),
        "duplicate": tr("This has been done already."),
        "image_unreadable": tr(
            "The picture cannot be shown. Save the file and open it with another program."
        ),
    }


def _dings() -> dict[str, str]:
    return {
        "not_in_room": tr(
            "Not in this conversation: {names}. Invite them first, or send the DING to people."
        ),
        "nobody_chosen": tr("Choose who is to confirm."),
        "too_many_people": tr("A DING goes to {limit} people at most. Choose fewer, or send several."),
        "ding_refused": tr("The times do not fit together. Check them."),
        "nudge_too_soon": tr("You can remind them again in {seconds} s."),
        "nobody_left": tr("Everyone has confirmed; there is nobody to remind."),
        "already_sent": tr("This DING has just gone out. Recall it, or send a new one."),
        "ding_not_sent": tr("The server did not send this DING. Try again to send it now."),
        "cancelled_elsewhere": tr("The server does not hold this DING any more. Try again, or delete it."),
        "ding_room_encrypted": tr(
            "Your server encrypts every new room, and Tack cannot write into encrypted rooms yet."
            " Send the DING in a conversation you share."
        ),
        "room_limit": tr("The server asks us to wait before it makes a room. Your DING will be sent."),
        "parent_gone": tr("What this belongs to was never sent. Delete it and write it again."),
        "salvaged": tr("This may have been sent already. Look first, then try again or delete it."),
    }


def _approvals() -> dict[str, str]:
    from ui.approval_sentences import approval_sentences  # not needed for the first window

    return approval_sentences()


def _channels() -> dict[str, str]:
    from ui.channel_sentences import channel_sentences  # not needed for the first window

    return channel_sentences()


def _local_server() -> dict[str, str]:
    return {
        "server_unsupported": tr(
            "A server cannot run on this system yet. Use your company's server, or a Linux computer as server."
        ),
        "server_port_taken": tr("Port {port} is in use. Close the other program or choose another port."),
        "server_crashed": tr("The server on this computer stopped. Its log tells more."),
        "server_not_installed": tr(
            "The server part of Tack is not installed here. Install Tack with its server extra, or use another server."
        ),
        "server_in_use": tr(
            "Another program uses the server's data on this computer. Close it and try again."
        ),
        "server_silent": tr("The server on this computer does not answer. Try again in a moment."),
        "server_refused": tr("The server on this computer refused. Its log tells more."),
        "server_not_empty": tr("The server on this computer already has content."),
        "server_slow": tr("The server on this computer needs longer than usual to start."),
    }


def connection_words(state: ConnectionState) -> str:
    """Word the state of the line for the banner; empty when there is nothing worth saying."""
    if state.kind is ConnectionKind.OFFLINE:
        head = tr("Offline since {time}: you can read and write", time=format_clock(state.since_ms))
        return _with_waiting(_with_reason(head, state), state.waiting)
    if state.kind is ConnectionKind.PAUSED:
        return _with_waiting(tr("You are working offline: you can read and write"), state.waiting)
    if state.kind is ConnectionKind.SIGNED_OUT:
        return tr("Your session has ended. You can read everything; sign in again to send.")
    if state.kind is ConnectionKind.SYNCING_FIRST:
        return tr("Fetching your conversations…")
    if abs(state.clock_skew_ms) > 300_000:
        return tr(
            "The clock of this computer is wrong by {span}. Correct it, or times are shown wrong.",
            span=span_words(abs(state.clock_skew_ms)),
        )
    return ""


def _with_reason(head: str, state: ConnectionState) -> str:
    if state.error_code in {"tls", "proxy"}:
        reason = tr("certificate not trusted") if state.error_code == "tls" else tr("proxy does not answer")
        return tr("{what} ({reason})", what=head, reason=reason)
    return head


def _with_waiting(head: str, waiting: int) -> str:
    if not waiting:
        return tr("{state}.", state=head)
    return tr(
        "{state}; {messages}",
        state=head,
        messages=tr_n("{n} message waits.", "{n} messages wait.", waiting),
    )


def connection_action(state: ConnectionState) -> str:
    """Word the button beside `connection_words`; empty when there is nothing to press."""
    if state.kind is ConnectionKind.OFFLINE:
        return tr("Try now")
    if state.kind is ConnectionKind.PAUSED:
        return tr("Go online")
    if state.kind is ConnectionKind.SIGNED_OUT:
        return tr("Sign in again")
    return ""


def span_words(span_ms: int) -> str:
    """Word a length of time roughly: minutes, hours or days."""
    minutes = span_ms // 60_000
    if minutes < 120:
        return tr_n("{n} minute", "{n} minutes", minutes)
    if minutes < 48 * 60:
        return tr_n("{n} hour", "{n} hours", minutes // 60)
    return tr_n("{n} day", "{n} days", minutes // (24 * 60))
