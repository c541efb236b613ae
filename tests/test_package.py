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
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name and ".data/" not in name}
    assert tops == {"publisher", "announce_channels", "announce_sandbox", "announce_contract"}
    for folder, packed in (("templates", "publisher/templates"), ("publisher/ledger/sqlite/migrations",) * 2):
        ours = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert ours
        assert {Path(packed) / path for path in ours} <= {Path(name) for name in names}
    assert "announce_sandbox/example.toml" in names
    assert [name for name in names if name.endswith(".data/data/share/man/man1/announce.1")]
    assert "announce_contract/hostile/certificates/good.pem" in names


def test_the_installed_wheel_makes_a_dry_run_with_its_templates(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    install = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, cwd=tmp_path)
    makes_a_dry_run([str(environment / "bin" / "announce")], tmp_path)


def test_the_single_file_makes_a_dry_run_where_nothing_is_installed_and_no_network_is(tmp_path: Path) -> None:
    """`make single`; isolated, the interpreter that it is for knows nothing of this environment."""
    built = tmp_path / "dist"
    made = subprocess.run(
        ["make", "single", f"DIST={built}"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert made.returncode == 0, made.stderr
    (single,) = built.glob("announce-*.pyz")
    assert {path.suffix for path in built.iterdir()} == {".pyz", ".whl", ".gz"}
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    makes_a_dry_run([str(base), "-I", str(single)], tmp_path, nowhere)


def makes_a_dry_run(announce: list[str], home: Path, more: dict[str, str] | None = None) -> None:
    """With the packaged templates, in an empty home."""
    config = home / "announce.toml"
    config.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    ran = subprocess.run(
        [*announce, "urgent", "--preset", "kernel", "--start", "+2h", "--anyway", "--dry-run"],
        cwd=home,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)} | (more or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Kritische Sicherheitslücke" in ran.stdout
    assert "--- twitter" in ran.stdout
