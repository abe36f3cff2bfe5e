"""Tests: unit, integration, journeys (browser), properties and the architecture that is executed, not described."""
