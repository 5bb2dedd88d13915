"""What several test areas share: servers, fakes, data."""
