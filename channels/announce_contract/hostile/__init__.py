"""A platform at its worst, over real sockets on loopback: a server, a proxy, and certificates for both."""

from __future__ import annotations

from pathlib import Path

from announce_contract.hostile import acts as acts
from announce_contract.hostile.proxy import ConnectProxy, connect_proxy
from announce_contract.hostile.server import BEHAVIOURS, Behaviour, Hostile, Peer, Received, hostile

__all__ = [
    "BEHAVIOURS",
    "CERTIFICATES",
    "Behaviour",
    "ConnectProxy",
    "Hostile",
    "Peer",
    "Received",
    "connect_proxy",
    "hostile",
]

CERTIFICATES = Path(__file__).parent / "certificates"
"""``ca.pem``, and servers' certificates: ``good.pem``, ``expired.pem``, …; ``make.sh`` makes them anew."""
