"""``python docs/images/make.py``: the pictures of README and docs, of a night that the program tells to the sandbox.

Needs Debian's chromium, and pillow (``.venv/bin/pip install pillow``). Look at what it makes before you commit it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "channels")]

SITE = "https://status.example.net/"
"""What stands in the pictures, instead of the sandbox's address."""

CONTACT = "+49 30 1234567 (24/7)"
NIGHT = (
    ("urgent", "--preset", "storage", "--start", "now", "--duration", "1h"),
    ("complete", "The disk has been replaced. All data is complete."),
    ("urgent", "--preset", "kernel", "--service", "vps,webspace", "--start", "now", "--outage", "10m"),
    ("update", "Nuremberg is done; Frankfurt is next.", "--next-update", "+30m"),
    ("extend", "--by", "45m", "One host needs a new disk.", "--next-update", "+45m"),
    ("urgent", "--preset", "dns", "--start", "+6h"),
)
PREVIEWED = ("urgent", "--preset", "kernel", "--start", "+2h", "--outage", "10m")
ALWAYS = ("--anyway", "--again", "the pictures", "--ignore", "languages-differ")

COLOURS = 128
"""Of a picture: letters on a few grounds. The whole range of them would make it five times as large."""
GAP = 24
"""Pixels between two pages in one picture."""
LIGHT, DARK = 1, 0
"""As Chromium numbers the schemes."""


def main() -> None:
    """Tell of a night, and take a picture of each page in README and docs."""
    from announce_sandbox import start, write_example

    with tempfile.TemporaryDirectory() as work, start() as sandbox:
        folder = Path(work, "demo")
        config = write_example(folder, sandbox)
        config.write_text(_for_pictures(config.read_text()))
        sandbox.serve(folder / "public")
        for words in NIGHT:
            _announce(config, *words, *(ALWAYS if words[0] == "urgent" else ()), "--yes")
        preview = folder / "preview.html"
        _announce(config, *PREVIEWED, *ALWAYS, "--dry-run", "--html", str(preview))
        _shoot_all(f"{sandbox.url}/site/", preview.as_uri(), _newest(folder / "public"), Path(work))


def _shoot_all(site: str, preview: str, ref: str, work: Path) -> None:
    index, page = work / "index.png", work / "page.png"
    _shoot(site, index, LIGHT, (760, 1240))
    _shoot(f"{site}{ref}/", page, DARK, (760, 1240))
    narrow, shown = work / "narrow.png", work / "shown.png"
    _shoot(site, narrow, LIGHT, (430, 1010))
    _shoot(preview, shown, LIGHT, (1040, 1010))
    _save(Image.open(index), HERE / "index.png")
    _save(Image.open(page), HERE / "page-dark.png")
    _save(_beside(Image.open(narrow), Image.open(shown)), HERE / "pages.png")


def _for_pictures(example: str) -> str:
    """In English, under an address of the hoster's own, each platform also in German."""
    text = example.replace('locale = "de" ', 'locale = "en" ')
    text = re.sub(
        r'http://127\.0\.0\.1:\d+/site/(\{ref\}/)?"', lambda found: f'{SITE}{found[1] or ""}"', text
    )
    text = text.replace("[publisher]\n", f'[publisher]\ncontact = "{CONTACT}"\naccent = "#0b57b0"\n')
    text = text.replace(
        "[publisher]\n", '[publisher]\nlinks = { Imprint = "https://www.example.net/imprint" }\n'
    )
    tables = re.findall(r"(?ms)^\[channels\.([a-z-]+)\]\n(.*?)(?=^\[|^#|\Z)", text)
    twins = (f'\n[channels.{name}-de]\nlocale = "de"\n{rest}' for name, rest in tables if name != "feed")
    return text + "".join(twins)


def _announce(config: Path, *words: str) -> None:
    command = [sys.executable, "-m", "publisher", "--config", str(config), *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _newest(public: Path) -> str:
    """The reference of the announcement with the longest story."""
    pages = public.glob("CMO-*/index.html")
    return max(pages, key=lambda page: page.read_text().count('<li id="u')).parent.name


def _shoot(address: str, picture: Path, scheme: int, size: tuple[int, int]) -> None:
    words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    words += [f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={size[0]},{size[1]}"]
    subprocess.run([*words, f"--screenshot={picture}", address], check=True, capture_output=True)


def _beside(left: Image.Image, right: Image.Image) -> Image.Image:
    height = max(left.height, right.height)
    made = Image.new("RGB", (left.width + GAP + right.width, height), "white")
    made.paste(left, (0, 0))
    made.paste(right, (left.width + GAP, 0))
    return made


def _save(picture: Image.Image, file: Path) -> None:
    few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


if __name__ == "__main__":
    main()
