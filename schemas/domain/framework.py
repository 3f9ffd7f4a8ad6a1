"""The indicator taxonomy as data: nothing in the code counts or names an indicator.

Source: UN Framework of Analysis for Atrocity Crimes (2014); labels in our own words.
"""

from dataclasses import dataclass

from schemas.domain.ids import IndicatorId, RiskFactorId
from schemas.domain.vocabulary import FactorKind


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; ``verification`` says how its id was checked."""

    id: IndicatorId
    label: str
    verification: str
    factor_id: RiskFactorId

    @property
    def is_checked(self) -> bool:
        """Tell whether the id was read in a source rather than recalled."""
        return self.verification in ("source", "seed")


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """One risk factor with its indicators in order."""

    id: RiskFactorId
    title: str
    kind: FactorKind
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of the taxonomy."""

    version: str
    name: str
    factors: tuple[RiskFactor, ...]

    def indicators(self) -> tuple[Indicator, ...]:
        """List every indicator in the order of the taxonomy."""
        return tuple(item for factor in self.factors for item in factor.indicators)

    def indicator(self, indicator_id: str) -> Indicator | None:
        """Find an indicator by id, or None."""
        return next((item for item in self.indicators() if item.id == indicator_id), None)

    def factor(self, factor_id: str) -> RiskFactor | None:
        """Find a risk factor by id, or None."""
        return next((item for item in self.factors if item.id == factor_id), None)
