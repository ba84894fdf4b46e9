"""The settings of an installation: what they are, what is expected of each, and what is wrong.

A setting comes from the environment variable `FRISTVAGT_<NAME>`, or else from the file
`.env` in the working folder, or else has the default below. docs/operations.md lists them.
"""

from __future__ import annotations

from datetime import time
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows import setting_forms as forms
from flows.environment import ENCODING, ENV_FILE, PREFIX, our_environment, setting_name
from flows.mistakes import Language, UserMistake
from rules.dates import MORNING

SHIPPED_RULES = Path(str(files("rules") / "standards"))


Number = Annotated[int, Field(ge=1, le=3650)]
ClockTime = Annotated[time, AfterValidator(forms.not_in_the_odd_hour)]


class Settings(BaseSettings):
    """What an installation has chosen. Times are local Danish times.

    Raises: pydantic.ValidationError; call `read_settings` to get it in plain words.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    # addresses of servers hold passwords: they stay out of every repr
    database_url: Annotated[str, AfterValidator(forms.database)] = Field(
        "sqlite:///fristvagt.db", repr=False
    )
    # one that is away stops no reminder: the rule book in force is in the database
    rules: Path = SHIPPED_RULES
    extract: Path | None = None
    journal: Annotated[Path | None, AfterValidator(forms.folder_if_set)] = None
    mail_url: Annotated[str, AfterValidator(forms.mail_server)] = Field("", repr=False)
    mail_rate: Annotated[str, AfterValidator(forms.mail_rate)] = ""
    mail_connections: Annotated[int, Field(ge=1, le=50)] | None = None
    mail_from: Annotated[str, AfterValidator(forms.address)] = ""
    bounce_address: Annotated[str, AfterValidator(forms.bounce_address)] = ""
    fallback_mailbox: Annotated[str, AfterValidator(forms.address)] = ""
    reply_to: Annotated[str, AfterValidator(forms.address)] = ""
    mail_calendar: bool = False
    public_url: Annotated[str, AfterValidator(forms.web_address)] = ""
    language: Language = "da"
    evaluate_at: ClockTime = time(5, 30)
    mails_at: Annotated[ClockTime, AfterValidator(forms.not_before_the_morning)] = MORNING
    mails_until: Annotated[ClockTime, AfterValidator(forms.after_the_mails)] = time(17, 0)
    digest_at: ClockTime = time(8, 0)
    housekeeping_at: ClockTime = time(3, 30)
    # how long things are kept: docs/privacy.md says why
    keep_mails_days: Number = 30
    keep_attempts_months: Number = 13
    keep_runs_months: Number = 13
    keep_access_log_months: Number = 6
    keep_journal_days: Number = 90
    keep_closed_cases_years: Annotated[int, Field(ge=1, le=100)] | None = None
    bounces: Annotated[str, AfterValidator(forms.bounce_box)] = Field("", repr=False)
    operator_mailbox: Annotated[str, AfterValidator(forms.address)] = ""
    ping_url: Annotated[str, AfterValidator(forms.ping_address)] = Field("", repr=False)
    http: Annotated[str, AfterValidator(forms.page_address)] = "127.0.0.1:8080"
    log: Literal["text", "json"] = "text"
    # only Prefect's flow evaluate-in-slices reads these
    task_runner: Literal["threads", "processes", "dask", "ray"] = "processes"
    slices: Annotated[int, Field(ge=0, le=1_000)] = 0
    dask_address: Annotated[str, AfterValidator(forms.dask_scheduler)] = ""

    @field_validator("*", mode="before")
    @classmethod
    def _without_blanks_around(cls, value: object) -> object:
        # a blank at the end is seen by nobody, and names another database or another folder
        return value.strip() if isinstance(value, str) else value


class Expected(NamedTuple):
    """What a setting should look like, in each language."""

    da: str
    en: str


_ADDRESS = Expected(
    "en mailadresse, f.eks. frister@kommune.dk", "a mail address, for example frister@kommune.dk"
)
_TIME = Expected(
    "et klokkeslæt som 05:30, dog ikke fra 02:00 til 02:59 (den time mangler eller kommer to "
    "gange, når uret stilles)",
    "a time such as 05:30, but not from 02:00 to 02:59 (that hour is missing or comes twice when "
    "the clocks change)",
)
_NUMBER = Expected("et helt tal fra 1 til 3650", "a whole number from 1 to 3650")
EXPECTED = {
    "database_url": Expected(
        "sqlite:///FIL eller postgresql://BRUGER:KODE@VÆRT/DATABASE",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
    ),
    "rules": Expected(
        "en mappe med vocabulary.yaml og regelfiler",
        "a folder with vocabulary.yaml and rule files",
    ),
    "extract": Expected(
        "mappen, hvor udtrækket lægges hver nat",
        "the folder in which the extract is put each night",
    ),
    "journal": Expected(
        "en mappe, der findes, helst på en anden disk end databasen",
        "a folder that exists, best on another disk than the database",
    ),
    "mail_url": Expected(
        "smtp://BRUGER:KODE@VÆRT:PORT (eller smtps:// for TLS fra første byte)",
        "smtp://USER:PASSWORD@HOST:PORT (or smtps:// for TLS from the first byte)",
    ),
    "mail_rate": Expected(
        "antal mails i minuttet, f.eks. 30, eller microsoft365",
        "a number of mails a minute, for example 30, or microsoft365",
    ),
    "mail_connections": Expected("et helt tal fra 1 til 50", "a whole number from 1 to 50"),
    "mail_from": _ADDRESS,
    "bounce_address": Expected(
        "en mailadresse med højst 17 tegn før snabel-a, f.eks. retur@kommune.dk",
        "a mail address with at most 17 characters before the at sign, for example "
        "bounce@kommune.dk",
    ),
    "fallback_mailbox": _ADDRESS,
    "reply_to": _ADDRESS,
    "mail_calendar": Expected("1 eller 0", "1 or 0"),
    "public_url": Expected(
        "en adresse, der begynder med https:// (eller http://)",
        "an address that begins with https:// (or http://)",
    ),
    "language": Expected("da eller en", "da or en"),
    "evaluate_at": _TIME,
    "mails_at": Expected("et klokkeslæt fra 07:30 til 23:59", "a time from 07:30 to 23:59"),
    "mails_until": Expected(
        "et klokkeslæt som 17:00, senere end FRISTVAGT_MAILS_AT",
        "a time such as 17:00, later than FRISTVAGT_MAILS_AT",
    ),
    "digest_at": _TIME,
    "housekeeping_at": _TIME,
    "keep_mails_days": _NUMBER,
    "keep_attempts_months": _NUMBER,
    "keep_runs_months": _NUMBER,
    "keep_access_log_months": _NUMBER,
    "keep_journal_days": _NUMBER,
    "keep_closed_cases_years": Expected(
        "et helt tal fra 1 til 100", "a whole number from 1 to 100"
    ),
    "bounces": Expected(
        "en Maildir-mappe eller imaps://BRUGER:KODE@VÆRT/INBOX",
        "a Maildir folder or imaps://USER:PASSWORD@HOST/INBOX",
    ),
    "operator_mailbox": _ADDRESS,
    "ping_url": Expected(
        "en adresse, der begynder med https:// (http:// kun til denne maskine selv)",
        "an address that begins with https:// (http:// only to this machine itself)",
    ),
    "http": Expected(
        "VÆRT:PORT, f.eks. 127.0.0.1:8080, eller off",
        "HOST:PORT, for example 127.0.0.1:8080, or off",
    ),
    "log": Expected("text eller json", "text or json"),
    "task_runner": Expected(
        "threads, processes, dask eller ray", "threads, processes, dask or ray"
    ),
    "slices": Expected(
        "et antal fra 1 til 1000, eller 0 for ét pr. processorkerne",
        "a number from 1 to 1000, or 0 for one for each processor core",
    ),
    "dask_address": Expected(
        "tcp://VÆRT:8786 eller tls://VÆRT:8786", "tcp://HOST:8786 or tls://HOST:8786"
    ),
}
SECRET = frozenset({"database_url", "mail_url", "ping_url", "bounces"})
FOR_MAIL = ("mail_url", "mail_from", "fallback_mailbox", "public_url")


def read_settings(*, for_mail: bool = False) -> Settings:
    """Return the settings of this installation. `for_mail`: `require_mail` will be asked as well.

    Raises: UserMistake with one line for every setting that is wrong or unknown, all together;
        what mail needs and has not been set stands among them when it will be asked for.
    """
    known = [setting_name(field) for field in Settings.model_fields]
    ours = our_environment()
    mistakes = [_unknown(name, known) for name in sorted(ours) if name not in known]
    try:
        settings = Settings()
    except ValidationError as error:
        mistakes += [_wrong(str(found["loc"][0]), found["input"]) for found in error.errors()]
    if mistakes and for_mail:
        mistakes += [_not_set(field) for field in FOR_MAIL if not ours.get(setting_name(field))]
    if mistakes:
        raise _all_together(mistakes)
    return settings


def require_mail(settings: Settings) -> None:
    """Make sure that everything a mail needs has been set.

    Raises: UserMistake that names every setting still empty.
    """
    empty = [field for field in FOR_MAIL if not getattr(settings, field)]
    if empty:
        raise _all_together([_not_set(field) for field in empty])


def _unknown(name: str, known: list[str]) -> Expected:
    # of the part that is ours to spell: what all begin with would make all alike
    ours = {one.removeprefix(PREFIX): one for one in known}
    near = [ours[one] for one in get_close_matches(name.removeprefix(PREFIX), ours, 1, 0.7)]
    return Expected(
        f"{name} er ikke en indstilling." + (f" Mente du {near[0]}?" if near else ""),
        f"{name} is not a setting." + (f" Did you mean {near[0]}?" if near else ""),
    )


def _wrong(field: str, found: object) -> Expected:
    name, expected = setting_name(field), EXPECTED[field]
    if field in SECRET:
        return Expected(
            f"{name} kan ikke læses. Skriv {expected.da}.",
            f"{name} cannot be read. Write {expected.en}.",
        )
    return Expected(
        f"{name} er »{found}«. Skriv {expected.da}.", f'{name} is "{found}". Write {expected.en}.'
    )


def _not_set(field: str) -> Expected:
    name, expected = setting_name(field), EXPECTED[field]
    return Expected(
        f"{name} er ikke sat. Skriv {expected.da}.", f"{name} is not set. Write {expected.en}."
    )


def _all_together(mistakes: list[Expected]) -> UserMistake:
    return UserMistake(
        da="\n".join(
            ["Indstillingerne (miljøet eller filen .env) skal rettes:"]
            + [f"  {mistake.da}" for mistake in mistakes]
        ),
        en="\n".join(
            ["The settings (the environment or the file .env) must be mended:"]
            + [f"  {mistake.en}" for mistake in mistakes]
        ),
    )
