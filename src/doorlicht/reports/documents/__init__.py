"""Documents for people who decide: one tree of content, written as HTML, PDF, DOCX and ODT."""
