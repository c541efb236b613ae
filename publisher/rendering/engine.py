"""The sandbox in which templates run: how values are escaped, how faults are told; `limits` has how much may be done.

A template is written by whoever runs the program, so the limits here guard against slips rather than attacks:
a loop that never ends, a text of a gigabyte, a file that is not where it seems to be. What customers read is
another matter: every value is escaped by the format of the channel, whatever the file is called.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from jinja2 import BytecodeCache, StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from publisher.model.markdown import as_html, flattened
from publisher.model.post import Format
from publisher.rendering import limits
from publisher.rendering.folders import TemplateFault, TemplateFolders

Filters = Mapping[str, Callable[..., object]]


class Engine(ImmutableSandboxedEnvironment):
    """Jinja for one format: strict about names, escaping by format, bounded."""

    # Left alone, `'a' * 10**9` is worked out while compiling, and `10**10**10` never ends.
    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(limits.concatenated)

    def __init__(
        self, loader: TemplateFolders, form: Format, filters: Filters, cache: BytecodeCache | None = None
    ) -> None:
        html = form is Format.HTML
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=html,
            finalize=literal if html else None,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=cache,
        )
        self.filters |= filters
        self.filters |= {"counted": limits.counted, "joined": limits.joined}
        self.filters |= {name: limits.padding(self.filters[name]) for name in ("center", "format", "indent")}
        del self.globals["lipsum"]  # a hundred thousand paragraphs of it
        self.filters["markdown"] = marked if html else flattened
        if html:
            self.filters |= dict.fromkeys(("e", "escape", "forceescape"), literal)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate; raises SecurityError for powers, and where texts and lists are multiplied or grow too long."""
        has_length = [len(one) for one in (left, right) if isinstance(one, str | list | tuple)]
        if operator == "+":
            limits.insist_on_length(has_length)
        elif operator == "**" or has_length:
            raise SecurityError(f"{operator!r} is for numbers in a template, and ** is not allowed")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call it, which takes turns; raises SecurityError for a text that is to be padded beyond `MOST_CHARACTERS`."""
        limits.turn(limits.A_MACRO if isinstance(obj, Macro) else 1)
        text = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        if isinstance(text, str):
            limits.insist_on_widths(text, *args, *kwargs.values())
        return super().call(context, obj, *args, **kwargs)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
        for joint in source.find_all(nodes.Concat):
            parts = nodes.List(joint.nodes, lineno=joint.lineno)
            joint.nodes = [nodes.Filter(parts, "joined", [], [], None, None, lineno=joint.lineno)]
        return super()._generate(source, name, filename, defer_init)


_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;", "{": "&#123;", "}": "&#125;"})


def literal(value: object) -> Markup:
    """A value as HTML that shows it to the letter.

    Brackets and braces become entities as well: WordPress would run ``[gallery]``, WHMCS would run ``{$x}``.
    """
    escaped = escape(value)
    has_any = (
        "[" in escaped or "]" in escaped or "{" in escaped or "}" in escaped
    )  # a page has a hundred values
    if hasattr(value, "__html__") or not has_any:
        return escaped
    return Markup(str(escaped).translate(_BRACKETS))  # noqa: S704 - this is the escaping


def marked(text: str) -> Markup:
    """A text in our small Markdown as HTML."""
    return Markup(as_html(text))  # noqa: S704 - it lets nothing through that is not a tag of ours


class Sheet:
    """A template filled with values; its blocks are rendered one by one. Raises TemplateFault throughout."""

    def __init__(self, sandbox: Engine, name: str, values: Mapping[str, Any]) -> None:
        self._name, self.values = name, values
        with telling_faults(name, values):
            template = sandbox.get_template(name)
            self.file = template.filename or name
            self._context = template.new_context(dict(values))
            self._meet_parents(template)

    def blocks(self) -> frozenset[str]:
        """The names of the blocks it has, inherited ones included."""
        return frozenset(self._context.blocks)

    def block(self, name: str) -> str:
        """One block as text, in NFC, without blank space around it."""
        stack = self._context.blocks.get(name)
        if not stack:
            raise TemplateFault(f"{self.file} has no block {name!r}", cure=f"add {{% block {name} %}} to it")
        with telling_faults(self._name, self.values):
            return unicodedata.normalize("NFC", gathered(stack[0](self._context))).strip()

    def _meet_parents(self, template: Template) -> None:
        """Run what stands outside blocks: imports, settings, and `extends`, which adds the parents' blocks."""
        own = self._context.blocks
        self._context.blocks = {name: [_silent] for name in own}
        gathered(template.root_render_func(self._context))
        met = self._context.blocks
        self._context.blocks = {name: [*own.get(name, []), *_inherited(met[name])] for name in met}


def _silent(_context: Context) -> Iterator[str]:
    yield ""


def _inherited(
    stack: Iterable[Callable[[Context], Iterator[str]]],
) -> list[Callable[[Context], Iterator[str]]]:
    return [block for block in stack if block is not _silent]


def gathered(parts: Iterable[str]) -> str:
    """What a template yields, as one text; raises SecurityError beyond `MOST_CHARACTERS`."""
    limits.begin()
    texts, length = [], 0
    for part in parts:
        length += len(part)
        if length > limits.MOST_CHARACTERS:
            limits.insist_on_length((length,))
        texts.append(part)
    return "".join(texts)


@contextmanager
def telling_faults(template: str, names: Iterable[str]) -> Iterator[None]:
    """Turn whatever goes wrong in a template into a TemplateFault that names file and line.

    ``names`` are those a template may use: the cure for one that is not defined.
    """
    try:
        yield
    except TemplateFault:
        raise
    except TemplateNotFound as error:
        raise TemplateFault(
            f"{template} needs the template {error.name}, and there is none",
            cure="correct the name, or write that template",
        ) from error
    except TemplateSyntaxError as error:
        where = f"{error.filename or template}, line {error.lineno}"
        raise TemplateFault(f"{where}: {error.message}", cure="correct the template") from error
    except Exception as error:  # an expression in a template can raise whatever Python can
        undefined = isinstance(error, UndefinedError)
        cure = f"a template may use {', '.join(sorted(names))}" if undefined else "correct the template"
        raise TemplateFault(f"{_place(error.__traceback__, template)}: {error}", cure=cure) from error


def _place(frames: TracebackType | None, template: str) -> str:
    """File and line of the innermost template in a traceback; Jinja runs templates as modules of its own."""
    place = template
    while frames:
        running = frames.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(running, Template):
            place = f"{running.filename}, line {running.get_corresponding_lineno(frames.tb_lineno)}"
        frames = frames.tb_next
    return place
