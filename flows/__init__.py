"""What runs: the flows, their settings, and the commands' work."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

try:
    ZoneInfo("Europe/Copenhagen")
except ZoneInfoNotFoundError:
    # nothing here works without it, and every import would end in a traceback
    raise SystemExit(
        "Dansk tid er ukendt: hverken maskinen eller Python har tidszonerne (tzdata). "
        "Installér Fristvagt igen (make setup).\n"
        "Danish time is unknown: neither the machine nor Python has the time zones (tzdata). "
        "Install Fristvagt again (make setup)."
    ) from None
