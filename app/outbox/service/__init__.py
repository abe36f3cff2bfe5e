"""What is done with deliveries: `queueing` takes drafts in, `tending` is what workers do, `sending` and `smtp` send."""
