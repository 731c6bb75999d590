"""Files: walking folders, telling formats, reading tables in them."""
