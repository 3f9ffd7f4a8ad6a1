"""Who may import whom: the contracts of pyproject.toml are run here, and shown to bite."""

from typing import Any

import grimp
import pytest
from importlinter import Contract
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from tests.support.sources import ROOT

KINDS: dict[str, type[Contract]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
SETTINGS = read_configuration(str(ROOT / "pyproject.toml"))
SESSION: dict[str, Any] = SETTINGS["session_options"]
CONTRACTS: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in SETTINGS["contracts_options"]
}


def imports() -> grimp.ImportGraph:
    """Read every import of our packages, with the outside packages they reach."""
    return grimp.build_graph(
        *SESSION["root_packages"], include_external_packages=True, cache_dir=None
    )


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """The imports as they are."""
    return imports()


def is_kept(contract_id: str, graph: grimp.ImportGraph) -> bool:
    """Check one contract against a graph of imports."""
    entry = CONTRACTS[contract_id]
    contract = KINDS[entry["type"]](
        name=contract_id, session_options=SESSION, contract_options=entry
    )
    return bool(contract.check(graph, verbose=False).kept)


@pytest.mark.parametrize("contract_id", CONTRACTS)
def test_the_import_contract_is_kept(contract_id: str, graph: grimp.ImportGraph) -> None:
    assert is_kept(contract_id, graph), (
        f"broken: run `make contracts` to see which import of {contract_id}"
    )


@pytest.mark.parametrize(
    ("contract_id", "importer", "imported"),
    [
        ("programs", "client_sync.config", "server.plumbing.config"),
        ("schemas", "schemas.wire.codec", "schemas.envelope.keys"),
        ("schemas", "schemas.envelope.sealing", "schemas.wire.report"),
        ("server", "server.plumbing.db", "server.relay.models"),
        ("server", "server.relay.inbox", "server.desk.app"),
        ("relay-opens-nothing", "server.relay.inbox", "schemas.envelope.opening"),
        ("relay-opens-nothing", "server.plumbing.db", "schemas.envelope.opening"),
        ("phone-opens-nothing", "client_sync.client", "schemas.envelope.opening"),
        ("one-door", "server.desk.triage.store", "schemas.envelope.opening"),
        ("desk-one-way", "server.desk.intake.pull", "server.desk.triage.store"),
        ("deciding-does-no-io", "client_sync.sync.engine", "sqlite3"),
        ("deciding-does-no-io", "schemas.domain.report", "flask"),
        ("crypto-home", "server.desk.keys.keyring", "nacl"),
        ("deciding-does-no-io", "server.desk.triage.workflow", "sqlalchemy"),
        ("web-home", "client_sync.client", "flask"),
        ("shape-home", "server.relay.routes", "marshmallow"),
        ("account-home", "server.relay.routes", "pyotp"),
        ("security-keys-home", "server.desk.accounts.login", "webauthn"),
        ("sheets-home", "server.desk.keys.recovery", "shamir_mnemonic"),
        ("spreadsheet-home", "server.desk.forms.xlsform", "openpyxl"),
        ("spreadsheet-process", "server.desk.forms.reading", "server.desk.forms.workbook"),
        ("database-home", "server.desk.triage.store", "sqlite3"),
        ("no-circles", "schemas.domain.ids", "schemas.wire.codec"),
    ],
)
def test_one_wrong_import_breaks_the_contract(
    contract_id: str, importer: str, imported: str, graph: grimp.ImportGraph
) -> None:
    assert importer in graph.modules, "the example names a module that is gone: choose another"
    spoilt = imports()
    if imported not in spoilt.modules:
        spoilt.add_module(imported, is_squashed="." not in imported)
    spoilt.add_import(importer=importer, imported=imported)
    assert not is_kept(contract_id, spoilt)
