"""What people write instead of the language's own words, and the word they probably mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

KEY_WORDS = {
    "titel": "title", "navn": "title", "overskrift": "title", "headline": "title",
    "beskrivelse": "about", "description": "about", "note": "about", "comment": "about",
    "område": "area", "omraade": "area", "category": "area", "tags": "area",
    "bindende": "binding", "severity": "binding", "priority": "binding", "bindingstype": "binding",
    "kilde": "basis", "kilder": "basis", "source": "basis", "sources": "basis", "hjemmel": "basis",
    "grundlag": "basis", "reference": "basis", "references": "basis", "legal_basis": "basis",
    "resource": "for", "applies_to": "for", "record": "for", "entity": "for", "on": "for",
    "if": "when", "hvis": "when", "når": "when", "naar": "when", "condition": "when",
    "conditions": "when", "filter": "when", "filters": "when", "where": "when",
    "medmindre": "unless", "undtagen": "unless", "except": "unless",
    "pause": "pause_while", "pause_when": "pause_while", "suspend": "pause_while",
    "must": "must_happen", "skal_ske": "must_happen", "skal": "must_happen", "event": "must_happen",
    "action": "must_happen", "required_event": "must_happen",
    "skal_indeholde": "must_contain", "contains": "must_contain", "must_include": "must_contain",
    "skal_have": "must_have", "requires": "must_have",
    "max": "must_not_exceed", "maximum": "must_not_exceed", "limit": "must_not_exceed",
    "højst": "must_not_exceed", "at_most": "must_not_exceed",
    "tæller_når": "counts_when", "counts_if": "counts_when",
    "frist": "due", "deadline": "due", "within": "due", "senest": "due", "due_date": "due",
    "time_limit": "due", "expires_after": "due", "forfald": "due",
    "derefter": "then", "repeat": "then", "recurrence": "then", "interval": "then",
    "frequency": "then", "hver": "then", "every": "then", "cron": "then", "schedule": "then",
    "mindst": "at_least", "minimum": "at_least",
    "ikke_før": "not_before", "earliest": "not_before",
    "kalender": "calendar",
    "varsling": "notify", "besked": "notify", "påmind": "notify", "påmindelser": "notify",
    "reminders": "notify", "reminder": "notify", "remind": "notify", "alerts": "notify",
    "escalation": "notify", "escalations": "notify", "notification": "notify",
    "notifications": "notify", "send_to": "notify", "varsel": "notify", "mails": "notify",
    "waivable_by": "waive_by", "dispensation": "waive_by",
    "ikrafttræden": "in_force", "i_kraft": "in_force", "gælder_fra": "in_force",
    "valid_from": "in_force", "effective_from": "in_force", "start_date": "in_force",
    "fra": "from", "gælder_til": "until", "til": "until", "valid_until": "until", "to": "until",
    "valid_to": "until", "end_date": "until",
    "tilbagevirkende": "retroactive",
    "ændringer": "changes", "versions": "changes", "overrides": "changes", "exceptions": "changes",
    "prøver": "tests", "test": "tests", "examples": "tests",
    "regler": "rules", "rule": "rules", "policies": "rules", "lag": "layer", "sprog": "language",
    "version": "language", "ejer": "owner", "trapper": "ladders", "ladder": "ladders",
    "begrundelse": "why", "reason": "why", "because": "why", "hvorfor": "why",
    "givet": "given", "forventet": "expect", "expected": "expect", "forvent": "expect",
    "tekst": "text", "quote": "text", "link": "url", "kontrolleret": "checked",
    "tjekket": "checked",
    "disabled": "off", "enabled": "off", "slukket": "off",
    "hændelser": "events", "begyndt": "began", "start": "began", "started": "began",
    "ophørt": "ended", "slut": "ended", "end": "ended", "indhold": "contents",
    "antal": "count", "frist_dato": "due", "frister": "due", "mail": "mails",
}  # fmt: skip

PLACE_WORDS = {
    "basis": {
        "kilde": "source", "kilder": "source", "hjemmel": "source", "titel": "source",
        "title": "source", "law": "source", "lov": "source", "paragraph": "source",
        "reference": "source", "citat": "text", "quote": "text", "note": "text",
    },
    "test": {"title": "name", "titel": "name", "navn": "name", "case": "given", "when": "given",
             "then": "expect", "should": "expect"},
    "change": {"start": "from", "in_force": "from", "start_date": "from", "gælder_fra": "from",
               "valid_from": "from", "effective_from": "from", "about": "why", "note": "why"},
}  # fmt: skip
"""Words that mean something else in these places than in a rule."""

VALUE_WORDS = {
    "lov": "law", "lovkrav": "law", "legal": "law", "mandatory": "law", "standarder": "standard",
    "udgangspunkt": "starting-point", "starting point": "starting-point",
    "starting_point": "starting-point", "vejledende": "starting-point",
    "tidlig indsats": "early_effort", "inddragelse": "involvement", "familie": "family_network",
    "opfølgning": "follow_up", "follow-up": "follow_up", "kapacitet": "capacity",
    "kommunal": "municipal", "man-lør": "mon-sat", "mandag-lørdag": "mon-sat",
    "behold": "keep", "flyt": "move",
    "ja": "yes", "nej": "no", "true": "yes", "false": "no", "sand": "yes", "falsk": "no",
    "on": "yes", "off": "no", "y": "yes", "n": "no", "1": "yes", "0": "no", "x": "yes",
    "sagsbehandler": "caseworker", "socialrådgiver": "caseworker", "rådgiver": "caseworker",
    "teamleder": "team_leader", "leder": "team_leader", "manager": "team_leader",
    "afdelingsleder": "department_head", "chef": "department_head", "jurist": "legal_adviser",
    "modtagelsen": "receiving_team", "nobody": "nobody", "ingen": "nobody", "none": "nobody",
    "sag": "case", "sager": "cases", "barn": "child", "børn": "children", "indsats": "measure",
    "indsatser": "measures", "anbringelse": "placement", "anbringelser": "placements",
    "underretning": "report", "underretninger": "reports", "undersøgelse": "assessment",
    "plan": "plan", "afgørelse": "decision", "bekymring": "concern",
    "sagsbehandlere": "caseworkers",
    "netværksmøde": "network_meeting", "tilsynsbesøg": "supervision_visit",
    "plan_followup": "plan_follow_up", "ophørt": "ended", "afsluttet": "ended", "slut": "ended",
    "ikke relevant": "not applicable", "kommende": "upcoming", "snart": "due soon",
    "forfalder": "due", "overskredet": "overdue", "late": "overdue", "opfyldt": "met",
    "for sent": "met late", "misset": "missed", "fritaget": "exempted", "waived": "exempted",
    "ok": "met", "done": "met", "open": "upcoming", "pending": "upcoming",
    "unge": "youth", "mor": "parents", "far": "parents", "mother": "parents",
    "father": "parents", "forældre": "parents", "skole": "school", "skolen": "school",
    "barnet": "child", "den unge": "child", "netværk": "network", "leverandør": "provider",
    "n/a": "not applicable", "sat på pause": "paused",
}  # fmt: skip


def likely(word: str, known: Collection[str], words: dict[str, str] = VALUE_WORDS) -> str | None:
    """Return the known word that a wrong one most likely stands for, or None.

    >>> likely("deu", ["due", "then"], KEY_WORDS), likely("Frist", ["due", "then"], KEY_WORDS)
    ('due', 'due')
    """
    plain = word.strip().lower()
    for candidate in (plain, plain.replace(" ", "_"), plain.replace("-", "_"), words.get(plain)):
        if candidate in known:
            return candidate
    # comparing long texts letter by letter is slow and finds nothing
    close = get_close_matches(plain[:60], known, 1, 0.6) if len(plain) <= 60 else []
    return close[0] if close else None


def listed(words: Iterable[str]) -> str:
    """Return words as a sorted list in a sentence."""
    return ", ".join(sorted(words))
