"""What the server loads: `gunicorn app.wsgi:app`."""

from __future__ import annotations

import os

from app.config import Settings
from app.factory import create_app

app = create_app(Settings.from_environment(os.environ))
