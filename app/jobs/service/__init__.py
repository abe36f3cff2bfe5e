"""What is done with jobs: `queueing` moves them through their states, `working` does them; `duties` are daily work."""
