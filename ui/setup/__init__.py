"""The set-up page: from what is typed to a checked dose card and an opened session."""
