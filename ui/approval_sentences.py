"""What can go wrong with approvals, as sentences; why an act changes nothing is worded in `ui.approval_words`."""

from resources.translations import tr


def approval_sentences() -> dict[str, str]:
    """Give the sentences by error code."""
    return _refusals() | {
        "approval_form": tr("Something in the form is missing or wrong. Correct what is marked."),
        "approval_route": tr(
            "Nobody was found to decide on this. Choose who decides, or ask your administrator."
        ),
        "approval_too_big": tr(
            "This is too long for one request ({size} of {limit} bytes). Shorten the texts, or attach them as a file."
        ),
        "approval_too_many": tr("This has more people or entries than one request can hold. Choose fewer."),
        "approval_cannot_ask": tr(
            "This template does not work as it stands. Ask your administrator to publish it again."
        ),
        "approval_note_too_long": tr(
            "The note is too long: {limit} characters at most. Attach it as a file."
        ),
        "approval_unsealed": tr(
            "This request is not sealed: its form could still be changed. Do not decide on it."
        ),
        "approval_invalid": tr("This request does not fit its own template. Do not decide on it."),
        "approval_differs": tr(
            "The template in this request is not the one your organisation published. Do not decide on it."
        ),
        "approval_on_its_way": tr(
            "This request may be on its way already. Wait until it is sent; then you can withdraw it."
        ),
        "approval_limit": tr("The server asks us to wait {seconds} s; your request will be sent."),
        "approval_act_limit": tr("The server asks us to wait {seconds} s; then it goes out by itself."),
        "approval_cannot_invite": tr(
            "One of these people cannot be brought into the request. Choose somebody else."
        ),
        "approval_template": tr("This template cannot work yet. Correct what is marked."),
        "approval_no_library": tr(
            "There is no place for templates where you may publish. Set one up, or ask your administrator."
        ),
        "approval_library_exists": tr("Your organisation has a place for its templates already."),
        "approval_away_self": tr("Choose somebody else to decide for you."),
        "approval_away_times": tr("The time you are away ends before it begins, or is over. Correct it."),
    }


def _refusals() -> dict[str, str]:
    """An act that would change nothing, or was found to when it was about to go out."""
    from app.domain.approvals.state import Refusal
    from ui.approval_words import refusal_words

    return {f"approval_{refusal.value}": refusal_words(refusal) for refusal in Refusal}
