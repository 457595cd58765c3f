"""X's sign-in -> a member.  allauth's provider under its own name and id, with addresses from the settings."""
