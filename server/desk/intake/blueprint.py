"""The blueprint of the intake's pages."""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("intake", __name__)
