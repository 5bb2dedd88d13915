"""The pages of video channels: feed, channel, watching."""
