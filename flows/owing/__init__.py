"""Who must be told what: debts, their recipients, and what holds them back for a time."""
