"""A request -> the hall's pages: prose, coming in, how somebody comes in, and what they set for themselves."""
