"""A span finder is scored by exact spans, whatever the set calls an organisation."""

from __future__ import annotations

import json
from pathlib import Path

from models.evaluation.cluener import Rate, score, sentences

_ROW = {
    "text": "远山公司在临江市望岳街会见教委江小舟",
    "label": {
        "company": {"远山公司": [[0, 3]]},
        "address": {"临江市望岳街": [[5, 10]]},
        "government": {"教委": [[13, 14]]},
        "name": {"江小舟": [[15, 17]]},
    },
}


def test_spans_are_exact_and_labels_are_merged(tmp_path: Path) -> None:
    """A span one character short is wrong; labels that nobody asks for count nowhere."""
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(_ROW, ensure_ascii=False) + "\n", encoding="utf-8")
    (one,) = sentences(path)
    assert ("company", 0, 4) in one.spans

    def find(_: str) -> list[tuple[str, int, int]]:
        return [
            ("organisation", 0, 4), ("organisation", 13, 15), ("address", 5, 8), ("person", 15, 18),
        ]  # fmt: skip

    rates, own = score(find, [one])
    assert rates == {
        "organisation": Rate(right=2, found=2, true=2),
        "address": Rate(right=0, found=1, true=1),
    }
    assert (own["company"].recall, own["address"].recall) == (1.0, 0.0)


def test_finder_that_says_nothing_scores_nothing(tmp_path: Path) -> None:
    """Rates without any span are 0, not an error."""
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(_ROW) + "\n", encoding="utf-8")
    rates, _ = score(lambda _: [], sentences(path))
    assert rates["organisation"].f1 == rates["address"].precision == 0.0
