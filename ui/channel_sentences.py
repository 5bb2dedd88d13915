"""What can go wrong with channels, posts and videos, as sentences with a next step."""

from resources.translations import tr


def channel_sentences() -> dict[str, str]:
    """Give the sentences by error code."""
    return _following() | _talking() | _owning() | _publishing() | _videos()


def _following() -> dict[str, str]:
    return {
        "channel_closed": tr(
            "This channel is not open to you. Ask one of its editors to invite you, or for a new link."
        ),
        "not_a_channel": tr("This link leads to a conversation, not to a channel. Ask for another link."),
        "directory_away": tr(
            "The server {host} does not show its channels. Ask there for the link of the channel."
        ),
        "channel_unlisted": tr(
            "Your server lists no channels, so people find this one by its link. To have it listed, ask your"
            " administrator to allow it (see “Video channels” in the administrator's guide)."
        ),
        "channel_limit": tr("The server asks us to wait {seconds} s; then your channel is made by itself."),
        "follow_first": tr("Follow the channel first; then you can like and comment."),
        "last_owner": tr("Nobody else could look after this channel. Make somebody else an owner first."),
    }


def _talking() -> dict[str, str]:
    return {
        "comment_too_long": tr("The comment is too long: {limit} characters at most. Split it."),
        "share_wider": tr(
            "People of {servers} are in this chat, and this video is not meant for them. Share it anyway?"
        ),
        "live_over": tr("This stream has begun already. Watch it now, or its recording later."),
        "post_gone": tr("This video is no longer there. Its channel may have taken it down."),
        "too_soon": tr("They were reminded a moment ago. You can remind them again in {seconds} s."),
        "nobody_unfinished": tr("Everyone has finished; there is nobody to remind."),
        "reports_off": tr(
            "Who has finished is not reported here. The company must allow it, and the channel must ask for it."
        ),
    }


def _owning() -> dict[str, str]:
    return {
        "no_permission": tr("Only editors of the channel can do this. Ask one of its owners."),
        "channel_name": tr("Give the channel a name of at most {limit} characters."),
        "not_a_picture": tr("This file is not a picture that can be shown. Choose a PNG or JPEG."),
        "not_made_yet": tr("This channel is still being made. Try again when the server has made it."),
        "audience_fixed": tr(
            "An internal channel stays internal, and an open one cannot become internal. Make a new channel instead."
        ),
        "role_fixed": tr("Whoever made this channel stays its owner; that cannot be changed."),
        "no_organisation": tr("You are in no organisation here. Join your company's space first."),
        "course_title": tr("Give the playlist a title."),
        "course_too_long": tr("A playlist holds {limit} videos at most. Make a second one."),
    }


def _publishing() -> dict[str, str]:
    return {
        "title_missing": tr("Give the video a title."),
        "channel_missing": tr("Choose the channel in which it is published."),
        "channel_post_too_big": tr(
            "Description, chapters and subtitles are too long together. Shorten the description."
        ),
        "job_gone": tr("This upload is no longer there. Drop the file again."),
        "post_not_sent": tr(
            "The server did not publish this video at its time. Look in the channel; if it is not there, try again."
        ),
        "post_is_out": tr("This video is published already. Take it down in the channel, or edit it there."),
        "stream_address": tr(
            "This is not the address of a stream. Use https://, rtmp://, rtsp:// or srt:// without a password in it."
        ),
        "not_yours": tr("Only who published a video can change it. You can take it down as an owner."),
        "post_waiting": tr("This video is not published yet. Wait until it is, or give it up."),
        "stream_times": tr("The stream ends before it begins. Correct the times."),
        "subtitle_unreadable": tr("No subtitles were found in this file. Choose an SRT, VTT or ASS file."),
        "subtitle_too_large": tr("This subtitle file is too large. Choose another one."),
        "picture_unreadable": tr("This picture cannot be read. Choose a PNG or JPEG."),
    }


def _videos() -> dict[str, str]:
    return {
        "video_broken": tr("This file cannot be read as a video. Export it again as MP4, then drop it here."),
        "video_unreadable": tr(
            "This is no video that can be read. Choose another file, or export it as MP4."
        ),
        "video_no_picture": tr("There is no picture in this file, only sound. Choose a video."),
        "video_too_big": tr("This video is larger than can be published. Export it smaller, or in parts."),
        "video_too_long": tr("This video is longer than can be published. Cut it into parts."),
        "upload_too_large": tr(
            "This video is larger than your server accepts. Export it smaller, or ask your administrator to raise the limit."
        ),
        "video_stalled": tr("Reading this video got no further. Try again, or export it as MP4."),
        "video_no_encoder": tr(
            "This computer cannot convert videos: the part of Tack that does it is missing. Install Tack again, or"
            " export the video as H.264 MP4."
        ),
        "video_empty": tr("The file on the server is empty. Ask who published it to upload it again."),
        "video_short": tr("The file on the server ends too early. Ask who published it to upload it again."),
        "closed": tr("The video was closed. Open it again."),
    }
