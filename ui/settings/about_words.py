"""What the About page says; pure but for the versions of what is installed."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

from kmonitor.ports import HouseState, Protection
from kmonitor.record_house import RecordHouse
from kmonitor.version import version

WHAT_IT_IS = (
    "kmonitor shows vital signs, dose and infusion clock of ketamine infusions on one time line"
    " and keeps them as one record on this computer."
)
WHAT_IT_IS_NOT = (
    "It is not a certified medical device; the monitor's own alarms stay the primary ones."
    " It does not control the pump."
)
HELP = "README.md beside the program tells how to begin; `kmonitor doctor` looks at this computer."
LICENSES = (
    "kmonitor: MIT. Qt for Python: LGPL 3. IBM Plex: SIL Open Font License. SQLCipher: BSD,"
    " (c) Zetetic LLC. Further libraries: MIT, BSD or Apache 2."
)
_PACKAGES = (
    "PySide6-Essentials",
    "sqlcipher3",
    "cryptography",
    "argon2-cffi",
    "numpy",
    "pyserial",
    "miniaudio",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutFacts:
    """Versions and where the record is; nothing of any patient."""

    program: str
    python: str
    qt: str
    system: str
    packages: tuple[tuple[str, str], ...]
    record_path: str
    record_state: str


def about_facts(house: RecordHouse | None, qt: str) -> AboutFacts:
    """What is installed here; `house` None is the demonstration."""
    path, state = "a temporary record of the demonstration", "not encrypted"
    if house is not None:
        path, state = str(house.path), _state(house.state, house.protection)
    return AboutFacts(
        program=version(),
        python=platform.python_version(),
        qt=qt,
        system=platform.platform(terse=True),
        packages=tuple((name, found) for name in _PACKAGES if (found := _version_of(name))),
        record_path=path,
        record_state=state,
    )


def about_rows(facts: AboutFacts) -> tuple[tuple[str, str], ...]:
    """A title and what it says, as the page shows them and Copy takes them."""
    packages = ", ".join(f"{name} {number}" for name, number in facts.packages)
    return (
        ("Version", f"kmonitor {facts.program}"),
        ("Runs on", f"Python {facts.python}, Qt {facts.qt}, {facts.system}"),
        ("With", packages),
        ("Record", f"{facts.record_path} ({facts.record_state})"),
    )


def support_text(facts: AboutFacts) -> str:
    """For the clipboard: versions, paths and states only."""
    return "\n".join(f"{title}: {words}" for title, words in about_rows(facts)) + "\n"


def _state(state: HouseState, protection: Protection) -> str:
    kept = {
        Protection.KEY_STORE: "encrypted, key store",
        Protection.PASSPHRASE: "encrypted, passphrase",
        Protection.NONE: "NOT ENCRYPTED",
    }
    return f"{state.replace('_', ' ')}, {kept[protection]}"


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
