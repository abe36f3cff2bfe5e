"""What is asked of those who look for hosts, and of residents."""
