"""The trained tagger: its files belong together, and what it says lies on the page."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from preaudit.document import Line, Origin, Page, Quality
from preaudit.errors import WeightsError
from preaudit.extract.tagger import VOCABULARY, WEIGHTS, open_tagger
from preaudit.geometry import Box
from preaudit.settings import Settings

FOLDER = Settings().own_weights_dir


def a_page(*rows: str) -> Page:
    """A page with these rows below one another."""
    lines = []
    for number, text in enumerate(rows):
        top = 0.1 + 0.03 * number
        edges = tuple(0.12 + 0.018 * at for at in range(len(text) + 1))
        box = Box(page=1, left=edges[0], top=top, right=edges[-1], bottom=top + 0.016)
        lines.append(Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges))
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality)


def test_the_manifest_names_the_files_that_are_there() -> None:
    """What was trained lies there as it was when its entry was written, whatever it is."""
    manifest = yaml.safe_load((FOLDER / "manifest.yaml").read_text(encoding="utf-8"))
    told = {
        name: digest
        for entry in manifest.values()
        if "files" in entry
        for name, digest in entry["files"].items()
    }

    assert {WEIGHTS, VOCABULARY} <= set(told)
    assert told == {name: sha256((FOLDER / name).read_bytes()).hexdigest() for name in told}


def test_an_entry_behind_its_label_is_found() -> None:
    """A plain row of label and name is tagged with the name and nothing else."""
    page = a_page("施工单位：临江昱和建设集团有限公司", "工程名称：云岫花园一期工程")
    spans = {span.field: span for span in open_tagger(FOLDER).tag(page, "wage-account-proof")}

    ((line, start, end),) = spans["contractor_name"].pieces
    assert page.lines[line].text[start:end] == "临江昱和建设集团有限公司"


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    """Weights that are not those of the vocabulary never run."""
    saved = {"characters": "", "kinds": [], "fields": [], "sha256": sha256(b"these").hexdigest()}
    (tmp_path / VOCABULARY).write_text(json.dumps(saved), encoding="utf-8")
    (tmp_path / WEIGHTS).write_bytes(b"others")
    with pytest.raises(WeightsError, match=WEIGHTS) as caught:
        open_tagger(tmp_path)

    assert caught.value.code == "weights_altered"


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    """Who has no weights is told how to make them."""
    with pytest.raises(WeightsError, match="make train") as caught:
        open_tagger(tmp_path)

    assert caught.value.code == "weights_missing"
