"""A report as bytes or on a screen: JSON (the contract), HTML, terminal and correction notice.

Everything but the JSON is for people and shows identity numbers masked.
"""

from preaudit.render.contract import load_report, report_json, report_schema, schema_json
from preaudit.render.explanation import print_explanation
from preaudit.render.html import PageImages, report_html
from preaudit.render.notice import notice_docx, notice_pdf
from preaudit.render.terminal import print_report

__all__ = [
    "PageImages",
    "load_report",
    "notice_docx",
    "notice_pdf",
    "print_explanation",
    "print_report",
    "report_html",
    "report_json",
    "report_schema",
    "schema_json",
]
