"""The wheel, installed into an empty environment elsewhere, is complete."""

from __future__ import annotations

import fcntl
import gzip
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from importlib.metadata import version
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


def test_what_is_made_of_the_sdist_is_the_same_and_runs(wheel: Path, tmp_path: Path) -> None:
    """Who builds from the released source, as a distribution does, gets what we release."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (source,) = tmp_path.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    made = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)]
    subprocess.run(made, check=True, cwd=tmp_path, capture_output=True)
    (other,) = tmp_path.glob("*.whl")
    assert contents(other) == contents(wheel)
    installed = tmp_path / "installed"
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--target", str(installed), str(other)], check=True
    )
    libraries = f"{installed}:{sysconfig.get_path('purelib')}"
    makes_a_dry_run([sys.executable, "-m", "publisher"], tmp_path, {"PYTHONPATH": libraries})


def contents(archive: Path) -> dict[str, bytes]:
    """Of every file in a wheel; RECORD names the digests of the others."""
    with zipfile.ZipFile(archive) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`make single`, and `make deb` with it where there is dpkg-deb."""
    folder = tmp_path_factory.mktemp("built") / "dist"
    target = "deb" if shutil.which("dpkg-deb") else "single"
    words = ["make", target, f"DIST={folder}"]
    (ROOT / ".venv").mkdir(exist_ok=True)
    with (ROOT / ".venv" / "packing.lock").open(
        "w"
    ) as lock:  # another process may build there at this moment
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert made.returncode == 0, made.stderr
    return folder


NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
BASE = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
"""The interpreter that the single file is for; isolated, it knows nothing of this environment."""


def test_the_single_file_makes_a_dry_run_where_nothing_is_installed_and_no_network_is(
    built: Path, tmp_path: Path
) -> None:
    (single,) = built.glob("announce-*.pyz")
    assert {path.suffix for path in built.iterdir()} <= {".pyz", ".whl", ".gz", ".deb"}
    makes_a_dry_run([str(BASE), "-I", str(single)], tmp_path, NOWHERE)


def test_the_debian_package_brings_the_command_its_manual_and_completion(
    built: Path, tmp_path: Path, give_up: Callable[[str], None]
) -> None:
    if not shutil.which("dpkg-deb"):
        give_up("dpkg-deb is missing")
    (package,) = built.glob("*.deb")
    told = subprocess.run(
        ["dpkg-deb", "--field", str(package)], capture_output=True, encoding="utf-8", check=True
    )
    fields = dict(re.findall(r"(?m)^([A-Z][\w-]+): (.*)$", told.stdout))
    minor = sys.version_info.minor
    assert fields["Package"] == "announce-publisher"
    assert fields["Version"] == version("announce-publisher")
    assert fields["Depends"] == f"python3 (>= 3.{minor}), python3 (<< 3.{minor + 1})"
    subprocess.run(["dpkg-deb", "--extract", str(package), str(tmp_path / "root")], check=True)
    root = tmp_path / "root" / "usr"
    files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert files == {
        "bin/announce",
        "share/man/man1/announce.1.gz",
        "share/bash-completion/completions/announce",
    }
    assert (root / "bin" / "announce").stat().st_mode & 0o777 == 0o755
    manual = gzip.decompress((root / "share/man/man1/announce.1.gz").read_bytes())
    assert manual == (ROOT / "docs" / "announce.1").read_bytes()
    makes_a_dry_run([str(BASE), "-I", str(root / "bin" / "announce")], tmp_path, NOWHERE)


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
