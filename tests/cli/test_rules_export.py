import base64
import hashlib
import json
import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from preaudit.cli import run
from preaudit.errors import ExitCode
from rules_kg import load_graph

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
SMALL = Path(__file__).parents[1] / "rules" / "small"


def rules(pipeline: "FakePipeline", *arguments: str, content: Path = SMALL) -> int:
    """Run a rules command on a folder of rules."""
    return run(["rules", *arguments, "--content", str(content)], tools=pipeline.tools())


def test_graphml_holds_the_whole_network(pipeline: "FakePipeline", tmp_path: Path) -> None:
    """Another program reads the same nodes and edges, and two exports are the same bytes."""
    files = [tmp_path / "one.graphml", tmp_path / "two.graphml"]
    for file in files:
        assert rules(pipeline, "export", "--graphml", str(file)) == ExitCode.CLEAR
    assert files[0].read_bytes() == files[1].read_bytes()
    read = nx.read_graphml(BytesIO(files[0].read_bytes()))
    network = load_graph(SMALL).network
    assert dict(read.nodes(data=True)) == dict(network.nodes(data=True))
    assert sorted(read.edges(data="kind")) == sorted(network.edges(data="kind"))


def test_json_ld_refers_only_to_nodes_it_has(pipeline: "FakePipeline", tmp_path: Path) -> None:
    """Each node has a URN, a type and titles in both languages; edges lead to such nodes."""
    file = tmp_path / "graph.jsonld"
    assert rules(pipeline, "export", "--json-ld", str(file)) == ExitCode.CLEAR
    content = json.loads(file.read_text(encoding="utf-8"))
    nodes: dict[str, dict[str, Any]] = {one["id"]: one for one in content["@graph"]}
    clause = nodes["urn:preaudit:clause:building-law@2019-04-23%238.1.2"]
    assert clause["type"] == "Clause"
    assert clause["label"] == "《建造法》第八条第一款第（二）项"
    kinds = [key for key, how in content["@context"].items() if isinstance(how, dict)]
    edges = [end for one in nodes.values() for kind in kinds if kind != "title"
             for end in one.get(kind, ())]  # fmt: skip
    assert len(edges) == load_graph(SMALL).network.number_of_edges()
    assert set(edges) <= set(nodes)


def test_a_format_has_to_be_named(pipeline: "FakePipeline", capsys: Capture) -> None:
    """Without a file nothing is written."""
    assert rules(pipeline, "export") == ExitCode.USAGE
    assert "--graphml FILE or --json-ld FILE" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named(
    pipeline: "FakePipeline", tmp_path: Path, capsys: Capture
) -> None:
    """A folder in place of a file is told in one line."""
    assert rules(pipeline, "graph", "--html", str(tmp_path)) == ExitCode.USAGE
    assert "cannot be written" in capsys.readouterr().err


def picture(pipeline: "FakePipeline", tmp_path: Path, *more: str, content: Path = SMALL) -> str:
    """Return the picture's page."""
    file = tmp_path / "graph.html"
    assert rules(pipeline, "graph", "--html", str(file), *more, content=content) == ExitCode.CLEAR
    return file.read_text(encoding="utf-8")


def shown(page: str) -> tuple[dict[str, dict[str, Any]], set[tuple[str, str, str]]]:
    """Return the spots and lines that a page holds."""
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    content = json.loads(data[1])
    lines = {(one["start"], one["kind"], one["end"]) for one in content["lines"]}
    return {one["id"]: one for one in content["spots"]}, lines


def test_picture_leads_from_item_to_clause(pipeline: "FakePipeline", tmp_path: Path) -> None:
    """Items, papers, entries, rules and clauses of the day stand in five columns."""
    spots, lines = shown(picture(pipeline, tmp_path, "--as-of", "2025-01-01"))
    rule = "rule:agreement.supervisor_name@1"
    assert ("kind:form", "has", "field:form.supervisor_name") in lines
    assert ("field:form.supervisor_name", "must_agree", rule) in lines
    assert (rule, "cites", "clause:building-law@2019-04-23#8") in lines
    assert ("kind:licence", "checks", "rule:completeness.licence@1") in lines
    assert [spots[one]["column"] for one in ("item:construction-permit", "kind:form", rule)] == [
        0, 1, 3
    ]  # fmt: skip
    assert spots["clause:building-law@2019-04-23#8.1.2"]["tone"] == "unverified"
    assert spots["condition:construction-permit/site"]["tone"] == "bare"
    assert spots[rule]["item"] == "construction-permit"
    assert not any("2011-01-01" in one for one in spots)
    assert {end for start, _, end in lines} | {start for start, _, _ in lines} <= set(spots)


def test_picture_fetches_nothing_and_runs_only_its_own_script(
    pipeline: "FakePipeline", tmp_path: Path
) -> None:
    """No address stands in the page, and its policy names the script's digest."""
    page = picture(pipeline, tmp_path)
    assert not re.search(r"(src|href)=|url\(|@import|https?:", page)
    script = page[page.rindex("<script>") + len("<script>") : page.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


def test_titles_cannot_break_out_of_the_page(pipeline: "FakePipeline", tmp_path: Path) -> None:
    """Markup in a title stays text."""
    content = Path(shutil.copytree(SMALL, tmp_path / "content"))
    path = content / "items" / "permit.yaml"
    text = path.read_text(encoding="utf-8")
    bad = "</script><script>alert(1)</script>"
    path.write_text(text.replace("zh: 施工许可,", f"zh: '{bad}',"), encoding="utf-8")
    page = picture(pipeline, tmp_path, "--item", "construction-permit", content=content)
    assert page.count("<script") == 2
    assert shown(page)[0]["item:construction-permit"]["title"] == bad


def test_an_unknown_item_gets_a_hint(
    pipeline: "FakePipeline", tmp_path: Path, capsys: Capture
) -> None:
    """A misspelt item is answered with the nearest one."""
    file = str(tmp_path / "graph.html")
    assert rules(pipeline, "graph", "--html", file, "--item", "construction-permi") == 2
    assert "did you mean 'construction-permit'" in capsys.readouterr().err
