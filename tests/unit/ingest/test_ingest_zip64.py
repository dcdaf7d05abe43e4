"""Archives as streaming and large-file packers write them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from ingest_papers import drawn_pdf, zip_of

from preaudit.ingest import Gathered, gather
from preaudit.settings import Limits


def gathered(folder: Path, data: bytes, limits: Limits | None = None) -> Gathered:
    """Return what an archive holds."""
    path = folder / "case.zip"
    path.write_bytes(data)
    return gather([path], limits=limits or Limits(), workdir=folder / "work")


def as_zip64(data: bytes) -> bytes:
    """Return an archive whose end says "look elsewhere", as some packers write small ones too."""
    at = data.rfind(b"PK\x05\x06")
    count, _, length, start = struct.unpack_from("<HHII", data, at + 8)
    end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    most = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return data[:at] + end + locator + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, *most, 0)


def test_a_small_zip64_archive_is_unpacked(tmp_path: Path) -> None:
    """An archive of the large form is taken by what it holds, not by its form."""
    found = gathered(tmp_path, as_zip64(zip_of({"合同.pdf": drawn_pdf(), "b.pdf": drawn_pdf()})))
    assert [one.name for one in found.entries] == ["b.pdf", "合同.pdf"]
    assert found.problems == ()


def test_the_limit_of_entries_holds_in_the_large_form(tmp_path: Path) -> None:
    """A ZIP64 archive with too many entries is refused by their number."""
    data = as_zip64(zip_of({f"{at}.pdf": b"x" for at in range(12)}))
    found = gathered(tmp_path, data, Limits(zip_entries=10))
    assert [one.code for one in found.problems] == ["zip_too_many_entries"]
    assert found.entries == ()


@pytest.mark.parametrize("cut", [20, 30, 60, 90])
def test_a_broken_end_is_damage_not_a_number(tmp_path: Path, cut: int) -> None:
    """Where the large form's own end is missing, the archive is damaged."""
    data = as_zip64(zip_of({"a.pdf": drawn_pdf()}))
    at = data.rfind(b"PK\x05\x06")
    found = gathered(tmp_path, data[: at - cut] + bytes(cut) + data[at:])
    assert [one.code for one in found.problems] == ["damaged_zip"]


@pytest.mark.parametrize(("belongs", "name"), [(True, "甲方.pdf"), (False, "ab.pdf")])
def test_a_name_in_unicode_beside_the_old_one_is_taken(
    tmp_path: Path, *, belongs: bool, name: str
) -> None:
    """The extra name in UTF-8 counts where its check sum says that it is of this entry."""
    told = "甲方.pdf".encode()
    check = zlib.crc32(b"ab.pdf") if belongs else 7
    info = zipfile.ZipInfo("ab.pdf")
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(told), 1, check) + told
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, drawn_pdf())
    assert [one.name for one in gathered(tmp_path, out.getvalue()).entries] == [name]


def test_sizes_that_follow_the_data_are_counted(tmp_path: Path) -> None:
    """Files packed while streaming, with their sizes behind the data, come out whole."""

    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    paper = drawn_pdf()
    out = OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", paper)
    (entry,) = gathered(tmp_path, out.getvalue()).entries
    assert entry.path.read_bytes() == paper
