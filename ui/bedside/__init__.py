"""The bedside page: numbers, curves, infusion and keys of the one running session."""
