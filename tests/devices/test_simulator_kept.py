"""The simulator that the parent keeps while the app comes and goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from devices.simulator.kept import SERVICE, DistantSimulator, KeptSimulator, simulating
from kmonitor.errors import LinkError


class Counted:
    """Stands in for the simulator's process."""

    def __init__(self, protocols: Sequence[str], **asked: object) -> None:
        self.protocols = list(protocols)
        self.asked = asked
        self.rates: list[Decimal] = []
        self.stopped = 0
        self.addresses = [f"port{place}:{name}" for place, name in enumerate(protocols)]

    def infuse(self, dose_rate_mg_per_kg_per_h: Decimal) -> None:
        self.rates.append(dose_rate_mg_per_kg_per_h)

    def stop(self) -> None:
        self.stopped += 1


class Direct:
    """Carries what is asked to the service at once."""

    def __init__(self, service: KeptSimulator) -> None:
        self._service = service

    def ask(self, service: str, **said: str) -> Mapping[str, str]:
        assert service == SERVICE
        answer = self._service.answer(said)
        if "error" in answer:
            raise LinkError(answer["error"])
        return answer

    def tell(self, service: str, **said: str) -> None:
        assert self._service.answer(said) == {}


def distant(service: KeptSimulator) -> DistantSimulator:
    return DistantSimulator(
        Direct(service),
        ("contec-v7", "line"),
        scenario="hypertension",
        seed=7,
        speed=60.0,
        patient_kg=Decimal("82.5"),
    )


def test_an_app_that_was_started_again_finds_the_same_monitors() -> None:
    made: list[Counted] = []

    def simulate(protocols: Sequence[str], **asked: object) -> Counted:
        made.append(Counted(protocols, **asked))
        return made[-1]

    service = KeptSimulator(simulate)
    first, second = distant(service), distant(service)
    assert first.addresses == second.addresses == ("port0:contec-v7", "port1:line")
    (simulator,) = made
    assert simulator.asked == {
        "scenario": "hypertension",
        "seed": 7,
        "speed": 60.0,
        "patient_kg": Decimal("82.5"),
    }
    first.infuse(Decimal("0.75"))
    second.infuse(Decimal(0))
    assert simulator.rates == [Decimal("0.75"), Decimal(0)]
    first.stop()
    assert simulator.stopped == 0
    service.stop()
    assert simulator.stopped == 1


def test_a_simulator_that_does_not_start_is_one_sentence_in_the_app() -> None:
    def simulate(protocols: Sequence[str], **asked: object) -> Counted:
        raise LinkError("The simulator did not start: no pty.")

    with pytest.raises(LinkError, match=r"The simulator did not start: no pty\."):
        distant(KeptSimulator(simulate))


def test_an_app_without_a_parent_starts_its_own() -> None:
    assert simulating(object(), Counted) is Counted
    assert simulating(Direct(KeptSimulator()), Counted) is not Counted
