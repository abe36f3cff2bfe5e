"""つなぎ (Tsunagi): a platform for participation support (参加支援) in Japanese municipalities.

Nothing is imported here on purpose: the pure engines must load without Flask or SQLAlchemy.
The application is made by `app.factory`, the command by `app.cli`.
"""
