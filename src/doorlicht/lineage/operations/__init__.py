"""What known functions do to tables, columns, texts, models and files."""
