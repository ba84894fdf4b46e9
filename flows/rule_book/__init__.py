"""The book of rules in force: its folder, previews of changes, activation and the way back."""
