"""What happened over two years: placements at the places of the town and the contacts around them."""
