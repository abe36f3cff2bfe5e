"""What leaves the house, pure: a letter as PDF, a mail as a message."""
