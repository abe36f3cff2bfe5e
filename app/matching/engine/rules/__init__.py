"""Hard limits as named pure functions over columns, one file for each side that can change them."""
