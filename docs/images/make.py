"""``python docs/images/make.py``: screenshots of the judged site and preview. Needs Debian's chromium."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "channels"), str(ROOT / "tests" / "judges")]

PAGES = {"index": ("index.html", 1900), "page": ("CMO-7K3M/index.html", 1420)}
PREVIEW = (1280, 1600)
"""Width and height of what is shown of the preview page: its beginning."""
SCHEMES = {"light": 1, "dark": 0}


def main() -> None:
    """Write the site, and a picture of each page in each scheme."""
    from judging import status_site
    from judging.previewed import previewed, write_preview
    from judging.status_site import ODD, STORIES, write_site

    from publisher.model.house import House

    status_site.HOUSE = House(contact=status_site.HOUSE.contact, accent="#0b57b0")

    stories = tuple(story for story in STORIES if story[0] is not ODD)
    with tempfile.TemporaryDirectory() as work:
        site = Path(work, "site")
        write_site(site, "en", stories=stories)
        for file in site.rglob("index.html"):
            # from a file, 'self' is nobody
            file.write_text(
                file.read_text().replace("'self'", "file:").replace('href="./"', 'href="index.html"')
            )
        for name, (file, height) in PAGES.items():
            for scheme, number in SCHEMES.items():
                _shoot(site / file, HERE / f"{name}-{scheme}.png", number, (860, height))
        preview = Path(work, "preview.html")
        write_preview(preview, previewed())
        for scheme, number in SCHEMES.items():
            _shoot(preview, HERE / f"preview-{scheme}.png", number, PREVIEW)


def _shoot(page: Path, picture: Path, scheme: int, size: tuple[int, int]) -> None:
    words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    words += [f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={size[0]},{size[1]}"]
    subprocess.run([*words, f"--screenshot={picture}", page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
