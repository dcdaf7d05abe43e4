"""The correction notice 一次性告知书 as a draft for a clerk: DOCX to edit, PDF to read."""

from preaudit.render.notice.docx_notice import notice_docx
from preaudit.render.notice.pdf_notice import notice_pdf

__all__ = ["notice_docx", "notice_pdf"]
