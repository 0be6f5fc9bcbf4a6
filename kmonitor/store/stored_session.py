"""One session as a line of the list: its own row, its patient, and whether it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Instant
from kmonitor.infusion import InfusionPlan
from kmonitor.people import Patient
from kmonitor.store.codec import from_text
from kmonitor.store.totals import HIGHEST_SEQ
from kmonitor.vitals import Mode

# Sessions that have their total are not counted through again.
SELECTION = f"""
SELECT s.session, session_id, opened_utc_ms,
       CASE WHEN t.session IS NOT NULL THEN t.ended_utc_ms ELSE
           (SELECT utc_ms FROM act WHERE session = s.session AND kind = 'session_ended' LIMIT 1)
       END,
       mode, chair, zone, s.limit_set, protocol, plan, label, identifier, sex, weight_kg,
       height_cm, CASE WHEN t.session IS NOT NULL THEN t.rows ELSE {HIGHEST_SEQ} END, l.body
FROM session AS s
LEFT JOIN patient USING (patient)
LEFT JOIN session_total AS t ON t.session = s.session
LEFT JOIN limit_set AS l ON l.limit_set = s.limits"""  # noqa: S608  # our own names


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where a page of the list ended; the next page goes on from there."""

    started_ms: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """`ended` is None while it runs or where it broke off; `rows` is its last sequence."""

    session_id: str
    started: datetime
    ended: datetime | None
    mode: Mode
    chair: str
    zone: str
    limit_set: str
    protocol: str | None
    patient: Patient | None
    plan: InfusionPlan | None
    rows: int
    key: PageKey
    limits: LimitSet | None = None

    @property
    def opening(self) -> Mapping[str, object]:
        """What its `SessionOpened` says beside time and author."""
        names = (
            *("session_id", "mode", "chair", "zone", "limit_set", "limits"),
            *("protocol", "patient", "plan"),
        )
        return {name: getattr(self, name) for name in names}


def stored_session(row: tuple[Any, ...]) -> StoredSession:
    """A row of `SELECTION`."""
    number, session_id, started_ms, ended_ms, mode, chair, zone, *rest = row
    limit_set, protocol, plan, *person, rows, limits = rest
    return StoredSession(
        session_id=session_id,
        started=_utc(started_ms),
        ended=None if ended_ms is None else _utc(ended_ms),
        mode=Mode(mode),
        chair=chair,
        zone=zone,
        limit_set=limit_set,
        protocol=protocol,
        patient=_patient(*person),
        plan=None if plan is None else from_text(InfusionPlan, plan),
        rows=rows,
        key=PageKey(started_ms, number),
        limits=None if limits is None else _limits(limits),
    )


def _patient(
    label: str | None,
    identifier: str,
    sex: str | None,
    weight_kg: str,
    height_cm: str | None,
) -> Patient | None:
    if label is None:
        return None
    return Patient(
        label=label,
        identifier=identifier,
        weight_kg=Decimal(weight_kg),
        height_cm=None if height_cm is None else Decimal(height_cm),
        sex=sex,
    )


@lru_cache(maxsize=16)
def _limits(body: str) -> LimitSet:
    """Most sessions of a page were opened with the same set."""
    limits: LimitSet = from_text(LimitSet, body)
    return limits


def _utc(utc_ms: int) -> datetime:
    return Instant.from_stored(0, utc_ms).at_utc
