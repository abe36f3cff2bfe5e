"""Rules of leads and of what residents send, pure."""
