"""The tables of leads, offers, helpers and notices."""

from app.development.models.leads import Lead, LeadContact, LeadStep
from app.development.models.residents import Helper, Notice, NoticeWindow, Offer, Sending

__all__ = ["Helper", "Lead", "LeadContact", "LeadStep", "Notice", "NoticeWindow", "Offer", "Sending"]
