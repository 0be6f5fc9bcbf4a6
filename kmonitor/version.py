"""The version, which stands in pyproject.toml and nowhere else."""

import tomllib
from pathlib import Path


def version() -> str:
    """Read it beside main.py in a checkout, else from the installed package."""
    try:
        with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
            number: str = tomllib.load(file)["project"]["version"]
    except FileNotFoundError:
        from importlib import metadata  # slow, and not needed beside main.py

        return metadata.version("kmonitor")
    return number
