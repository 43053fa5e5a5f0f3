"""A ``.dockerignore`` leaves out what Docker leaves out."""

from __future__ import annotations

import pytest

from s3ecs.errors import UsageError
from s3ecs.image.ignore import Ignore, parse


def left_out(ignore: Ignore, path: str) -> bool:
    """Whether a file is left out, found on the way down to it as a walk does."""
    above: tuple[bool, ...] = ()
    out = False
    folders = path.split("/")
    for depth in range(1, len(folders) + 1):
        out, above = ignore.matched("/".join(folders[:depth]), above)
        if out and depth < len(folders) and not ignore.may_keep_under("/".join(folders[:depth])):
            return True
    return out


@pytest.mark.parametrize(
    ("lines", "out", "kept"),
    [
        ("a", ["a", "a/b", "a/b/c"], ["b", "b/a", "ab"]),
        ("/a", ["a", "a/b"], ["b/a"]),
        ("a/", ["a", "a/b"], ["b/a"]),
        ("./a/../b", ["b"], ["a"]),
        ("  a  ", ["a"], []),
        ("#a\n a", ["a"], ["#a"]),
        ("\ufeffa", ["a"], []),
        ("a\r\nb\r\n", ["a", "b"], []),
        ("*", ["a", "a/b"], []),
        ("*.txt", ["a.txt", ".txt"], ["a/b.txt", "a.txtx"]),
        ("*/b", ["a/b", "a/b/c"], ["b", "a/a/b"]),
        ("a?c", ["abc"], ["ac", "a/c", "abbc"]),
        ("[a-c]x", ["ax", "bx"], ["dx", "a"]),
        ("[^a-c]x", ["dx"], ["ax"]),
        ("a.b+(c)|{d}$", ["a.b+(c)|{d}$"], ["aXb+(c)|{d}$"]),
        (r"a\*b", ["a*b"], ["aXb"]),
        ("**", ["a", "a/b"], []),
        ("**/", ["a", "a/b"], []),
        ("**/a", ["a", "b/a", "b/c/a", "b/a/c"], ["ba", "b/ca"]),
        ("**a", ["a", "ba", "b/a", "b/ca"], ["ab"]),
        ("**/*.txt", ["a.txt", "b/a.txt", "b/c/a.txt"], ["a.txtx"]),
        ("**/a*", ["a", "ab", "b/ab"], ["ba", "b/ca"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b"]),
        ("a/**/b", ["a/b", "a/c/b", "a/c/d/b"], ["a/cb", "b"]),
        ("a**/*.txt", ["a/b.txt", "a/b/c.txt"], ["b.txt"]),
        ("**/a/**", ["a/b", "c/a/b"], ["a", "c/a"]),
        ("*\n!a", ["b", "b/a"], ["a", "a/b"]),
        ("!a\n*", ["a"], []),
        ("a\n!a/b", ["a/c", "a"], ["a/b", "a/b/c"]),
        ("a\n!a/b\na/b/c", ["a/b/c", "a/d"], ["a/b/d"]),
        ("*\n!**/keep", ["x", "x/y"], ["keep", "x/keep", "x/y/keep"]),
        ("a\n!*/b", ["a/c"], ["a/b"]),
        ("! a\na", ["a"], []),
        (".", [], ["a"]),
        ("/", [], ["a"]),
        ("", [], ["a"]),
    ],
)
def test_what_is_left_out_and_what_is_kept(lines: str, out: list[str], kept: list[str]) -> None:
    ignore = parse(lines, "x")
    assert [path for path in out if not left_out(ignore, path)] == []
    assert [path for path in kept if left_out(ignore, path)] == []


@pytest.mark.parametrize("line", ["!", "[", "[]", "a[b", "a\\"])
def test_a_bad_pattern_is_named_with_its_line(line: str) -> None:
    with pytest.raises(UsageError, match=r"^f/\.dockerignore:2: "):
        parse(f"fine\n{line}\n", "f/.dockerignore")
