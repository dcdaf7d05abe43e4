"""Settings: limits, places and engine options, each with a default that works on one machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseModel):
    """What a case may ask of us. A file beyond a limit becomes a problem; the rest goes on."""

    model_config = ConfigDict(frozen=True)

    file_mb: int = Field(default=100, gt=0)
    case_mb: int = Field(default=500, gt=0)
    case_files: int = Field(default=300, gt=0)
    zip_entries: int = Field(default=2000, gt=0)
    zip_depth: int = Field(default=2, ge=1)
    inflated_mb: int = Field(default=1024, gt=0)
    """Across all archives of a case, nested ones included."""
    inflation_ratio: int = Field(default=100, gt=1)
    """Refused beyond this once more than 10 MB have come out."""
    pdf_pages: int = Field(default=1000, gt=0)
    render_mpx: int = Field(default=40, gt=0)
    """A larger page is rendered at a lower resolution, not refused."""
    image_mpx: int = Field(default=100, gt=0)
    image_frames: int = Field(default=200, gt=0)
    document_parts: int = Field(default=20_000, gt=0)
    """Parts of a DOCX, XLSX or OFD file, which are archives inside."""
    part_mb: int = Field(default=100, gt=0)
    """Of one part inside a DOCX, XLSX or OFD file, inflated."""
    pdf_filters: int = Field(default=2, ge=1)
    """Compressing filters stacked upon one stream: a third is a bomb's."""
    name_chars: int = Field(default=1000, gt=0)
    """Of a file's path inside its archive."""
    temp_mb: int = Field(default=4096, gt=0)
    """What the pages of one file may take on disk."""
    file_timeout_s: float = Field(default=60.0, gt=0)
    page_timeout_s: float = Field(default=20.0, gt=0)
    read_timeout_s: float = Field(default=60.0, gt=0)
    """For reading what an opened page says; by the clock, so a busy machine needs more."""
    worker_memory_mb: int = Field(default=1024, gt=0)
    """Address space of the process that opens a file."""


def _data_home() -> Path:
    """Return the user's folder for data that programs keep."""
    named = os.environ.get("XDG_DATA_HOME", "")
    return Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "share"


class Settings(BaseSettings):
    """Everything that may be set from outside, by environment (`PREAUDIT_LIMITS__FILE_MB=20`)."""

    model_config = SettingsConfigDict(
        env_prefix="PREAUDIT_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    limits: Limits = Limits()
    weights_dir: Path = Path.home() / ".cache" / "preaudit" / "weights"
    """Where set-up has put the weights of others; ours lie in the package `models`."""
    own_weights_dir: Path = Path(__file__).parents[1] / "models" / "weights"
    """The weights that we train ourselves; they are part of the checkout and of the wheel."""
    trust_list_dir: Path | None = None
    """A folder of certificates (PEM or DER) whose signatures are trusted; none by default."""
    sandbox_level: int = Field(default=1, ge=1, le=2)
    """How well files must be walled in while they are opened; below it, no case is taken."""
    ocr: Literal["fast", "paddleocr"] = "fast"
    """Which engine reads; PaddleOCR's own is there to be compared with."""
    keep_readings: bool = True
    """Whether readings are kept for their owner, so that no page is read twice."""
    readings_dir: Path = Path.home() / ".cache" / "preaudit" / "readings"
    readings_mb: int = Field(default=512, gt=0)
    """The oldest readings go beyond that."""
    law_texts: Path = Field(default_factory=lambda: _data_home() / "preaudit" / "law-texts")
    """Where `preaudit laws import` puts law texts; without any, reports show our summaries."""
    threads: int = Field(default=2, ge=1)
    """Cores that reading may use."""
