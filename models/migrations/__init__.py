"""The versions of the database, oldest first, run by `models.schema.migrate`."""
