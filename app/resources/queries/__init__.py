"""All SELECTs of the slice, a file for each purpose."""
