"""What the server loads: `gunicorn app.wsgi:app`."""

from __future__ import annotations

import os

from app.config import Settings
from app.factory import create_app, start_worker

app = create_app(Settings.from_environment(os.environ))
start_worker(app)
