"""Hostile and broken input, made as ``hostile.json`` describes it, sent like everything else."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas.domain.ids import DeskId
from schemas.domain.report import Manifest, Observed, Place, Report
from schemas.domain.vocabulary import Category, TimePrecision
from schemas.envelope import keys, primitives, sealing
from schemas.wire import canonical
from schemas.wire.report import encode_report
from tools.demo.seeding.devices import Devices, Parcel, stream
from tools.demo.seeding.story import Picture, read_json

_HALF_A_HASH = 16


class Hostile:
    """Makes the blobs of each hostile input."""

    def __init__(
        self, seed: bytes, devices: Devices, at: datetime, parcels: Mapping[str, Parcel]
    ) -> None:
        """Take what well-meant sealing uses, the moment of writing, and the story's own parcels."""
        self._seed = seed
        self._devices = devices
        self._at = at
        self._parcels = parcels
        self._makers: dict[str, Callable[[str, dict[str, Any]], list[bytes]]] = {
            "random_bytes": self._random_bytes,
            "sealed_report": self._sealed_report,
            "sealed_report_unchecked": self._sealed_unchecked,
            "sealed_report_bad_signature": self._bad_signature,
            "sealed_report_wrong_hash": self._wrong_hash,
            "sealed_bytes": self._sealed_bytes,
            "sealed_deflated": self._bomb,
            "repeat": self._repeat,
        }

    def blobs(self) -> list[bytes]:
        """Make every input's blobs, in the order of the file."""
        made: list[bytes] = []
        for item in read_json("hostile.json")["inputs"]:
            made += self._makers[item["make"]["kind"]](item["id"], item["make"])
        return made

    def _random_bytes(self, label: str, make: dict[str, Any]) -> list[bytes]:
        draw = stream(self._seed, f"hostile {label}")
        return [draw(size) for size in make["sizes_bytes"]]

    def _repeat(self, _: str, make: dict[str, Any]) -> list[bytes]:
        return [self._parcels[make["of"]].blobs[0]] * int(make["times"])

    def _sealed_report(self, label: str, make: dict[str, Any]) -> list[bytes]:
        manifest, pieces = self._attached(label, make)
        plain_json = encode_report(self._report(make["report"], manifest))
        if make.get("recipient") == "stranger":
            return [self._seal_to_stranger(label, plain_json)]
        return [self._seal(label, plain_json), *pieces]

    def _sealed_unchecked(self, label: str, make: dict[str, Any]) -> list[bytes]:
        return [self._seal(label, canonical.encode(_raw(make["report"], self._at)))]

    def _sealed_bytes(self, label: str, make: dict[str, Any]) -> list[bytes]:
        return [self._seal(label, make["text"].encode())]

    def _wrong_hash(self, label: str, make: dict[str, Any]) -> list[bytes]:
        manifest, pieces = self._attached(label, make)
        if manifest is None:
            raise ValueError("a lying manifest needs an attachment")
        lie = replace(manifest, sha256=primitives.sha256(label.encode()))
        return [self._seal(label, encode_report(self._report(make["report"], lie))), *pieces]

    def _bad_signature(self, label: str, make: dict[str, Any]) -> list[bytes]:
        author = self._devices.author(label)
        forged = keys.SigningKey(author.seed)
        object.__setattr__(forged, "public", self._devices.author(f"{label} victim").public)
        return [self._seal(label, encode_report(self._report(make["report"], None)), forged)]

    def _bomb(self, label: str, make: dict[str, Any]) -> list[bytes]:
        """Seal a deflate stream that the sealing side would never make."""
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stream_bytes = (
            packer.compress(make["repeat"].encode() * int(make["times"])) + packer.flush()
        )
        return [
            self._devices.seal_inner(label, bytes([1, 0]) + stream_bytes, keys.week_of(self._at))
        ]

    def _attached(
        self, label: str, make: dict[str, Any]
    ) -> tuple[Manifest | None, tuple[bytes, ...]]:
        wanted = make.get("attachment")
        if wanted is None:
            return None, ()
        return self._devices.attach(label, Picture(wanted["kind"], wanted["seed"], wanted["name"]))

    def _seal(self, label: str, plain_json: bytes, author: keys.SigningKey | None = None) -> bytes:
        return self._devices.seal_json(label, plain_json, author, keys.week_of(self._at)).blob

    def _seal_to_stranger(self, label: str, plain_json: bytes) -> bytes:
        draw = stream(self._seed, f"stranger {label}")
        identity = keys.new_identity(keys.week_of(self._at), draw)
        desk = DeskId(draw(_HALF_A_HASH))
        return sealing.seal(
            plain_json, recipient=identity.record(), desk_id=desk, entropy=draw
        ).blob

    def _report(self, said: dict[str, Any], manifest: Manifest | None) -> Report:
        observed = _moment(said.get("observed_at"), self._at)
        return Report(
            category=Category(said["category"]),
            text=said["text"],
            written_at=_moment(said.get("written_at"), self._at),
            observed=Observed(observed, TimePrecision.DAY),
            lang="en",
            place=Place(text=said["place_text"]) if "place_text" in said else None,
            attachments=(manifest,) if manifest else (),
        )


def _moment(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC) if text else otherwise


def _raw(said: dict[str, Any], at: datetime) -> dict[str, object]:
    """Write a report's JSON without the checks that a real phone makes."""
    text = said["text"]
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    raw: dict[str, object] = {
        "v": 1,
        "kind": "report",
        "category": said["category"],
        "text": text["repeat"] * text["times"] if isinstance(text, dict) else text,
        "lang": "en",
        "source": "unsaid",
        "written_at": moment,
        "observed": {"at": said.get("observed_at", moment), "precision": "day"},
    }
    if "lat_e5" in said:
        raw["place"] = {"lat_e5": said["lat_e5"], "lon_e5": said["lon_e5"]}
    extra: dict[str, object] = said.get("extra", {})
    return raw | extra
