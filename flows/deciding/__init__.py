"""One case decided, explained, listed; all of them proved."""
