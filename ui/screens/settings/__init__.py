"""Settings: appearance, notifications, network, storage, account, keys, about."""
