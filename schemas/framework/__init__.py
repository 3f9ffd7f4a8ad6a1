"""The indicator taxonomy: versioned data files beside this module, and their parser.

A desk may load a corrected file without a release; a coding therefore always stores
``(taxonomy_version, indicator_id)``.

Source: UN Framework of Analysis for Atrocity Crimes (2014), labels in our own words.
"""

import json
from importlib import resources
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, post_load, validate

from schemas.domain.framework import Framework, Indicator, RiskFactor
from schemas.domain.ids import IndicatorId, RiskFactorId
from schemas.domain.vocabulary import Category, FactorKind
from schemas.errors import TaxonomyError

BUNDLED_FILE = "un_2014_draft_0.json"
CATEGORIES_FILE = "categories.json"
_FACTOR_ID = r"[1-9][0-9]{0,2}"
_INDICATOR_ID = r"[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}"
_MOST_CHARACTERS = 400


def _label() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, _MOST_CHARACTERS))


class _IndicatorSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(_INDICATOR_ID + r"\Z"))
    label = _label()
    verification = _label()


class _FactorSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(_FACTOR_ID + r"\Z"))
    title = _label()
    kind = fields.Enum(FactorKind, by_value=True, required=True)
    indicators = fields.List(fields.Nested(_IndicatorSchema), required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: object) -> RiskFactor:
        factor_id = RiskFactorId(loaded["id"])
        indicators = tuple(
            Indicator(IndicatorId(item["id"]), item["label"], item["verification"], factor_id)
            for item in loaded["indicators"]
        )
        return RiskFactor(factor_id, loaded["title"], loaded["kind"], indicators)


class _FrameworkSchema(Schema):
    class Meta:
        unknown = INCLUDE  # notes and legends are for people

    taxonomy_version = _label()
    name = _label()
    risk_factors = fields.List(fields.Nested(_FactorSchema), required=True)


def load_framework(text: str) -> Framework:
    """Parse a taxonomy file.

    Args:
        text: JSON.

    Returns:
        The taxonomy, in the file's order.

    Raises:
        TaxonomyError: When it is not JSON, breaks the format, or an id stands twice or
            under another risk factor than its first number says.
    """
    try:
        loaded = _FrameworkSchema().load(json.loads(text))
    except (ValueError, RecursionError, ValidationError) as error:
        raise TaxonomyError(hint="not a taxonomy file of this format") from error
    framework = Framework(loaded["taxonomy_version"], loaded["name"], tuple(loaded["risk_factors"]))
    ids = [indicator.id for indicator in framework.indicators()]
    factor_ids = [factor.id for factor in framework.factors]
    if len(set(ids)) != len(ids) or len(set(factor_ids)) != len(factor_ids):
        raise TaxonomyError(hint="an id stands twice")
    for indicator in framework.indicators():
        if indicator.id.split(".")[0] != indicator.factor_id:
            raise TaxonomyError(hint="an indicator stands under another risk factor")
    return framework


def bundled() -> Framework:
    """Load the taxonomy that ships with this version."""
    return load_framework(read_bundled(BUNDLED_FILE))


def load_categories(text: str, framework: Framework) -> dict[Category, tuple[IndicatorId, ...]]:
    """Parse the mapping from a witness's category to the indicators it may point to.

    Raises:
        TaxonomyError: When a category is missing or an indicator unknown.
    """
    try:
        listed = json.loads(text)["categories"]
        mapping = {
            category: tuple(IndicatorId(str(item)) for item in listed[category.value])
            for category in Category
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TaxonomyError(hint="not a category file of this format") from error
    known = {indicator.id for indicator in framework.indicators()}
    if any(item not in known for items in mapping.values() for item in items):
        raise TaxonomyError(hint="a category points to an unknown indicator")
    return mapping


def read_bundled(name: str) -> str:
    """Read a data file that ships beside this module."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
