"""Who sits at the keyboard, as the operating system knows them."""

from __future__ import annotations

import os
import pwd


def machine_user() -> str:
    """Return the name of the operating system's user, or their number when they have no name."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # in a container a user may have a number only
        return str(number)
