"""The blueprint of the accounts' pages."""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("accounts", __name__)
