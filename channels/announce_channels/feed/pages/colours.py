"""The hoster's colour on our grounds: as it is where it can be read, else darker or lighter until it can.

WCAG 2.2: relative luminance, and a contrast of 4.5 to 1 for text.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUNDS = {"light": "#f4f6f9", "dark": "#19212b"}
"""What links stand on in `style.css`: of each scheme the ground with the smaller contrast."""

_ENOUGH = 4.5
_STEPS = 20


def colours(accent: str) -> Mapping[str, str]:
    """Of ``#rrggbb``: ``light`` and ``dark``, readable in that scheme."""
    return {scheme: _readable(accent, ground, scheme) for scheme, ground in GROUNDS.items()}


def coloured(accent: str) -> str:
    """The rules that come after those of `style.css`."""
    light, dark = colours(accent).values()
    return (
        f"\n:root {{ --accent: {accent}; --link: {light}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --link: {dark}; }} }}\n"
        "@media print { :root { --link: #000; } }\n"
    )


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _readable(accent: str, ground: str, scheme: str) -> str:
    towards = "#000000" if scheme == "light" else "#ffffff"
    mixed = (_mixed(accent, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next(colour for colour in mixed if contrast(colour, ground) >= _ENOUGH)


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
