"""Dates and times where Django's own formats are not ours (FORMAT_MODULE_PATH)."""
