"""The record: one SQLite file, append-only; `writer` alone writes it, `reader` reads it."""
