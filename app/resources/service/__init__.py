"""What is done with the catalogue, a file for each purpose."""
