"""Keys and password hashes. One key file, from which every other key is derived; nothing here knows a table."""
