import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preaudit.cli import run
from preaudit.errors import ExitCode
from preaudit.findings import Citation
from preaudit.render import report_json
from preaudit.report import Report

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
SMALL = Path(__file__).parents[1] / "rules" / "small"
LAW = """---
title: 建造法
version_date: 2019-04-23
---
## 第一章 许可

第八条 开工应当具备下列条件：

（一）有地；

（二）有图。

机关应当在七日内答复。

第八条之一 不得喧哗。
"""
ITEM = "building-law@2019-04-23#8.1.2"


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    """Return a folder with one law and one file that is none."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "law.md").write_text(LAW, encoding="utf-8")
    (folder / "README.md").write_text("# 说明\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the store, which is the test's own."""
    folder = tmp_path / "store"
    monkeypatch.setenv("PREAUDIT_LAW_TEXTS", str(folder))
    return folder


def laws_command(pipeline: "FakePipeline", *arguments: str) -> int:
    """Run a command on law texts with the small rules."""
    with_content = () if arguments[0] == "list" else ("--content", str(SMALL))
    return run(["laws", *arguments, *with_content], tools=pipeline.tools())


def stored_file(shelf: Path) -> Path:
    """Return the one stored text."""
    (path,) = (shelf / "texts").iterdir()
    return path


def test_an_import_says_what_it_bound_and_what_not(
    pipeline: "FakePipeline", laws: Path, shelf: Path, capsys: Capture
) -> None:
    """Texts, clauses, versions without a text and files that are no law are all told."""
    (laws / "other.md").write_text("# 别的法\n\n第一条 甲。\n\n第三条 丙。\n", encoding="utf-8")
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    printed = capsys.readouterr()
    assert "building-law@2019-04-23     2 articles    2 clauses bound   0 not found  law.md" in (
        printed.out
    )
    assert "other.md: no regulation of the graph has this title" in printed.out
    assert "  building-law@2011-01-01\n" in printed.out
    assert "README.md:1: no article" in printed.out
    assert "other.md:5: 第一条 is followed by 第三条" in printed.out
    assert "2 texts with 4 articles" in printed.err
    assert (shelf / "index.json").is_file()


def test_verified_clauses_that_are_not_found_stand_apart(
    pipeline: "FakePipeline", laws: Path, capsys: Capture
) -> None:
    """What the graph says was compared and the text does not have is told first."""
    (laws / "law.md").write_text(LAW.replace("第八条 ", "第七条 "), encoding="utf-8")
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert "verified clauses not found in their text (1):\n  building-law@2019-04-23#8: " in out
    assert "other clauses not found in their text (1):\n  building-law@2019-04-23#8.1.2: " in out


def test_an_import_adds_replaces_or_begins_anew(
    pipeline: "FakePipeline", laws: Path, capsys: Capture
) -> None:
    """A text of the same title and date gives way; --anew drops what else was there."""
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    (laws / "law.md").rename(laws / "mended.md")
    (laws / "mended.md").write_text(LAW.replace("有图", "有画"), encoding="utf-8")
    (laws / "old.md").write_text(LAW.replace("2019-04-23", "2011-01-01"), encoding="utf-8")
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    assert "gave way to newly imported ones (1):\n  law.md" in capsys.readouterr().out
    (laws / "old.md").unlink()
    assert laws_command(pipeline, "import", str(laws), "--anew") == ExitCode.CLEAR
    capsys.readouterr()
    assert laws_command(pipeline, "list") == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "2019-04-23      2 articles    2 clauses  building-law@2019-04-23  建造法" in out


def test_a_date_from_the_note_below_the_title_is_marked(
    pipeline: "FakePipeline", laws: Path, capsys: Capture
) -> None:
    """The list says where a date does not come from the front matter, and which text has none."""
    head = "# 别的法\n\n2020年1月2日 通过\n\n第一条 甲。\n"
    (laws / "head.md").write_text(head, encoding="utf-8")
    (laws / "none_节选.md").write_text("# 甲法\n\n第一条 甲。\n", encoding="utf-8")
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    capsys.readouterr()
    assert laws_command(pipeline, "list") == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert " 2020-01-02* " in out
    assert " ?  " in out
    assert "甲法（节选）" in out
    assert "* read from the note" in out


@pytest.mark.parametrize(
    ("files", "code"), [({}, "no_law_text"), ({"a.md": "# 甲\n"}, "no_law_text")]
)
def test_a_folder_without_laws_is_an_error(
    pipeline: "FakePipeline", tmp_path: Path, files: dict[str, str], code: str, capsys: Capture
) -> None:
    """Nothing is stored when there is nothing to store; the first reason is told."""
    folder = tmp_path / "empty"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert laws_command(pipeline, "import", str(folder)) == ExitCode.INPUT
    err = capsys.readouterr().err
    assert f"[{code}]" in err
    assert ("a.md:1" in err) is bool(files)
    assert laws_command(pipeline, "import", str(folder / "none")) == ExitCode.INPUT
    assert "[no_such_path]" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_is_an_error(
    pipeline: "FakePipeline", laws: Path, shelf: Path, capsys: Capture
) -> None:
    """A file in the folder's place is named, with the setting to change."""
    shelf.mkdir()
    (shelf / "texts").write_text("x", encoding="utf-8")
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert "PREAUDIT_LAW_TEXTS" in err
    assert "[not_writable]" in err


@pytest.mark.parametrize("command", ["list", "bind", "verify", "show"])
def test_without_an_import_the_others_say_so(
    pipeline: "FakePipeline", command: str, capsys: Capture
) -> None:
    """What needs texts names the command that brings them."""
    arguments = ("building-law#8",) if command == "show" else ()
    assert laws_command(pipeline, command, *arguments) == ExitCode.USAGE
    assert "preaudit laws import DIR" in capsys.readouterr().err


def test_a_damaged_index_is_named(
    pipeline: "FakePipeline", laws: Path, shelf: Path, capsys: Capture
) -> None:
    """An index that is none stops every command but a new import."""
    shelf.mkdir()
    (shelf / "index.json").write_text("{", encoding="utf-8")
    assert laws_command(pipeline, "verify") == ExitCode.RULES
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.RULES
    err = capsys.readouterr().err
    assert f"{shelf}: index.json: is no index of law texts; import them again, with --anew" in err
    assert "[law_texts_unusable]" in err
    assert laws_command(pipeline, "import", str(laws), "--anew") == ExitCode.CLEAR


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (
            "building-law#8.1.2",
            ["《建造法》第八条第一款第（二）项 原文", "第一章 许可", "（二）有图。"],
        ),
        (
            "building-law@2019-04-23#8",
            ["《建造法》第八条 原文", "机关应当在七日内答复。", "要点："],
        ),
        ("building-law#8.2", ["《建造法》第八条第二款 原文", "机关应当在七日内答复。"]),
        ("building-law#8-1.1", ["《建造法》第八条之一第一款 原文", "不得喧哗。"]),
    ],
)
def test_a_clause_is_shown_word_for_word(
    pipeline: "FakePipeline", laws: Path, written: str, lines: list[str], capsys: Capture
) -> None:
    """Clauses of the graph and other numbers are found, with the headings above them."""
    laws_command(pipeline, "import", str(laws))
    capsys.readouterr()
    assert laws_command(pipeline, "show", written) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert all(line in out for line in lines)
    known = written.endswith(("#8", "#8.1.2"))
    assert ("要点" in out) is known
    assert ("【未核实】" in out) is written.endswith("8.1.2")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("building-law",), "not of the form"),
        (("bulding-law#8",), "did you mean 'building-law'?"),
        (("building-law#9",), "the text has no 第九条"),
        (("building-law#nine",), "no number such as 8.1.1"),
        (("building-law@2000-01-01#8",), "has no version 2000-01-01; known: 2011-01-01"),
        (("building-law#8", "--as-of", "2000-01-01"), "none in force on 2000-01-01"),
        (("building-law#8", "--as-of", "2015-01-01"), "no text of building-law@2011-01-01"),
    ],
)
def test_what_cannot_be_shown_is_said(
    pipeline: "FakePipeline", laws: Path, arguments: tuple[str, ...], said: str, capsys: Capture
) -> None:
    """An unknown law, version, clause or text is an error of use that names the nearest."""
    laws_command(pipeline, "import", str(laws))
    assert laws_command(pipeline, "show", *arguments) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_changed_text_is_found_and_not_shown(
    pipeline: "FakePipeline", laws: Path, shelf: Path, capsys: Capture
) -> None:
    """Verify names the file and its clauses; show refuses it."""
    laws_command(pipeline, "import", str(laws))
    assert laws_command(pipeline, "verify") == ExitCode.CLEAR
    assert "1 texts, 2 clauses: 0 faults" in capsys.readouterr().err
    stored_file(shelf).write_text(LAW.replace("有图", "有画"), encoding="utf-8")
    assert laws_command(pipeline, "verify") == ExitCode.RULES
    out = capsys.readouterr().out
    assert out.startswith("law.md: ")
    assert ITEM in out
    assert laws_command(pipeline, "show", "building-law#8") == ExitCode.RULES
    assert "[law_texts_unusable]" in capsys.readouterr().err
    assert laws_command(pipeline, "bind") == ExitCode.CLEAR
    assert "that had changed, left out (1):\n  law.md: " in capsys.readouterr().out


def test_another_graph_is_bound_again(
    pipeline: "FakePipeline", laws: Path, tmp_path: Path, capsys: Capture
) -> None:
    """After clauses changed, verify says what to run, and bind does it."""
    laws_command(pipeline, "import", str(laws))
    content = Path(shutil.copytree(SMALL, tmp_path / "content"))
    law = content / "regulations" / "law.yaml"
    text = law.read_text(encoding="utf-8")
    law.write_text(text.replace("item: 2", "item: 1"), encoding="utf-8")
    tools = pipeline.tools()
    assert run(["laws", "verify", "--content", str(content)], tools=tools) == ExitCode.RULES
    assert "is bound to another place; run `preaudit laws bind`" in capsys.readouterr().out
    assert run(["laws", "bind", "--content", str(content)], tools=tools) == ExitCode.CLEAR
    assert run(["laws", "verify", "--content", str(content)], tools=tools) == ExitCode.CLEAR


def _quoting(report: Report, *citations: Citation) -> bytes:
    first, *rest = report.findings
    return report_json(replace(report, findings=(replace(first, citations=citations), *rest)))


def test_the_quotes_of_a_report_are_compared(
    pipeline: "FakePipeline", laws: Path, report: Report, tmp_path: Path, capsys: Capture
) -> None:
    """Words that the stored text does not have, and clauses that it lacks, are named."""
    laws_command(pipeline, "import", str(laws))
    sound = Citation(
        clause=ITEM,
        title="《建造法》第八条第一款第（二）项",
        text="",
        verified=False,
        quote="（二）有图。",
        quote_lead="开工应当具备下列条件：",
        quote_verified=True,
    )
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "report.json"
    file.write_bytes(_quoting(report, sound))
    assert laws_command(pipeline, "verify", str(folder)) == ExitCode.CLEAR
    assert "1 quotes: 0 faults" in capsys.readouterr().err
    wrong = replace(sound, quote="（二）有画。")
    gone = replace(sound, clause="building-law@2011-01-01#8")
    file.write_bytes(_quoting(report, wrong, gone))
    assert laws_command(pipeline, "verify", str(file)) == ExitCode.RULES
    out = capsys.readouterr().out
    assert f"{ITEM}: the report quotes other words" in out
    assert "building-law@2011-01-01#8: is quoted, but no stored text has it" in out
    assert laws_command(pipeline, "verify", str(tmp_path / "none.json")) == ExitCode.INPUT


def test_lint_compares_with_texts(pipeline: "FakePipeline", laws: Path, capsys: Capture) -> None:
    """`rules lint --texts` tells verified clauses that a text lacks, and ends well."""
    (laws / "law.md").write_text(LAW.replace("第八条 ", "第七条 "), encoding="utf-8")
    lint = ["rules", "lint", "--content", str(SMALL), "--texts"]
    assert run([*lint, str(laws)], tools=pipeline.tools()) == ExitCode.CLEAR
    printed = capsys.readouterr()
    assert "building-law@2019-04-23#8: verified: true, but not to be found" in printed.out
    assert "against 1 texts: 2 notices" in printed.err
    assert run([*lint, str(laws / "none")], tools=pipeline.tools()) == ExitCode.INPUT


def test_the_store_lies_below_the_users_data(
    pipeline: "FakePipeline",
    laws: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    """Without a setting, XDG_DATA_HOME decides."""
    monkeypatch.delenv("PREAUDIT_LAW_TEXTS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert laws_command(pipeline, "import", str(laws)) == ExitCode.CLEAR
    index = tmp_path / "data" / "preaudit" / "law-texts" / "index.json"
    assert json.loads(index.read_bytes())["format"] == 1
    assert str(index.parent) in capsys.readouterr().err
