"""Emoji that are made of several code points, as X joins them.

The tables say what the expression of the npm package twemoji-parser 11.0.2 accepts (Copyright Twitter, Inc., MIT).
A younger sequence is counted by its parts, which is never too short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

ONE = "\U0001f600"
"""An emoji of one code point, to put in another's place."""


def joined(text: str) -> str:
    """The text with each emoji that is made of several code points replaced by `ONE`."""
    return _sequences().sub(ONE, text) if re.search(_GLUE, text) else text


_GLUE = "[\u200d\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e007f]"
"""Joiner, selector, keycap, flag letters, skin tones, end of tag: no sequence lacks all of them."""


@cache
def _sequences() -> re.Pattern[str]:
    """Made when first needed: few texts carry an emoji. The longer sequence comes first, the first one wins."""
    return re.compile("|".join((*_people(), *_signs(), *_modified(), *_flags())))


_JOINER = "\u200d"
_SELECTOR = "\ufe0f"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_GENDER = f"{_JOINER}[♀♂]{_SELECTOR}"


def _people() -> Iterator[str]:
    adult, child = "[👨👩]", "[👦👧]"
    symbols = f"[⚕⚖✈]{_SELECTOR}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰🦱🦲🦳]"
    yield f"{adult}{_TONE}?{_JOINER}(?:{symbols})"
    yield f"[🏋🏌🕴🕵⛹](?:{_TONE}|{_SELECTOR}){_GENDER}"
    yield f"[🏃🏄🏊👮👱👳👷💁💂💆💇🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤽🤾🦸🦹🧖🧗🧘🧙🧚🧛🧜🧝]{_TONE}?{_GENDER}"
    yield f"[👯🤼🧞🧟]{_GENDER}"
    love = f"{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?"
    yield f"👨{love}👨|👩{love}{adult}"
    parents = f"(?:👨{_JOINER}{adult}|👩{_JOINER}👩|{adult})"
    yield f"{parents}{_JOINER}(?:👦{_JOINER}👦|👧{_JOINER}{child}|{child})"


def _signs() -> Iterator[str]:
    yield f"🏳{_SELECTOR}{_JOINER}🌈"
    yield f"🏴{_JOINER}☠{_SELECTOR}"
    yield f"👁{_JOINER}🗨"
    yield f"[#*0-9]{_SELECTOR}?\u20e3"


def _modified() -> Iterator[str]:
    selectable, tonable = _characters(_SELECTABLE), _characters(_TONABLE)
    yield f"(?=[{selectable}])[{tonable}]{_SELECTOR}{_TONE}"
    yield f"[{tonable}]{_TONE}"
    yield f"[{selectable}]{_SELECTOR}"


def _flags() -> Iterator[str]:
    for nation in ("eng", "sct", "wls"):
        tags = "".join(chr(0xE0000 + ord(letter)) for letter in f"gb{nation}")
        yield f"🏴{tags}\U000e007f"
    for region in _FLAGS.split():
        letters = "".join(chr(ord(letter) - ord("A") + 0x1F1E6) for letter in region)
        yield f"{letters[0]}[{letters[1:]}]"


def _characters(numbers: str) -> str:
    """``231a-231b 2328`` as the inside of a character class."""
    return "".join(re.sub("[0-9a-f]+", lambda number: chr(int(number[0], 16)), numbers).split())


_SELECTABLE = """
a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2
25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 261d 2620 2622-2623 2626 262a 262e-262f
2638-263a 2640 2642 2648-2653 265f-2660 2663 2665-2666 2668 267b 267f 2692-2697 2699 269b-269c 26a0-26a1
26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8 26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f7-26fa 26fd 2702
2708-2709 270c-270d 270f 2712 2714 2716 271d 2721 2733-2734 2744 2747 2757 2763-2764 27a1 2934-2935
2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f004 1f170-1f171 1f17e-1f17f 1f202 1f21a 1f22f 1f237
1f321 1f324-1f32c 1f336 1f37d 1f396-1f397 1f399-1f39b 1f39e-1f39f 1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5
1f3f7 1f43f 1f441 1f4fd 1f549-1f54a 1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d 1f590 1f5a5 1f5a8
1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb
1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3
"""
"""Characters, hexadecimal, that make one emoji with the variation selector U+FE0F."""

_TONABLE = """
261d 26f7 26f9 270a-270d 1f385 1f3c2-1f3c4 1f3c7 1f3ca-1f3cc 1f442-1f443 1f446-1f450 1f466-1f469 1f46e
1f470-1f478 1f47c 1f481-1f483 1f485-1f487 1f4aa 1f574-1f575 1f57a 1f590 1f595-1f596 1f645-1f647
1f64b-1f64f 1f6a3 1f6b4-1f6b6 1f6c0 1f6cc 1f918-1f91c 1f91e-1f91f 1f926 1f930-1f939 1f93d-1f93e
1f9b5-1f9b6 1f9b8-1f9b9 1f9d1-1f9dd
"""
"""Characters, hexadecimal, that make one emoji with a skin tone."""

_FLAGS = """
ACDEFGILMOQRSTUWXZ BABDEFGHIJLMNOQRSTVWYZ CACDFGHIKLMNOPRUVWXYZ DEGJKMOZ EACEGHRSTU FIJKMOR
GABDEFGHILMNPQRSTUWY HKMNRTU ICDELMNOQRST JEMOP KEGHIMNPRWYZ LABCIKRSTUVY MACDEFGHKLMNOPQRSTUVWXYZ
NACEFGILOPRUZ OM PAEFGHKLMNRSTWY QA REOSUW SABCDEGHIJKLMNORSTVXYZ TACDFGHJKLMNORTVWZ UAGMNSYZ VACEGINU
WFS XK YET ZAMW
"""
"""Regions with a flag: a first letter, then every second letter that makes a flag with it."""
