"""Keys, fields and words for entering; large, reachable by keyboard, named for screen readers."""
