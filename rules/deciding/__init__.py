"""How one rule is decided for one record: facts, versions, intervals, rounds, status."""
