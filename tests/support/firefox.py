"""The Firefox that browser tests drive beside Chromium: unpatched, as a person installs it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from threading import Thread
from typing import Final

from tests.support.marionette import Marionette

NAMES: Final = ("firefox-esr", "firefox")
"""Programs that are a Firefox, in the order they are tried."""

MISSING_FIREFOX: Final = (
    "NO FIREFOX: its browser tests are skipped. Install it (Debian: apt install firefox-esr) "
    "or name it in TOCSIN_FIREFOX."
)
"""The one line that a person reads when these tests cannot run."""

PREFERENCES: Final[dict[str, bool | int | str]] = {
    "marionette.port": 0,  # any free one
    "network.disable-localhost-when-offline": True,  # "offline" means loopback too
    # It asks nobody anything by itself.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,nothing",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "browser.sessionstore.resume_from_crash": False,
    "toolkit.startup.max_resumed_crashes": -1,
    "intl.accept_languages": "en-GB",
}
LISTENS: Final = re.compile(rb"Listening on port (\d+)")
"""What it says on one of its lines once it can be driven; the port is a free one."""

STOP_SECONDS: Final = 60


def firefox_path() -> str | None:
    """Find the browser.

    Returns:
        The program's path: TOCSIN_FIREFOX where it is set, else the first of NAMES that is
        installed, else None.
    """
    named = os.environ.get("TOCSIN_FIREFOX")
    candidates = (named,) if named else NAMES
    return next((path for path in map(shutil.which, candidates) if path), None)


class Firefox:
    """One Firefox with a storage of its own, without a screen."""

    def __init__(self, path: str, profile: Path) -> None:
        """Start it and wait until it can be driven.

        Args:
            path: the program, as `firefox_path` found it.
            profile: its storage; a second start on it is the same person's browser.
        """
        profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        # Only with system access may a test take the network away.
        flags = ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        self._process = subprocess.Popen(
            [path, *flags, "--profile", str(profile)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.driver = Marionette(self._port())
        self._said = Thread(target=self._hear_out)
        self._said.start()
        self.driver.ask("WebDriver:NewSession", capabilities={})

    def system(self, script: str, *words: object) -> object:
        """Run a script with the rights of the browser itself.

        Args:
            script: the body of a function of `words`.
            words: plain data.

        Returns:
            What it returned.
        """
        self.driver.ask("Marionette:SetContext", value="chrome")
        try:
            return self.driver.ask("WebDriver:ExecuteScript", script=script, args=list(words))
        finally:
            self.driver.ask("Marionette:SetContext", value="content")

    def quit(self) -> None:
        """Close every window, as a person does; what is stored stays."""
        self.driver.ask("Marionette:Quit", flags=["eForceQuit"])
        self._end()

    def kill(self) -> None:
        """End it at once, whatever it is doing, as a phone without memory does."""
        self._process.kill()
        self._end()

    def _port(self) -> int:
        for line in self._process.stdout or ():
            if listens := LISTENS.search(line):
                return int(listens.group(1))
        raise AssertionError(f"Firefox ended with {self._process.wait(STOP_SECONDS)}")

    def _hear_out(self) -> None:
        """Read what else it says: a full pipe would stop it."""
        for _line in self._process.stdout or ():
            pass

    def _end(self) -> None:
        self._process.wait(STOP_SECONDS)
        self._said.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self.driver.close()
