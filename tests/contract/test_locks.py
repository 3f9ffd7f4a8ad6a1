"""What is installed is pinned by content, and the locks agree with each other."""

import json
import re
from pathlib import Path

import pytest

from tests.support.sources import ROOT, text_of

LOCKS = {
    "runtime.in": ROOT / "requirements.txt",
    "development.in": ROOT / "requirements" / "development.txt",
    "node.in": ROOT / "requirements" / "node.txt",
}
NPM = [ROOT, ROOT / "tests" / "lab" / "peers" / "tus", ROOT / "tests" / "bench" / "audits"]
"""Folders with an npm lock: the project's own, a peer's in the link laboratory, and a bench's."""


def pins(lock: Path) -> dict[str, str]:
    """Read a lock's packages and versions."""
    found = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", text_of(lock), re.MULTILINE
    )
    return {name.lower().replace("_", "-"): version for name, version in found}


def wanted(source: str) -> set[str]:
    """Read the packages that a person asked for."""
    text = text_of(ROOT / "requirements" / source)
    return {name.lower() for name in re.findall(r"^([A-Za-z][A-Za-z0-9._-]*)", text, re.MULTILINE)}


@pytest.mark.parametrize("source", LOCKS)
def test_every_package_asked_for_is_pinned(source: str) -> None:
    assert wanted(source)
    assert wanted(source) <= set(pins(LOCKS[source]))


@pytest.mark.parametrize("source", LOCKS)
def test_every_pin_has_a_hash(source: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z])", text_of(LOCKS[source]).strip())
    unhashed = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert unhashed == []


def test_development_has_the_versions_that_are_deployed() -> None:
    deployed, developed = pins(LOCKS["runtime.in"]), pins(LOCKS["development.in"])
    assert deployed.items() <= developed.items()


@pytest.mark.parametrize("folder", NPM, ids=lambda folder: folder.name)
def test_npm_packages_are_pinned_by_hash_and_name_no_host(folder: Path) -> None:
    lock = json.loads(text_of(folder / "package-lock.json"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


@pytest.mark.parametrize("folder", NPM, ids=lambda folder: folder.name)
def test_npm_packages_are_asked_for_by_exact_version(folder: Path) -> None:
    package = json.loads(text_of(folder / "package.json"))
    asked = {**package["dependencies"], **package.get("devDependencies", {})}
    assert asked
    assert {
        name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)
    } == set()


def test_no_npm_package_may_run_a_script_at_install() -> None:
    assert "ignore-scripts=true" in text_of(ROOT / ".npmrc").splitlines()
