"""What is done with leads, offers, helpers and notices. Nothing here commits."""
