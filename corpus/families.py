"""The grammar families: how each sets its entries, and on what page."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.arrangements import (
    FACES,
    Arrangement,
    Layout,
    Plan,
    certificate_manner,
    columns,
    grid,
    lines,
    rows_of_two,
    sentences,
    wide_manner,
)
from corpus.chance import chance
from corpus.form_arrangements import (
    aligned,
    bilingual,
    blanks,
    booklet_lines,
    booklet_manner,
    boxes,
    electronic,
    spread,
    stacked,
)
from corpus.prose import clauses, letter, notice, report, statement
from corpus.table_arrangements import headed, nested, old_form, roll, unit_columns
from corpus.woven import woven


def _old_manner(plan: Plan) -> Layout:
    layout = certificate_manner(plan, page=plan.rng.choice(("a4", "a4", "b5")))
    layout["body"] = ["song", "song", "kai"]
    layout["forms"] = {"date": "cn|han|ring|cn-spaced", "sign-date": "cn-spaced|han|ring"}
    if chance(plan.rng, 0.5):
        layout["on_page"] = []
    return layout


def _electronic_manner(plan: Plan) -> Layout:
    layout = certificate_manner(plan, page=plan.rng.choice(("a4", "a4-wide")))
    layout["body"] = ["hei", "microhei", "hei", "song"]
    layout["forms"] = {"date": "cn|iso|cn-padded|iso-short", "sign-date": "cn|iso|cn-padded"}
    return layout


def _loose_manner(plan: Plan) -> Layout:
    layout: Layout = {"sizes": [10.5, 11, 12], "leading": [1.4, 1.8], "body": [*FACES]}
    layout["forms"] = {"date": "cn|iso|slash|dot-short|iso-short|cn-padded|dot"}
    if plan.kind.endswith(("certificate", "permit", "licence", "qualification")):
        layout |= certificate_manner(plan)
    return layout


def _letter_manner(_plan: Plan) -> Layout:
    return {
        "sizes": [12, 12, 14, 15],
        "leading": [1.5, 1.9],
        "body": ["song", "kai", "fang", "fang"],
    }


def _statement_manner(plan: Plan) -> Layout:
    layout = _letter_manner(plan)
    if plan.kind.endswith(("certificate", "permit", "licence", "qualification")):
        layout |= certificate_manner(plan)
    return layout


def _woven_manner(plan: Plan) -> Layout:
    layout: Layout = {"sizes": [10.5, 11, 12, 14, 15], "leading": [1.35, 2.0], "body": [*FACES]}
    layout["forms"] = {"date": "cn|cn|cn-padded|iso|dot-short|slash|han"}
    if plan.kind.endswith(("certificate", "permit", "licence", "qualification")):
        layout |= certificate_manner(plan)
    return layout


ARRANGEMENTS: Mapping[str, Arrangement] = {
    "g-grid": Arrangement(body=grid),
    "g-rows": Arrangement(body=rows_of_two),
    "g-card": Arrangement(body=lines, manner=certificate_manner),
    "g-lines": Arrangement(body=lines),
    "g-wide": Arrangement(body=columns, manner=wide_manner),
    "g-prose": Arrangement(body=sentences),
    "g-nested": Arrangement(body=nested),
    "g-headed": Arrangement(body=headed),
    "g-roll": Arrangement(body=roll),
    "g-units": Arrangement(body=unit_columns, manner=_loose_manner),
    "g-bilingual": Arrangement(body=bilingual, manner=_loose_manner),
    "g-aligned": Arrangement(body=aligned, manner=_loose_manner),
    "g-stacked": Arrangement(body=stacked, manner=_loose_manner),
    "g-blanks": Arrangement(body=blanks),
    "g-boxed": Arrangement(body=boxes),
    "g-booklet": Arrangement(body=booklet_lines, manner=booklet_manner, bind=spread, indent=30),
    "g-old": Arrangement(body=old_form, manner=_old_manner),
    "g-electronic": Arrangement(body=electronic, manner=_electronic_manner),
    "g-letter": Arrangement(body=letter, manner=_letter_manner, speaks=True),
    "g-clauses": Arrangement(body=clauses, manner=_letter_manner, speaks=True),
    "g-statement": Arrangement(body=statement, manner=_statement_manner, speaks=True),
    "g-report": Arrangement(body=report, manner=_letter_manner, speaks=True),
    "g-notice": Arrangement(body=notice, manner=_letter_manner, speaks=True),
    "g-woven": Arrangement(body=woven, manner=_woven_manner, speaks=True),
}
"""Every grammar family."""
