"""docs/adapters.md, done as a stranger would: the wheel, an environment of its own, and the three files of the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:toml|python) (\S+)\n(.*?)```", PAGE, re.DOTALL))

CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
locale = "de"
timezone = "Europe/Berlin"

[services.vps]
name = { de = "VPS-Hosting" }

[channels.fediverse]
type = "mastodon"
base_url = "https://social.example.net"
access_token = { env = "TOKEN" }
"""


class Outsider:
    """Somebody with an environment of his own, in which nothing of this checkout can be seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "announce-mastodon"
        self._environment = folder / "venv"

    def set_up(self) -> None:
        wheels = self.folder / "wheels"
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        (wheel,) = wheels.glob("*.whl")
        self.package.mkdir()
        for name, text in FILES.items():
            (self.package / name).write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self._environment)], check=True)
        pip = [sys.executable, "-m", "pip", "--python", str(self._environment / "bin" / "python")]
        install = [*pip, "install", "--quiet", "--no-compile", f"{wheel}[contract]", str(self.package)]
        subprocess.run(install, check=True)

    def run(self, program: str, *words: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        command = [str(self._environment / "bin" / program), *words]
        surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "TOKEN": "a-token"}
        done = subprocess.run(
            command,
            cwd=self.package,
            env=surroundings,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done


@pytest.fixture(scope="module")
def outsider(tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    made = Outsider(tmp_path_factory.mktemp("outsider"))
    made.set_up()
    return made


def test_the_page_has_three_files() -> None:
    assert set(FILES) == {"pyproject.toml", "announce_mastodon.py", "test_mastodon.py"}


def test_the_adapter_of_the_page_passes_its_one_line_test(outsider: Outsider) -> None:
    done = outsider.run("python", "-m", "pytest", "-q", "test_mastodon.py")
    assert done.returncode == 0, done.stdout[-3000:]
    told = re.search(r"(\d+) passed", PAGE)
    counted = re.search(r"(\d+) passed", done.stdout)
    assert told
    assert counted
    assert told[1] == counted[1], "docs/adapters.md tells another number"


def test_a_careless_adapter_fails_it(outsider: Outsider) -> None:
    """Any answer is a receipt, and everything that goes wrong may be sent again."""
    careless = FILES["announce_mastodon.py"].replace(
        '        raise Unknown("Mastodon answered with something that is no post")',
        "        return Receipt(remote_id=None)",
    )
    careless = careless.replace("Unknown(", "NotSent(").replace("    Unknown,", "    NotSent,")
    (outsider.package / "careless.py").write_text(careless, encoding="utf-8")
    test = FILES["test_mastodon.py"].replace("from announce_mastodon import", "from careless import")
    (outsider.package / "test_careless.py").write_text(test, encoding="utf-8")
    done = outsider.run("python", "-m", "pytest", "-q", "test_careless.py", "-k", "publish or withdraw")
    failed = re.search(r"(\d+) failed", done.stdout)
    assert failed, done.stdout[-3000:]
    assert int(failed[1]) >= 12
    for cell in ("publish.body-empty-object", "publish.id-null", "withdraw.as-health"):
        assert f"[{cell}]" in done.stdout


def test_a_verb_that_the_table_leaves_out_is_missed(outsider: Outsider) -> None:
    test = re.sub(r' *"withdraw": .*\n', "", FILES["test_mastodon.py"])
    (outsider.package / "test_part.py").write_text(test, encoding="utf-8")
    done = outsider.run("python", "-m", "pytest", "-q", "test_part.py", "-k", "claims")
    assert "no good answers are told for withdraw" in done.stdout


def test_the_program_knows_the_type_by_its_name(outsider: Outsider) -> None:
    (outsider.package / "announce.toml").write_text(CONFIG, encoding="utf-8")
    words = (
        "urgent",
        "Wartung",
        "--service",
        "vps",
        "--start",
        "+2h",
        "--duration",
        "1h",
        "--anyway",
        "--dry-run",
    )
    done = outsider.run("announce", *words)
    assert done.returncode == 0, done.stderr
    assert "fediverse" in done.stdout
