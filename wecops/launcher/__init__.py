"""A bare machine -> the running portal.  Standard library only; imports nothing else of the project."""
