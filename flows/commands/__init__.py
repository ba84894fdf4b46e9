"""The command line: what each command asks and how it answers, in Danish and English."""
