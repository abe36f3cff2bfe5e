"""Geometry on both databases with unmodified GeoAlchemy2 columns.

PostGIS brings its functions along. The embedded database gets the handful that GeoAlchemy2 and our queries call from
`functions` (shapely behind SQLite's user functions), and its index from SQLite's own R*Tree (`index`). `constructs`
holds the two expressions that a query needs and that the databases spell differently.
"""
