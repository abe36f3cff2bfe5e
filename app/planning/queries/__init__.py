"""All SELECTs of planning. Of cases only the finest table leaves this package: no row, no id, no count."""
