"""What people type about the catalogue, a file for each purpose."""
