"""The blueprint of the keys' pages."""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("keys", __name__)
