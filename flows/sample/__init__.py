"""An invented municipality, written as the extract that a real one would export."""
