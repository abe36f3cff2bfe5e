"""JIS X 0410 mesh codes: a need profile carries the mesh where a way begins, never an address."""


def mesh_code(lat: float, lon: float, fine: bool) -> str:
    """The half mesh (about 500 m) or, for those who must not be found, the 10 km mesh."""
    row, column = lat * 1.5, lon - 100
    first = f"{int(row)}{int(column)}"
    row, column = row % 1 * 8, column % 1 * 8
    second = f"{int(row)}{int(column)}"
    if not fine:
        return first + second
    row, column = row % 1 * 10, column % 1 * 10
    third = f"{int(row)}{int(column)}"
    quarter = 1 + int(row % 1 * 2) * 2 + int(column % 1 * 2)
    return f"{first}{second}{third}{quarter}"
