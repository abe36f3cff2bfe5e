"""The pages of 資源開拓: leads, offers and helpers, notices, and what they add to きょう and to the catalogue."""
