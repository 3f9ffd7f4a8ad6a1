"""What every page of the desk shows around its own content, and how refusals look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale
from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from server.desk import translations, wording
from server.desk.accounts.roles import Role
from server.desk.accounts.sessions import current_person
from server.desk.db import desk_session
from server.desk.intake.canaries import PathHealth, alarms
from server.desk.keys.errors import DeskLockedError
from server.desk.keys.keyring import keyring
from server.desk.translations import N_, _

LOCKED_STATUS: Final = 423

ROOMS: Final = (
    ("triage.queue", N_("Queue"), Role.READER),
    ("signals.overview", N_("Signals"), Role.READER),
    ("publishing.overview", N_("Publications"), Role.READER),
    ("suggestions.overview", N_("Suggestions"), Role.MONITOR),
    ("intake.quarantine", N_("Quarantine"), Role.MONITOR),
    ("intake.carried", N_("Carried by hand"), Role.MONITOR),
)
"""Where a shift is worked: endpoint, label, and the role that may go there."""

BACK_ROOMS: Final = (
    ("forms.overview", N_("Forms"), Role.LEAD),
    ("retention.overview", N_("Keeping"), Role.LEAD),
    ("intake.relays", N_("Relays"), Role.ADMIN),
    ("accounts.people", N_("People"), Role.ADMIN),
    ("keys.settings", N_("Settings"), Role.ADMIN),
    ("accounts.audit_log", N_("Audit log"), Role.ADMIN),
)
"""Where the desk itself is looked after, likewise: behind one button, so that the bar is a line."""


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One link of the bar on top of every page."""

    url: str
    label: str
    here: bool


def navigation(rooms: Sequence[tuple[str, str, Role]] = ROOMS) -> list[NavigationEntry]:
    """List those of some rooms that the visitor may enter."""
    person = current_person()
    if person is None:
        return []
    return [
        NavigationEntry(url_for(endpoint), _(label), request.endpoint == endpoint)
        for endpoint, label, role in rooms
        if person.may(role)
    ]


def back_rooms() -> list[NavigationEntry]:
    """List the rooms behind the button that the visitor may enter."""
    return navigation(BACK_ROOMS)


def home_url() -> str:
    """Give the page a visitor begins at: the first room they may enter."""
    entries = [*navigation(), *back_rooms()]
    return entries[0].url if entries else url_for("accounts.login")


def languages() -> list[tuple[str, str]]:
    """List the desk's languages by code, each named in itself."""
    return [
        (code, Locale.parse(code, sep="-").get_display_name(code) or code)
        for code in sorted(translations.catalogue())
    ]


def canary_alarms() -> list[PathHealth]:
    """List what whoever leads or administers is to be told on every page."""
    person = current_person()
    if person is None or not (person.may(Role.LEAD) or person.may(Role.ADMIN)):
        return []
    return alarms(desk_session())


def furnish(app: Flask) -> None:
    """Give an app's templates their words, and its refusals a page."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translations.gettext, translations.ngettext, newstyle=True
    )
    app.jinja_env.globals.update(
        direction=translations.direction,
        language=translations.language,
        languages=languages,
        navigation=navigation,
        back_rooms=back_rooms,
        home_url=home_url,
        desk_locked=lambda: keyring().locked,
        canary_alarms=canary_alarms,
        role_name=wording.role_name,
    )
    app.jinja_env.filters["moment"] = wording.moment
    app.context_processor(lambda: {"person": current_person()})
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(DeskLockedError, _locked)
    app.add_url_rule("/", "home", _home)


def _home() -> ResponseReturnValue:
    return "", 302, {"Location": home_url()}


def _refused(error: HTTPException) -> ResponseReturnValue:
    """Show a refusal in the visitor's language."""
    status = error.code or 500
    return render_template("refused.html", status=status), status


def _locked(_error: DeskLockedError) -> ResponseReturnValue:
    return render_template("refused.html", status=LOCKED_STATUS), LOCKED_STATUS
