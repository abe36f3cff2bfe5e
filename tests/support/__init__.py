"""What several test rooms share: capabilities of this machine, databases, a strict HTML parser."""
