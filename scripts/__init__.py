"""Scripts around the product: the check, the locks, the vendored files."""
