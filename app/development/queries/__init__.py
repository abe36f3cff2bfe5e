"""Reading leads, offers, helpers and notices."""
