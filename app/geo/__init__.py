"""Where things are: points and metres, JIS mesh, codes of municipalities and corporations, addresses, town points.

Pure. Coordinates are always degrees of JGD2011/WGS 84 in the order longitude, latitude; distances are metres.
位置精度 (`PositionPrecision`) travels with every point that was not measured on the spot.
"""
