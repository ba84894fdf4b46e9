"""What keeps a run from doing all it should, in words for whoever can mend it."""

from __future__ import annotations

from flows.mistakes import UserMistake

CLOCK_BEHIND = UserMistake(
    da="Uret går bagud: det seneste, der blev kørt, ligger senere end nu. Stil uret. Så længe "
    "sendes det, der venter, men ingen nye frister beregnes. Går uret rigtigt, gik det forud "
    "dengang: hent sikkerhedskopien fra før da frem (fristvagt restore).",
    en="The clock is behind: the newest run lies later than now. Set the clock. Until then what "
    "waits is sent, but nothing new is decided. If the clock is right, it was ahead at that run: "
    "bring back the backup from before it (fristvagt restore).",
)
EXTRACT_HANGS = UserMistake(
    da="Udtrækkets mappe i FRISTVAGT_EXTRACT svarer ikke: der har været læst i den i ti minutter. "
    "Er den et netværksdrev, så se efter, om serveren bag det svarer. Påmindelser sendes imens ud "
    "fra det sidste udtræk.",
    en="The folder of the extract in FRISTVAGT_EXTRACT does not answer: it has been read for ten "
    "minutes. If it is a network share, see whether the server behind it answers. Reminders leave "
    "meanwhile by the last extract.",
)
NO_HOLIDAYS = UserMistake(
    da="Der kendes ingen helligdage for næste år, så frister i hverdage kan blive forkerte. "
    "Installér den nyeste udgave (make setup).",
    en="No public holidays are known for next year, so deadlines in working days may be wrong. "
    "Install the newest version (make setup).",
)
