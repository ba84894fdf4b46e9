"""Fixed phrases of the mails in English."""

from __future__ import annotations

PHRASES = {
    "case": "Case",
    "what": "What must happen",
    "due": "Due",
    "case_and_due": "Case and due date",
    "caseworker": "Caseworker",
    "nobody": "Not assigned",
    "deadlines": "Deadlines, the most urgent first",
    "missing": "The date cannot be worked out yet",
    "missing_help": "A fact is missing in the case system. Once it is there, the date will follow.",
    "not_assessed": "Could not be assessed",
    "flapping": "Changes back and forth",
    "flapping_help": (
        "More than three times in a week the case system has called the deadline met and then "
        "not met. See that it is registered as it happened. The reminders go on until then."
    ),
    "not_assessed_help": (
        "The facts of the case could not be read. Until they are put right we go by the latest "
        "ones that could be. Please keep an eye on the deadlines of the case yourself meanwhile."
    ),
    "undeliverable_help": "The mail did not reach the one it was written to.",
    "open": "Open the line",
    "open_list": "Open the list of your deadlines",
    "open_team": "Open the list of deadlines",
    "done_link": "Done already, or not your case? Say so on the list:",
    "done": (
        "If it is done already, record it in the case system. If the case is not yours, tell the "
        "team leader."
    ),
    "automatic": "This mail was sent automatically by Fristvagt.",
    "contact": "Replies are not read. Talk to your team leader if something is wrong.",
    "contact_leader": (
        "Replies are not read. Write to those who look after Fristvagt in your municipality if "
        "something is wrong."
    ),
    "pass_on": (
        "The last lines say why it comes to you. Please pass it on if it is for somebody else to "
        "do."
    ),
    "mail_id": "Number of this mail",
    "needs_you": "This needs you",
    "overdue": "Overdue",
    "undeliverable": "Could not be delivered",
    "undeliverable_advice": "Tell them another way, and have the address put right if it is wrong.",
    "absent": "Away with nobody in their place",
    "absent_advice": "Find a substitute; until then their mails go to a leader.",
    "not_assessed_advice": (
        "The facts of the case could not be read. Watch its deadlines until they are put right."
    ),
    "by_caseworker": "How each caseworker stands",
    "coming": "The next 7 days",
    "in_a_week": "Within 7 days",
    "later": "Later",
    "new": "new",
    "open_deadlines": "Open deadlines",
    "muted": "Reminders held back",
    "trend": "The latest weeks",
    "trend_caption": "Deadlines overdue at the end of the week, and reminders sent in time",
    "trend_help": "Weeks that are over do not change, not even when something is put right later.",
    "week": "Week",
    "calendar_cancelled": "This deadline no longer stands",
    "told": "In time",
    "nothing_needs_you": "Nothing waits for you today.",
    "nothing_coming": "No deadline falls in the next 7 days.",
    "nobody_to_count": "Nobody in the team has open deadlines.",
    "digest_late": "This overview should have come earlier; it was delayed at our end.",
}
