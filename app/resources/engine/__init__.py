"""The catalogue as numbers: pure computation on frozen columns, for matching, planning and the catalogue's own pages."""
