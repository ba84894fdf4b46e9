"""Pages of `rules help`: T, times and dates."""

from __future__ import annotations

from rules.help_examples import Help

DUE = "due: 8 weeks after start"
THEN = "then: 8 weeks after done"
TIMES = f"{DUE}\n    {THEN}"
IN_FORCE = "in_force: 2026-01-01"

TIME_PAGES: dict[str, Help] = {
    "T01": Help(
        "En tid måles i hours, days, working days (hverdage), weeks, months eller years.",
        "Time is counted in hours, days, working days, weeks, months or years.",
        "due: 2 months after start",
        "due: 2 mdr after start",
        found=DUE,
    ),
    "T02": Help(
        "Antallet skrives med tal, ikke med bogstaver.",
        "The number is written in figures, not in letters.",
        DUE,
        "due: eight weeks after start",
    ),
    "T03": Help(
        "Et tal alene siger ikke, om der menes dage, uger eller måneder.",
        "A number alone does not say whether days, weeks or months are meant.",
        DUE,
        "due: 8 after start",
    ),
    "T04": Help(
        "En tid er et helt tal over nul. Halvanden måned kan skrives som 6 weeks.",
        "A time is a whole number above zero. One and a half months can be written as 6 weeks.",
        "due: 6 weeks after start",
        "due: 1.5 months after start",
        found=DUE,
    ),
    "T05": Help(
        "Der mangler, hvad der regnes fra: start, began, en hændelse, en dato i sagen eller en "
        "alder.",
        "What to count from is missing: start, began, an event, a date in the case or an age.",
        DUE,
        "due: 8 weeks",
    ),
    "T06": Help(
        "Der skal være et mellemrum mellem tallet og enheden.",
        "There must be a space between the number and the unit.",
        DUE,
        "due: 8weeks after start",
    ),
    "T07": Help(
        "»Hver 8. uge« siger ikke, hvad der regnes fra. Skriv den første gang i due og de næste i "
        "then.",
        "“Every 8 weeks” does not say what to count from. Write the first time in due and the "
        "following ones in then.",
        DUE,
        "due: every 8 weeks",
    ),
    "T08": Help(
        "Næste gang regnes enten fra den seneste gang (done) eller fra den forrige frist (due). "
        "Med done flytter et tidligt møde den næste frist frem; med due ligger fristerne fast.",
        "The next time is counted from when it was last done (done) or from the deadline before "
        "(due). With done an early meeting moves the next deadline; with due the dates are fixed.",
        THEN,
        "then: 8 weeks",
    ),
    "T09": Help(
        "Det, der regnes fra, kendes ikke. Brug start, began, ended, en hændelse, et forhold af "
        "slagsen dato eller age 18.",
        "What is counted from is not known. Use start, began, ended, an event, a fact that is a "
        "date, or age 18.",
        DUE,
        "due: 8 weeks after begin",
    ),
    "T10": Help(
        "first_of vælger den tidligste af mindst to tider og står alene.",
        "first_of chooses the earliest of at least two times and stands alone.",
        "due: {first_of: [8 weeks after start, 6 weeks after began]}",
        "due: {first_of: [8 weeks after start]}",
        found=DUE,
    ),
    "T11": Help(
        "Forholdet er ikke et tidsrum. Kun forhold af slagsen duration kan sige, hvor længe.",
        "The fact is not a length of time. Only facts of the kind duration can say how long.",
        DUE,
        "due: case.target_group after start",
    ),
    "T12": Help(
        "Forholdet er ikke en dato, så der kan ikke regnes fra det.",
        "The fact is not a date, so nothing can be counted from it.",
        "due: 8 weeks after case.eighteen",
        "due: 8 weeks after case.target_group",
        found=DUE,
    ),
    "T13": Help(
        "Datoen findes ikke i kalenderen. November har for eksempel 30 dage.",
        "The date is not in the calendar. November, for example, has 30 days.",
        IN_FORCE,
        "in_force: 2026-11-31",
        found=IN_FORCE,
    ),
    "T14": Help(
        "Datoer skrives år-måned-dag, så ingen er i tvivl om, hvad 05-01 betyder.",
        "Dates are written year-month-day, so that nobody doubts what 05-01 means.",
        IN_FORCE,
        "in_force: 05-01-2026",
    ),
    "T15": Help(
        "Et klokkeslæt skrives 09:15, fra 00:00 til 23:59. Den nat i marts, hvor uret stilles "
        "frem, findes timen fra 02:00 til 03:00 ikke.",
        "A time of day is written 09:15, from 00:00 to 23:59. On the night in March when the "
        "clocks go forward, the hour from 02:00 to 03:00 does not exist.",
        "2026-02-20 23:00: {status",
        "2026-02-20 25:00: {status",
        found="2026-02-20: {status",
    ),
    "T16": Help(
        "done og due kendes først, når noget er gjort eller har haft en frist. De hører til i "
        "then.",
        "done and due are known only once something has been done or was due. They belong in then.",
        TIMES,
        f"due: 8 weeks after done\n    {THEN}",
    ),
    "T17": Help(
        "Sætningen er ikke skrevet med sprogets ord. En tid er: tal, enhed, after eller before, "
        "og hvad der regnes fra.",
        "The sentence is not in the words of the language. A time is: a number, a unit, after or "
        "before, and what to count from.",
        DUE,
        "due: senest 8 uger efter start",
    ),
    "T18": Help(
        "at_least siger, hvor mange gange i hvilken periode: 2 per 12 months eller 2 per calendar "
        "year. »Per year« kunne betyde begge dele.",
        "at_least says how many times in which period: 2 per 12 months or 2 per calendar year. "
        "“Per year” could mean either.",
        "at_least: 2 per 12 months",
        "at_least: 2 per year",
        found=TIMES,
    ),
    "T19": Help(
        "Et trin på varslingstrappen siger, hvor længe før eller efter fristen mailen sendes, "
        "eller on the day.",
        "A step of the ladder says how long before or after the deadline the mail is sent, or on "
        "the day.",
        "notify: {3 days before: caseworker}",
        "notify: {3 days: caseworker}",
    ),
}
