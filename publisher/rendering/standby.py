"""What is said where a template of the user's own is broken at night: the packaged one's text. Silence helps nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from publisher.model.announcement import Update
from publisher.model.post import Post
from publisher.rendering.fitting import DoesNotFit
from publisher.rendering.folders import TemplateFault, UntrustedTemplate
from publisher.rendering.renderer import Renderer


def post_of(renderer: Renderer, update: Update, **asked: Any) -> Post:
    """As `Renderer.post`; where that fails, ours, with what is wrong in ``template_fault``.

    Raises what the user's own template raised where ours does no better, or somebody else could have written it.
    """
    try:
        return renderer.post(update, **asked)
    except UntrustedTemplate:
        raise
    except (TemplateFault, DoesNotFit) as fault:
        post = _standing_in(renderer, update, asked)
        if post is None:
            raise
        return replace(post, template_fault=f"{fault}")


def _standing_in(renderer: Renderer, update: Update, asked: dict[str, Any]) -> Post | None:
    for standby in renderer.standbys:
        try:
            return standby.post(update, **asked)
        except (TemplateFault, DoesNotFit):
            continue
    return None


def page_of(
    renderer: Renderer, template: str, locale: str, values: Mapping[str, Any], faults: list[str]
) -> str:
    """As `Renderer.page`; where that fails, ours, with what is wrong added to ``faults``."""
    try:
        return renderer.page(template, locale, values)
    except UntrustedTemplate:
        raise
    except TemplateFault as fault:
        for standby in renderer.standbys:
            try:
                page = standby.page(template, locale, values)
            except TemplateFault:
                continue
            faults.append(f"{fault}; {fault.cure}")
            return page
        raise
