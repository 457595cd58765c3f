"""Words that somebody types -> what is public of a community and has them, by PostgreSQL's own full text search."""
