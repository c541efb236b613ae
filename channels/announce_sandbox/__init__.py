"""Loopback doubles of the platforms, with faults and a web page: for drills, demonstrations and tests.

::

    from announce_sandbox import Fault, start

    with start() as sandbox:
        sandbox.fault("wordpress", Fault("502", times=1))
        …                                   # publish to sandbox.base_url("wordpress")
        print(sandbox.posts("wordpress"))   # or open sandbox.url in a browser
"""

from announce_sandbox.double import Shown, State
from announce_sandbox.example import differences, write_example
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.sandbox import Sandbox, start
from announce_sandbox.server import Call
from announce_sandbox.troubles import TROUBLES, Trouble

__all__ = [
    "TROUBLES",
    "Call",
    "Fault",
    "Kind",
    "Sandbox",
    "Shown",
    "State",
    "Trouble",
    "differences",
    "start",
    "write_example",
]
