"""The version, which stands in pyproject.toml and nowhere else."""

import tomllib
from importlib import metadata
from pathlib import Path


def version() -> str:
    """Read it beside main.py in a checkout, else from the installed package."""
    try:
        with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
            number: str = tomllib.load(file)["project"]["version"]
    except FileNotFoundError:
        return metadata.version("kmonitor")
    return number
