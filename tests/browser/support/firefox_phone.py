"""A person with a phone whose browser is Firefox: the same steps, driven by Firefox's own means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from tests.browser.support.steps import Steps
from tests.support.firefox import Firefox
from tests.support.marionette import MarionetteError

WIDTH_PIXELS: Final = 360
HEIGHT_PIXELS: Final = 740
WAIT_MILLISECONDS: Final = 60_000
"""How long a condition may take on two busy cores; nothing waits that long when all is well."""

ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""WebDriver's mark of a reference to an element."""

CONTROLS: Final = "button, input, select, textarea, a[href]"

FIND: Final = """
  const [kind, name, ...texts] = arguments;
  const said = (node) => node.textContent.replace(/\\s+/g, " ").trim();
  const heard = (node) => {
    const copy = node.cloneNode(true);
    for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
    return said(copy);
  };
  const named = (node) => node.getAttribute("aria-label") ?? heard(node);
  const isShown = (node) => node.getClientRects().length > 0;
  const one = {
    button: () => [...document.querySelectorAll("button")]
      .find((node) => isShown(node) && named(node) === name),
    field: () => [...document.querySelectorAll("label")]
      .find((node) => isShown(node) && said(node).includes(name))?.control,
    choice: () => [...document.querySelectorAll("label")]
      .find((node) => isShown(node) && said(node) === name),
    part: () => [...document.querySelectorAll(name)]
      .find((node) => isShown(node) && texts.every((text) => node.textContent.includes(text))),
  }[kind];
  return new Promise((resolve) => {
    const look = () => {
      const found = one();
      if (!found) return setTimeout(look, 20);
      // In the middle: not under what stays at the lower edge.
      found.scrollIntoView({ block: "center", behavior: "instant" });
      resolve(found);
    };
    look();
  });
"""
"""Waits for an element by what a person reads on it."""

LOSE_NETWORK: Final = """
  Services.io.offline = true;
  // Open connections to loopback would outlive it.
  Services.obs.notifyObservers(null, "net:prune-all-connections");
"""
STATES: Final = """
  return [...document.querySelectorAll("[aria-labelledby='sealed-reports'] .state")]
    .map((node) => node.textContent);
"""
NARROW: Final = """
  const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
  const { style } = gBrowser.selectedBrowser;
  [style.maxWidth, style.maxHeight] = [...arguments].map((pixels) => `${pixels}px`);
"""


class FirefoxPhone(Steps):
    """What a person does with the app in a narrow Firefox."""

    def __init__(self, program: str, profile: Path, url: str) -> None:
        """Remember where the phone's storage lies; it is off until `open`.

        Args:
            program: the Firefox.
            profile: the phone's storage.
            url: the app.
        """
        self._program = program
        self._profile = profile
        self._url = url
        self._firefox: Firefox | None = None

    def switch_on(self) -> None:
        """Start the browser with this phone's storage, on an empty page."""
        if self._firefox is None:
            self._firefox = Firefox(self._program, self._profile)
            self._ask("WebDriver:SetTimeouts", script=WAIT_MILLISECONDS)
            self._firefox.system(NARROW, WIDTH_PIXELS, HEIGHT_PIXELS)

    def open(self) -> None:
        """Open the app, as from the home screen."""
        self.switch_on()
        self._ask("WebDriver:Navigate", url=self._url)
        self.wait_for("h1")

    def close(self) -> None:
        """Close every window; what is stored stays."""
        firefox, self._firefox = self._firefox, None
        if firefox is not None:
            firefox.quit()

    def kill(self) -> None:
        """End the browser at once, whatever it is doing."""
        firefox, self._firefox = self.firefox, None
        firefox.kill()

    @property
    def firefox(self) -> Firefox:
        """The browser, while the phone is on."""
        assert self._firefox is not None, "the phone is off"
        return self._firefox

    def lose_network(self) -> None:
        """Leave the reach of every network."""
        self.firefox.system(LOSE_NETWORK)

    def find_network(self) -> None:
        """Come back to a network."""
        self.firefox.system("Services.io.offline = false;")

    def heading(self, text: str) -> None:
        """Wait for a page by its heading."""
        self.wait_for("h1", text)

    def press(self, name: str) -> None:
        """Press the button that says so."""
        self._ask("WebDriver:ElementClick", id=self._find("button", name))

    def fill(self, label: str, text: str) -> None:
        """Type into the field of that label, in place of what is there."""
        field = self._find("field", label)
        self._ask("WebDriver:ElementClear", id=field)
        self._ask("WebDriver:ElementSendKeys", id=field, text=text)

    def check(self, label: str) -> None:
        """Choose the answer that says so."""
        self._ask("WebDriver:ElementClick", id=self._find("choice", label))

    def give(self, label: str, files: Sequence[Path]) -> None:
        """Choose files in the phone's own dialog."""
        names = "\n".join(str(file) for file in files)
        self._ask("WebDriver:ElementSendKeys", id=self._find("field", label), text=names)

    def wait_for(self, selector: str, *texts: str) -> str:
        """Wait until a part of the page is to be seen with all these texts; what it says."""
        part = self._find("part", selector, *texts)
        return str(self._ask("WebDriver:GetElementText", id=part))

    def value(self, label: str) -> str:
        """Read what stands in the field of that label."""
        field = self._find("field", label)
        return str(self._ask("WebDriver:GetElementProperty", id=field, name="value"))

    def go_on_writing(self) -> None:
        """Open the one draft again."""
        self._ask("WebDriver:ElementClick", id=self._find("part", "button", "Go on writing"))

    def unnamed_controls(self) -> list[str]:
        """List what can be pressed or filled and has no name in Firefox's tree of accessibility."""
        controls = self._ask("WebDriver:FindElements", using="css selector", value=CONTROLS)
        return [
            str(self._ask("WebDriver:GetElementProperty", id=one[ELEMENT], name="outerHTML"))
            for one in cast("list[dict[str, str]]", controls)
            if not self._ask("WebDriver:GetComputedLabel", id=one[ELEMENT])
        ]

    def sees(self, text: str) -> bool:
        """Tell whether a sentence is on the page."""
        return text in str(self.run("return document.body.innerText;"))

    def states(self) -> list[str]:
        """Read the state of every sealed report listed, newest first."""
        return cast("list[str]", self.run(STATES))

    def shows(self, state: str) -> None:
        """Wait until the newest of the sealed reports stands so."""
        self.wait_for("[aria-labelledby='sealed-reports'] li:first-child .state", state)

    def wait_until_offline_ready(self) -> None:
        """Wait until the app's files are kept on the phone."""
        self.run(
            "return navigator.serviceWorker.ready"
            ".then(() => navigator.locks.request('tocsin-rest', () => true));"
        )

    def run(self, script: str, *words: object) -> object:
        """Run a script in the page; what it returns, or what its promise gives."""
        return self._ask("WebDriver:ExecuteScript", script=script, args=list(words))

    def _ask(self, command: str, **parameters: object) -> object:
        return self.firefox.driver.ask(command, **parameters)

    def _find(self, kind: str, name: str, *texts: str) -> str:
        try:
            found = cast("dict[str, str]", self.run(FIND, kind, name, *texts))
        except MarionetteError as error:
            page = self.run("return document.body.innerText;")
            raise AssertionError(f"no {kind} {name!r} {texts} ({error.kind}) on: {page}") from None
        return found[ELEMENT]
