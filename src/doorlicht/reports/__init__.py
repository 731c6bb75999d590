"""What a scan found, told: as JSON for machines and as a page for people."""

from doorlicht.reports.content import ReportContent, content_of
from doorlicht.reports.findings_json import render_findings_json
from doorlicht.reports.html import render_html

__all__ = ["ReportContent", "content_of", "render_findings_json", "render_html"]
