"""What is asked: about a need, about a question and a proposal, and about the rules of the town."""
