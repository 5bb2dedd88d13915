"""Names and limits of video channels on the wire.

A channel is a room of type `im.tack.channel`; a post is an `m.video` message there, so that every Matrix client plays it,
with `im.tack.video` beside for those who know more. The server lets only editors send messages that are posts where the
channel is closed (`m.room.message` asks for `EDITOR`); in an open one everybody may write comments as plain thread
messages, and a post counts only from somebody who is or was an editor (docs/decisions/0015-channels.md).
"""

from typing import Final

CHANNEL_ROOM_TYPE: Final = "im.tack.channel"
"""`m.room.create` type of a channel."""
CHANNEL_TYPE: Final = "im.tack.channel"
"""State event there, state key "": {v, about?, reports?: "off"|"finished", tags?}."""
VIDEO_FIELD: Final = "im.tack.video"
"""Field of an `m.video` message: `app.domain.channels.post`."""
LIVE_FIELD: Final = "im.tack.live"
"""Field of an `m.text` message that announces a live stream: {v, url, starts_ts, ends_ts?}; its words beside in `VIDEO_FIELD`."""
COMMENT_TYPE: Final = "im.tack.comment"
"""A comment where the sender may not send `m.room.message`: {v, body, im.tack.at?, m.relates_to: m.thread, m.mentions?}.
Both types are read as comments."""
AT_FIELD: Final = "im.tack.at"
"""Field of a comment: the moment of the video it is about, in ms."""
COURSE_TYPE: Final = "im.tack.course"
"""State event, state key = course id: {v, title, about?, posts: [event ids in order], is_compulsory?, due_ts?}.
Empty content: taken away."""
WATCHED_TYPE: Final = "im.tack.watched"
"""State event, state key = the own user id (only that user can write it): {v, posts: {event id: {started?, finished?}}}.
Sent in batches, only where the company and the channel want it (`POLICY_TYPE`, `CHANNEL_TYPE.reports`)."""
POLICY_TYPE: Final = "im.tack.policy"
"""State event of an organisation's space, state key "": {v, watched_reports: bool}: the company's consent."""
WATCH_TYPE: Final = "im.tack.watch"
"""Room account data of a channel: {v, posts: {event id: {at, ts, duration?, finished?, saved?}}}: where I stopped (ms)."""
VIDEO_CARD_FIELD: Final = "im.tack.video.card"
"""Field of an `m.room.message` that shows a post in a chat: {v, room_id, event_id, at?, title, via}."""
LIKE: Final = "👍"
RESERVE: Final = "⏰"
"""Reactions on a post: liked; wants to be reminded of a live stream."""
VERSION: Final = 1

OWNER: Final = 100
EDITOR: Final = 50
"""Power levels. Whoever has less is a viewer."""

MAX_TITLE: Final = 120
MAX_DESCRIPTION: Final = 5_000
MAX_TAGS: Final = 20
MAX_TAG: Final = 40
MAX_CHAPTERS: Final = 200
MAX_SUBTITLES: Final = 40
MAX_SUBTITLE_BYTES: Final = 2_000_000
MAX_RENDITIONS: Final = 8
MAX_COURSE_POSTS: Final = 300
MAX_WATCHED: Final = 400
"""Posts that `WATCH_TYPE` and `WATCHED_TYPE` remember, the newest."""
MAX_COMMENT: Final = 2_000
MAX_DURATION_MS: Final = 100 * 3600 * 1000
STREAM_SCHEMES: Final = frozenset({"http", "https", "rtmp", "rtmps", "rtsp", "rtsps", "srt"})
LONG_MS: Final = 10 * 60 * 1000
"""From here on a video is a long one, for the filter."""
FINISHED_SHARE: Final = 0.95
"""Who saw that much of a video, or all but the last ten seconds, has finished it."""
