"""Paths in, entries out: folders, archives, names, limits and `case.json`."""

from __future__ import annotations

import json
import stat
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_papers import drawn_pdf, zip_of

from preaudit.errors import ExitCode, InputError
from preaudit.ingest import Gathered, gather
from preaudit.ingest.archive import is_clutter, shown
from preaudit.settings import Limits

_PDF = drawn_pdf()


def _gathered(work: Path, *paths: Path, limits: Limits | None = None) -> Gathered:
    folder = work / "work"
    folder.mkdir(exist_ok=True)
    return gather(paths, limits=limits or Limits(), workdir=folder)


def _zipped(folder: Path, data: bytes, name: str = "case.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _names(result: Gathered) -> list[str]:
    return [one.name for one in result.entries]


def _codes(result: Gathered) -> list[str]:
    return [one.code for one in result.problems]


def test_a_folder_gives_its_files_by_their_paths(tmp_path: Path) -> None:
    """All files of a folder and its folders are entries, named from the folder, in order."""
    case = tmp_path / "案件"
    (case / "证照").mkdir(parents=True)
    (case / "证照" / "营业执照.pdf").write_bytes(_PDF)
    (case / "b").write_bytes(b"x")
    assert _names(_gathered(tmp_path, case)) == ["b", "证照/营业执照.pdf"]


def test_clutter_is_skipped_in_silence(tmp_path: Path) -> None:
    """Hidden files, thumbnails and lock files of office programs are left out without a word."""
    case = tmp_path / "case"
    (case / "__MACOSX").mkdir(parents=True)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "~$合同.docx", "__MACOSX/a.pdf", "a.pdf"):
        (case / name).write_bytes(b"x")
    result = _gathered(tmp_path, case)
    assert _names(result) == ["a.pdf"]
    assert result.problems == ()


def test_an_empty_folder_ends_the_run(tmp_path: Path) -> None:
    """A folder with nothing in it raises an input error with its own code."""
    (tmp_path / "case").mkdir()
    with pytest.raises(InputError) as error:
        _gathered(tmp_path, tmp_path / "case")
    assert error.value.code == "empty_case"
    assert error.value.exit_code is ExitCode.INPUT
    assert "case" in str(error.value)


def test_a_path_that_is_not_there_ends_the_run(tmp_path: Path) -> None:
    """A path that does not exist raises an input error that names it."""
    with pytest.raises(InputError, match=r"nowhere\.zip") as error:
        _gathered(tmp_path, tmp_path / "nowhere.zip")
    assert error.value.code == "no_such_path"


def test_a_zip_is_a_case_like_a_folder(tmp_path: Path) -> None:
    """A ZIP's files are entries under their own names; its clutter is skipped."""
    path = _zipped(tmp_path, zip_of({"a/b.pdf": _PDF, "__MACOSX/a/._b.pdf": b"x", "c.pdf": b"1"}))
    result = _gathered(tmp_path, path)
    assert _names(result) == ["a/b.pdf", "c.pdf"]
    assert result.entries[0].path.read_bytes() == _PDF
    assert result.problems == ()


def test_several_paths_make_one_case(tmp_path: Path) -> None:
    """Files, folders and ZIPs may be given together; the same name twice is told apart."""
    (tmp_path / "one").mkdir()
    for folder in (tmp_path, tmp_path / "one"):
        (folder / "a.pdf").write_bytes(_PDF)
    path = _zipped(tmp_path, zip_of({"a.pdf": _PDF}), "证照.zip")
    result = _gathered(tmp_path, tmp_path / "a.pdf", tmp_path / "one" / "a.pdf", path)
    assert _names(result) == ["a.pdf", "a.pdf (2)", "证照.zip/a.pdf"]


def test_names_packed_on_chinese_windows_are_read(tmp_path: Path) -> None:
    """Entry names in GB18030 without the UTF-8 flag are shown as they were written."""
    raw = "执照.pdf".encode("gb18030")
    stand_in = "x" * (len(raw) - 4) + ".pdf"
    path = _zipped(tmp_path, zip_of({stand_in: _PDF}, raw_names={stand_in: raw}))
    assert _names(_gathered(tmp_path, path)) == ["执照.pdf"]


def test_names_in_utf8_without_the_flag_are_read(tmp_path: Path) -> None:
    """UTF-8 is tried before the code pages of the East."""
    raw = "证书".encode()
    path = _zipped(tmp_path, zip_of({"abcdef": _PDF}, raw_names={"abcdef": raw}))
    assert _names(_gathered(tmp_path, path)) == ["证书"]


@pytest.mark.parametrize(
    "name", ["../out.pdf", "a/../../out.pdf", "/etc/out.pdf", "C:/out.pdf", "..\\out.pdf"]
)
def test_names_that_point_outside_are_refused(tmp_path: Path, name: str) -> None:
    """An entry that would leave the archive is refused and named; the others are read."""
    path = _zipped(tmp_path, zip_of({name: _PDF, "in.pdf": _PDF}))
    result = _gathered(tmp_path, path)
    assert _names(result) == ["in.pdf"]
    assert _codes(result) == ["zip_unsafe_name"]
    assert "out.pdf" in result.problems[0].message.zh
    assert not list(tmp_path.rglob("out.pdf"))


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    """A symbolic link in an archive is refused; the others are read."""
    link = zipfile.ZipInfo("link.pdf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "case.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("in.pdf", _PDF)
    result = _gathered(tmp_path, path)
    assert _names(result) == ["in.pdf"]
    assert _codes(result) == ["zip_link"]


def test_links_in_a_folder_are_refused(tmp_path: Path) -> None:
    """A symbolic link in a case folder is a problem, not a way to another file."""
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "secret.pdf").write_bytes(_PDF)
    (case / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    result = _gathered(tmp_path, case)
    assert result.entries == ()
    assert _codes(result) == ["not_a_file"]


def test_an_encrypted_entry_is_named(tmp_path: Path) -> None:
    """An entry with a password becomes a problem of its own; the others are read."""
    data = bytearray(zip_of({"locked.pdf": b"x" * 40, "open.pdf": _PDF}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    result = _gathered(tmp_path, _zipped(tmp_path, bytes(data)))
    assert _names(result) == ["open.pdf"]
    assert _codes(result) == ["encrypted_zip"]
    assert "locked.pdf" in result.problems[0].message.zh


def test_a_zip_bomb_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    """An entry that inflates more than allowed for its size is refused; the others are read."""
    path = _zipped(tmp_path, zip_of({"bomb.pdf": bytes(30 << 20), "in.pdf": _PDF}))
    result = _gathered(tmp_path, path)
    assert _names(result) == ["in.pdf"]
    assert _codes(result) == ["zip_ratio"]
    unpacked = sum(one.stat().st_size for one in (tmp_path / "work").rglob("*") if one.is_file())
    assert unpacked < 1 << 20


def test_all_archives_together_have_one_allowance(tmp_path: Path) -> None:
    """What inflates is counted across archives and nesting, whatever they say of their sizes."""
    import os  # noqa: PLC0415  # for bytes that do not compress

    inner = zip_of({"a": os.urandom(700_000), "b": os.urandom(700_000)})
    path = _zipped(tmp_path, zip_of({"1.zip": inner, "c.pdf": _PDF}))
    result = _gathered(tmp_path, path, limits=Limits(inflated_mb=2))
    assert "zip_inflated" in _codes(result)
    assert "1.zip/a" not in _names(result) or "1.zip/b" not in _names(result)


def test_a_lie_about_the_size_does_not_help(tmp_path: Path) -> None:
    """An entry that inflates to more than it states is refused."""
    data = bytearray(zip_of({"a.pdf": bytes(5 << 20), "in.pdf": _PDF}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    result = _gathered(tmp_path, _zipped(tmp_path, bytes(data)))
    assert _names(result) == ["in.pdf"]
    assert _codes(result) == ["damaged_zip_entry"]


def test_entries_that_share_bytes_are_a_bomb(tmp_path: Path) -> None:
    """An archive whose entries overlap is left alone altogether."""
    data = bytearray(zip_of({"a": b"x" * 100, "b": b"y" * 100}))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = (0).to_bytes(4, "little")
    result = _gathered(tmp_path, _zipped(tmp_path, bytes(data)))
    assert result.entries == ()
    assert _codes(result) == ["zip_overlap"]


def test_archives_in_archives_are_unpacked_so_deep(tmp_path: Path) -> None:
    """A ZIP in a ZIP is unpacked; a third one inside is refused and named."""
    third = zip_of({"c.pdf": _PDF})
    second = zip_of({"b.pdf": _PDF, "third.zip": third})
    path = _zipped(tmp_path, zip_of({"a.pdf": _PDF, "second.zip": second}))
    result = _gathered(tmp_path, path)
    assert _names(result) == ["a.pdf", "second.zip/b.pdf"]
    assert _codes(result) == ["zip_too_deep"]
    assert "second.zip/third.zip" in result.problems[0].message.zh


def test_too_many_entries_are_refused_unread(tmp_path: Path) -> None:
    """An archive with one entry more than allowed is not unpacked; one with as many is."""
    path = _zipped(tmp_path, zip_of({f"{at}.pdf": b"x" for at in range(5)}))
    assert _codes(_gathered(tmp_path, path, limits=Limits(zip_entries=4))) == [
        "zip_too_many_entries"
    ]
    assert len(_gathered(tmp_path, path, limits=Limits(zip_entries=5)).entries) == 5


def test_a_case_has_room_for_so_many_files(tmp_path: Path) -> None:
    """Files beyond the number allowed are counted in a problem, the first ones are read."""
    path = _zipped(tmp_path, zip_of({f"{at}.pdf": b"x" for at in range(5)}))
    result = _gathered(tmp_path, path, limits=Limits(case_files=3))
    assert len(result.entries) == 3
    assert _codes(result) == ["too_many_files"]
    assert "2" in result.problems[0].message.zh


def test_a_file_or_case_that_is_too_large_is_named(tmp_path: Path) -> None:
    """Size limits hold for each file and for all together."""
    case = tmp_path / "case"
    case.mkdir()
    for name, size in (("a", 1 << 20), ("b", (1 << 20) + 1), ("c", 1 << 20)):
        (case / name).write_bytes(b"x" * size)
    result = _gathered(tmp_path, case, limits=Limits(file_mb=1, case_mb=1))
    assert _names(result) == ["a"]
    assert _codes(result) == ["file_too_large", "case_too_large"]


def test_a_damaged_zip_is_a_problem(tmp_path: Path) -> None:
    """A ZIP that ends early is named; nothing is raised, since there was something in the case."""
    data = zip_of({"a.pdf": _PDF})
    result = _gathered(tmp_path, _zipped(tmp_path, data[: len(data) // 2], "坏.zip"))
    assert result.entries == ()
    assert _codes(result) == ["damaged_zip"]
    assert "坏.zip" in result.problems[0].message.zh


@pytest.mark.parametrize("place", ["case.json", "案件/case.json"])
def test_what_a_case_says_of_itself_is_read(tmp_path: Path, place: str) -> None:
    """`case.json` at the top, or in the only folder, is taken as declaration, not as a paper."""
    said = {
        "item": "construction-permit",
        "as_of": "2026-03-01",
        "jurisdiction": "fujian-xiamen",
        "attributes": {"use": "residential", "tender": True},
    }
    folder = place.rpartition("/")[0]
    paper = f"{folder}/a.pdf" if folder else "a.pdf"
    data = zip_of({place: json.dumps(said).encode(), paper: _PDF})
    result = _gathered(tmp_path, _zipped(tmp_path, data))
    assert _names(result) == [paper]
    declaration = result.declaration
    assert declaration is not None
    assert declaration.item == "construction-permit"
    assert declaration.as_of == date(2026, 3, 1)
    assert declaration.jurisdiction == "fujian-xiamen"
    assert declaration.attributes == {"use": "residential", "tender": "true"}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("{", "line 1"),
        ('{"as_of": 20260301}', "as_of"),
        ('{"as_of": "2026-02-30"}', "as_of"),
        ('{"as_off": "2026-02-03"}', "as_off"),
        ('{"item": 7}', "item"),
        ('{"item": "../../x"}', "item"),
        ('{"attributes": {"use": ["a"]}}', "attributes.use"),
        ('{"item": "a", "item": "b"}', "item"),
        ("[1]", "dictionary"),
        ("[" * 50_000, "nested"),
    ],
)
def test_a_bad_declaration_names_its_fault(tmp_path: Path, said: str, named: str) -> None:
    """A `case.json` that is not valid is a problem that names the fault; the papers are read."""
    case = tmp_path / "case"
    case.mkdir()
    (case / "case.json").write_text(said)
    (case / "a.pdf").write_bytes(_PDF)
    result = _gathered(tmp_path, case)
    assert result.declaration is None
    assert _names(result) == ["a.pdf"]
    assert _codes(result) == ["bad_case_json"]
    assert named in result.problems[0].message.zh


@given(st.text(max_size=300))
def test_names_are_safe_to_print(name: str) -> None:
    """No name of an archive can move the cursor, turn the writing, or break a line."""
    clean = shown(name)
    assert clean
    assert clean.isprintable() or " " in clean or not clean.isascii()
    assert not any(ord(char) < 32 or char in "\x7f\u202e\u2028\ud800" for char in clean)


@given(st.lists(st.sampled_from(["a.pdf", "证", "x y", "B"]), min_size=1, max_size=4))
def test_papers_are_not_clutter(parts: list[str]) -> None:
    """Ordinary names are never skipped."""
    assert not is_clutter("/".join(parts))
