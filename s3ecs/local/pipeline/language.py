"""The States Language where moto's interpreter reads it otherwise than AWS: literals, paths, patterns, numbers."""

from __future__ import annotations

import functools
import json
import random
import re
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from jsonpath_ng.ext.parser import parse as parse_path
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringIntrinsicFunction
from moto.stepfunctions.parser.asl.parse.intrinsic.intrinsic_parser import IntrinsicParser

from s3ecs.local import seams

if TYPE_CHECKING:
    from collections.abc import Iterator

# a literal of an intrinsic function stands behind a bracket or a comma; a path may have quotes too, behind [
_LITERAL = re.compile(r"(?<=[(,])(\s*)'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_INDEFINITE = re.compile(r"[*?:,]|\.\.")


def install() -> None:
    """Teach moto's interpreter."""
    _share_parsed_definitions()
    seams.replace("language.intrinsic", intrinsic)
    seams.replace("language.literal", literal)
    seams.replace("language.format", format_text)
    seams.replace("language.random", random_number)
    seams.replace("language.matches", matches)
    seams.replace_everywhere("language.path", value_at)


def _share_parsed_definitions() -> None:
    """Parsing takes milliseconds, so executions of one definition share the program."""
    moto = seams.current("language.parse")
    cached = functools.lru_cache(maxsize=512)(moto)

    def parse(definition: str) -> Any:
        # moto takes strings as they are written, so \u00e9 would not become é
        plain = json.dumps(json.loads(definition), ensure_ascii=False)
        # a Map keeps its iterations in the parsed program itself, which then cannot be shared
        return moto(plain) if '"Map"' in plain else cached(plain)

    seams.replace("language.parse", parse)


class Literal(str):
    """A literal of an intrinsic function; ``pieces`` are what stands around its ``{}``, which an escaped one is not."""

    __slots__ = ("pieces",)
    pieces: list[str]

    @classmethod
    def of(cls, written: str) -> Literal:
        """From the text between the quotes. AWS: ``\\'``, ``\\{``, ``\\}`` and ``\\\\`` are the escapes."""
        pieces = [_ESCAPED.sub(r"\1", piece) for piece in _split(written)]
        made = cls("{}".join(pieces))
        made.pieces = pieces
        return made


def _split(written: str) -> Iterator[str]:
    start = 0
    for found in re.finditer(r"\\.|\{\}", written, re.DOTALL):
        if found[0] == "{}":
            yield written[start : found.start()]
            start = found.end()
    yield written[start:]


def intrinsic(preprocessor: Any, ctx: Any) -> Any:
    """An intrinsic function whose literals reach moto's parser in an alphabet that it cannot misread."""
    del preprocessor
    written = json.loads(ctx.STRINGINTRINSICFUNC().getText(), strict=False)
    safe = _LITERAL.sub(lambda found: f"{found[1]}'x{found[2].encode().hex()}'", written)
    function, _ = IntrinsicParser.parse(safe)
    return StringIntrinsicFunction(intrinsic_function_derivation=written, function=function)


def literal(parse_tree: Any) -> Literal:
    """The literal out of that alphabet."""
    return Literal.of(bytes.fromhex(parse_tree.getText()[2:-1]).decode())


def format_text(function: Any, env: Any) -> None:
    """States.Format; moto uses Python's format, which knows other things in braces."""
    function.argument_list.eval(env=env)
    template, *values = env.stack.pop()
    pieces = template.pieces if isinstance(template, Literal) else list(_split(template))
    if len(pieces) != len(values) + 1:
        raise ValueError(f"States.Format: {len(pieces) - 1} places for {len(values)} values")
    texts = [function._to_str_repr(value) for value in values]  # noqa: SLF001
    env.stack.append("".join(chain.from_iterable(zip_longest(pieces, texts, fillvalue=""))))


def random_number(function: Any, env: Any) -> None:
    """States.MathRandom. AWS: the end is not among the numbers, for moto it is."""
    function.argument_list.eval(env=env)
    start, end, *seed = env.stack.pop()
    env.stack.append(random.Random(*seed).randrange(round(start), round(end)))  # noqa: S311  (no secret)


def matches(env: Any, value: str) -> None:
    r"""StringMatches. AWS: ``*`` is the one wildcard and ``\*`` a star; moto's are those of file names."""
    text = env.stack.pop()
    env.stack.append(isinstance(text, str) and _pattern(value).fullmatch(text) is not None)


@functools.lru_cache(maxsize=1024)
def _pattern(value: str) -> re.Pattern[str]:
    parts = re.findall(r"\\(?:[*\\])|\*|[^*\\]+|\\", value)
    regex = (".*" if part == "*" else re.escape(part[1:] or part if part[0] == "\\" else part) for part in parts)
    return re.compile("".join(regex), re.DOTALL)


def value_at(path: str, data: Any) -> Any:
    """What a path names. AWS: a path that can name one thing only names that thing; moto makes ``$.a[0].b`` a list."""
    if not _is_definite(path):
        return seams.original("language.path")(path, data)
    found = _parsed(path).find(data)
    return found[0].value if found else seams.original("language.path")(path, data)  # which raises


@functools.lru_cache(maxsize=4096)
def _parsed(path: str) -> Any:
    return parse_path(path)


@functools.lru_cache(maxsize=4096)
def _is_definite(path: str) -> bool:
    return _INDEFINITE.search(_QUOTED.sub("", path)) is None
