"""A certificate authority for one run: every platform is https in life, and certificates are what Python loads slowly.

Both programs trust it as they trust the world's. Apprise, through requests, reads one file: certifi's with ours
appended. announce reads the system's folder of hashed names where there is one, as on Debian: a copy of it with ours
added; elsewhere the same file.
"""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from pathlib import Path

_ADDRESS = "127.0.0.1"
_DAYS = "2"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


class Authority:
    """Certificates in a folder that is made anew. Needs the command ``openssl``."""

    def __init__(self, folder: Path, world: Path, system: Path = Path("/etc/ssl/certs")) -> None:
        """``world``: the file of authorities that requests brings along; ``system``: the folder of hashed names."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder = folder
        self._make_authority()
        self._make_certificate()
        self.bundle = self._bundled(world)
        """A file: what requests loads for every host."""
        self.store = self._stored(system) or self.bundle
        """A folder of hashed names, or the same file where the system has none."""

    def serving(self) -> ssl.SSLContext:
        """The context of a server at 127.0.0.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "server.pem", self._folder / "server.key")
        return context

    def _make_authority(self) -> None:
        self._openssl(
            *[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                _DAYS,
            ],
            *["-subj", "/CN=announce benchmarks", "-keyout", "ca.key", "-out", "ca.pem"],
            *["-addext", "keyUsage=critical,keyCertSign,cRLSign"],  # Python from 3.13 on asks for it
        )

    def _make_certificate(self) -> None:
        self._openssl(
            *["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
            *["-subj", f"/CN={_ADDRESS}", "-keyout", "server.key", "-out", "server.csr"],
        )
        (self._folder / "names").write_text(f"subjectAltName=IP:{_ADDRESS}\n", encoding="ascii")
        self._openssl(
            *["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1"],
            *["-days", _DAYS, "-extfile", "names", "-out", "server.pem"],
        )

    def _bundled(self, world: Path) -> Path:
        bundle = self._folder / "bundle.pem"
        bundle.write_bytes(world.read_bytes() + b"\n" + (self._folder / "ca.pem").read_bytes())
        return bundle

    def _stored(self, system: Path) -> Path | None:
        hashed = [path for path in system.glob("*.*") if _HASHED.fullmatch(path.name)]
        if not hashed:
            return None
        store = self._folder / "store"
        store.mkdir()
        for path in hashed:
            (store / path.name).symlink_to(path.resolve())
        own = self._openssl("x509", "-in", "ca.pem", "-noout", "-hash").strip()
        (store / f"{own}.0").symlink_to(self._folder / "ca.pem")
        return store

    def _openssl(self, *words: str) -> str:
        done = subprocess.run(
            ["openssl", *words], cwd=self._folder, check=True, capture_output=True, text=True
        )
        return done.stdout
