"""Backups, restores, and who has looked at what."""
