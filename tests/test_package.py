"""The wheel, installed into an empty environment elsewhere, is complete."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "channels" / "announce_sandbox" / "example.toml"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_four_packages_and_no_package_called_channels(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"publisher", "announce_channels", "announce_sandbox", "announce_contract"}
    for folder, packed in (("templates", "publisher/templates"), ("publisher/ledger/sqlite/migrations",) * 2):
        ours = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert ours
        assert {Path(packed) / path for path in ours} <= {Path(name) for name in names}
    assert "announce_sandbox/example.toml" in names
    assert "announce_contract/hostile/certificates/good.pem" in names


def test_the_installed_wheel_makes_a_dry_run_with_its_templates(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, cwd=tmp_path)
    config = tmp_path / "announce.toml"
    config.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")

    words = ("urgent", "--preset", "kernel", "--start", "+2h", "--anyway", "--dry-run")
    ran = subprocess.run(
        [str(environment / "bin" / "announce"), *words],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Kritische Sicherheitslücke" in ran.stdout
    assert "--- twitter" in ran.stdout
