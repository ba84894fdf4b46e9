"""Draw the mails for docs/pictures: as text, and as Chromium shows them. Run by `make pictures`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which
from typing import NamedTuple

from notifications.render import Mail, render_digest, render_reminder
from tests.unit.mail_views import the_shown_digest, the_shown_reminder

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
BROWSER = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
)
HIGHEST = 6000
"""Pixels; higher than any of these mails. What is empty below is cut off."""


class Picture(NamedTuple):
    """A mail as somebody sees it: how wide, and on a light or a dark screen."""

    name: str
    mail: Mail
    width: int
    dark: bool = False


def texts() -> dict[str, str]:
    """Return the text files of docs/pictures, by name."""
    return {f"{name}.txt": mail.text for name, mail in _mails().items()}


def pictures() -> list[Picture]:
    """Return the pictures of docs/pictures."""
    mails = _mails()
    wide = [
        Picture(f"{name}-{'dark' if dark else 'light'}", mail, 672, dark)
        for name, mail in mails.items()
        for dark in (False, True)
    ]
    return [*wide, Picture("digest-narrow", mails["digest"], 360)]


def _mails() -> dict[str, Mail]:
    return {
        "reminder": render_reminder(the_shown_reminder()),
        "digest": render_digest(the_shown_digest()),
    }


def draw(picture: Picture, browser: str, into: Path) -> None:
    """Write a picture as a PNG file, as high as the mail is, in few colours to keep it small."""
    from PIL import Image, ImageChops  # beside the other libraries that draw: the group "bench"

    scheme = f"--blink-settings=preferredColorScheme={0 if picture.dark else 1}"
    size = f"--window-size={picture.width},{HIGHEST}"
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "mail.html"), Path(folder, "shot.png")
        page.write_text(picture.mail.html, "utf-8")
        places = [f"--user-data-dir={folder}/profile", f"--screenshot={shot}"]
        command = [browser, *FLAGS, scheme, size, *places, page.as_uri()]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        seen = Image.open(shot).convert("RGB")
    empty = Image.new("RGB", seen.size, seen.getpixel((0, 0)))
    drawn = ImageChops.difference(seen, empty).getbbox()
    assert drawn is not None, "the browser drew nothing"
    whole = seen.crop((0, 0, picture.width, drawn[3] + 24))
    whole.quantize(32, dither=Image.Dither.NONE).save(into, optimize=True)


def main() -> None:
    """Write every text and every picture."""
    browser = next(filter(None, map(which, BROWSER)), None)
    if browser is None:
        sys.exit(f"`make pictures` needs a browser: one of {', '.join(BROWSER)}.")
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf-8")
    for picture in pictures():
        draw(picture, browser, FOLDER / f"{picture.name}.png")


if __name__ == "__main__":
    main()
