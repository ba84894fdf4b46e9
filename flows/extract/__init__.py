"""Taking in an extract of the case system: read, checked row by row, staged, compared, swapped."""
