"""Before anybody is signed in: the first run, the sign-in page, the passphrase, the server on this computer."""
