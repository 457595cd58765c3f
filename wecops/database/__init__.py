"""A database connection that is looked at, not asked, before each request (``base``)."""
