"""Writes the invented town of 瀬凪市: same seed, same bytes.

One module per noun. Each takes what lies below it (land, then people living there, then places, hosts, cases)
and returns plain rows; only `book` turns rows into files.
"""
