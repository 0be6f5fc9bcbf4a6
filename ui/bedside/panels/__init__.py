"""Panels over the trend: what is asked before an act, and what is to be done at the pump."""
