"""The JSON form of what has no columns of its own; it lives with the values themselves."""

from kmonitor.codec import from_text, to_text

__all__ = ["from_text", "to_text"]
