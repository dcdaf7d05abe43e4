"""Rendered pages on disk: raw bytes, lightly compressed, read back without a decoder of images.

Zstandard at its first level takes 30 to 60 ms for a scan (to a third of its size) and 11 to 15 ms
to read it back; zlib took four times as long for both, PNG longer still. What reads it is one of
our own processes, so the format has nothing in it that could be attacked but the decoder, which
gets a place of a size that is known beforehand and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import zstandard

from preaudit.ingest.records import PixelRecord
from preaudit.sheet import Pixels

_LEVEL: Final = 1
_MOST_WINDOW_BYTES: Final = 8 << 20


def write_pixels(pixels: Pixels, *, folder: Path, name: str) -> PixelRecord:
    """Write a page's pixels into the folder and return what is needed to read them.

    Pages without colour are kept as one channel.
    """
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    grey = bool((red == green).all() and (green == blue).all())
    kept = np.ascontiguousarray(red if grey else pixels)
    (folder / name).write_bytes(zstandard.ZstdCompressor(level=_LEVEL).compress(kept.data))
    height, width = pixels.shape[:2]
    return PixelRecord(file=name, height=height, width=width, channels=1 if grey else 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskPixels:
    """Pixels of one page, read from the work folder each time they are asked for."""

    path: Path
    height: int
    width: int
    channels: int

    def load(self) -> Pixels:
        """Return the page as pixels: height x width x 3, RGB.

        Raises:
            ValueError: The file does not hold as many bytes as it should.
        """
        pixels = np.empty((self.height, self.width, self.channels), dtype=np.uint8)
        decoder = zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW_BYTES)
        try:
            with self.path.open("rb") as file, decoder.stream_reader(file) as stream:
                found = stream.readinto(pixels.data.cast("B"))
                more = stream.read(1)
        except zstandard.ZstdError as error:
            raise ValueError(f"{self.path.name}: {error}") from error
        if found != pixels.size or more:
            raise ValueError(f"{self.path.name}: expected {pixels.size} bytes of pixels")
        if self.channels == 1:
            return np.repeat(pixels, 3, axis=2)
        return pixels
