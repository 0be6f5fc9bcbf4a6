"""The start page: what waits on this computer, and the large key for a new session."""
