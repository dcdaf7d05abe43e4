"""Rendered pages on disk: raw bytes, lightly compressed, read back without a decoder of images.

Level-1 zlib takes 15 ms for a drawn page (to 3 % of its size) and 50 to 140 ms for a scan (to a
quarter); PNG takes twice as long for little less. The reader is the parent process, so the format
has nothing in it that could be attacked but zlib, and a size that is known beforehand.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preaudit.ingest.records import PixelRecord
from preaudit.sheet import Pixels


def write_pixels(pixels: Pixels, *, folder: Path, name: str) -> PixelRecord:
    """Write a page's pixels into the folder and return what is needed to read them.

    Pages without colour are kept as one channel.
    """
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    grey = bool((red == green).all() and (green == blue).all())
    kept = np.ascontiguousarray(red if grey else pixels)
    (folder / name).write_bytes(zlib.compress(kept.data, 1))
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
        size = self.height * self.width * self.channels
        reader = zlib.decompressobj()
        data = reader.decompress(self.path.read_bytes(), size + 1)
        if len(data) != size:
            raise ValueError(
                f"{self.path.name}: expected {size} bytes of pixels, found {len(data)}"
            )
        flat = np.frombuffer(data, dtype=np.uint8)
        if self.channels == 1:
            grey = flat.reshape(self.height, self.width)
            return np.repeat(grey[..., None], 3, axis=2)
        return flat.reshape(self.height, self.width, 3)
