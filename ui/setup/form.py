"""What stands in the fields of the set-up page, as typed; nothing of it is ever dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kmonitor.dosing.body_size import Sex, WeightBasis


class Field(StrEnum):
    """The fields, in the order in which they are filled."""

    LABEL = "label"
    IDENTIFIER = "identifier"
    WEIGHT = "weight"
    HEIGHT = "height"
    SEX = "sex"
    DOSE = "dose"
    MINUTES = "minutes"
    STOCK = "stock"
    VOLUME = "volume"
    BASIS = "basis"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """The words of one field; a field with an `example` holds a number in `unit`."""

    name: str
    unit: str = ""
    example: str = ""


FACTS: Mapping[Field, FieldFacts] = {
    Field.LABEL: FieldFacts(name="Patient label"),
    Field.IDENTIFIER: FieldFacts(name="Patient ID"),
    Field.WEIGHT: FieldFacts(name="Weight", unit="kg", example="82.5"),
    Field.HEIGHT: FieldFacts(name="Height", unit="cm", example="176"),
    Field.SEX: FieldFacts(name="Sex"),
    Field.DOSE: FieldFacts(name="Dose", unit="mg/kg", example="0.5"),
    Field.MINUTES: FieldFacts(name="Duration", unit="min", example="40"),
    Field.STOCK: FieldFacts(name="Vial strength", unit="mg/mL"),
    Field.VOLUME: FieldFacts(name="Bag volume", unit="mL", example="100"),
    Field.BASIS: FieldFacts(name="Dose by"),
}
NUMBER_FIELDS = tuple(field for field, facts in FACTS.items() if facts.example)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The page as it stands; `used_anyway` holds the sentences of soft limits passed on purpose."""

    texts: Mapping[Field, str]
    sex: Sex | None = None
    stock_mg_per_ml: Decimal | None = None
    basis: WeightBasis = WeightBasis.ACTUAL
    used_anyway: frozenset[str] = frozenset()

    def text(self, field: Field) -> str:
        """What is typed in `field`, without spaces around it."""
        return self.texts.get(field, "").strip()


EMPTY = Form(texts={})
DEMONSTRATION = Form(
    texts={
        Field.LABEL: "DEMO PATIENT",
        Field.IDENTIFIER: "0417",
        Field.WEIGHT: "82",
        Field.HEIGHT: "176",
        Field.DOSE: "0.5",
        Field.MINUTES: "40",
        Field.VOLUME: "100",
    },
    stock_mg_per_ml=Decimal(50),
)
