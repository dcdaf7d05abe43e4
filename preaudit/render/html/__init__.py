"""The report as one page for a reviewer, with everything it needs inside."""

from preaudit.render.html.images import PageImages
from preaudit.render.html.page import report_html

__all__ = ["PageImages", "report_html"]
