"""Some weeks of the invented municipality, lived in a minute, and the page that shows them."""
