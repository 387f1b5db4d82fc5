"""From a rule's source to its mutants: each clause removed or inverted, one at a time."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
# Where it is said who sees, and who may do what.
RULES = (
    "forums/access.py",
    "forums/*querysets*.py",
    "experts/disclosure.py",
    "experts/audiences.py",
    "experts/viewers.py",
    "experts/network_roles.py",
    "experts/*querysets*.py",
    "forums/*policies*.py",
    "experts/*policies*.py",
)
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_QUERY = re.compile(r"\bSELECT\b")
_JOINED = re.compile(r"\s+(?:AND|OR)\s+")
_FILTERS = {"filter", "exclude", "Q", "q"}


@dataclass(frozen=True)
class Mutant:
    """One change of one rule. ``code`` is the changed module; ``name`` the function or constant it is in."""

    path: str
    name: str
    line: int
    change: str
    code: ast.Module

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}: {self.change}"

    @property
    def key(self) -> str:
        """What it is called in `equivalent`: without the line, which moves."""
        return f"{self.path} {self.name}: {self.change}"


def mutants() -> Iterator[Mutant]:
    """Of all rules."""
    for pattern in RULES:
        for path in sorted(PROJECT.glob(pattern)):
            yield from of_module(path)


def of_module(path: Path) -> Iterator[Mutant]:
    """Of the functions and constants of one module."""
    tree = ast.parse(path.read_text())
    relative = str(path.relative_to(PROJECT))
    for name, node in _named(tree):
        seen: set[str] = set()
        results: set[str] = {ast.unparse(tree)}
        for place in ast.walk(node):
            for mutate in _OPERATORS:
                for change, apply in mutate(place):
                    code = _changed(tree, place, apply)
                    if (result := ast.unparse(code)) in results:
                        continue  # another operator has made the same
                    results.add(result)
                    line = getattr(place, "lineno", node.lineno)
                    told = f"{change} (line {line - node.lineno + 1} of it)" if change in seen else change
                    seen.add(told)
                    yield Mutant(relative, name, line, told, code)


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                yield name, node
            case ast.ClassDef(name=owner, body=body):
                for method in body:
                    if isinstance(method, ast.FunctionDef):
                        yield f"{owner}.{method.name}", method
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if not _is_lookup(node):
                    yield name, node


def _is_lookup(node: ast.stmt) -> bool:
    """Whether a constant is a table of functions or a Refusal, which say what but not whether."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.Dict | ast.DictComp) or (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Refusal"
    )


type Apply = Callable[[Any], ast.AST | None]
type Changes = Iterator[tuple[str, Apply]]


def _changed(tree: ast.Module, place: ast.AST, apply: Apply) -> ast.Module:
    """A copy of the module in which ``apply`` has replaced one node (None: removed)."""
    marked = copy.deepcopy(tree)
    twin = next(b for a, b in zip(ast.walk(tree), ast.walk(marked), strict=True) if a is place)

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | None:
            if node is twin:
                replacement = apply(node)
                if replacement is None:
                    return ast.Pass() if isinstance(node, ast.stmt) else None
                return replacement
            return super().visit(node)  # type: ignore[no-any-return]

    Replace().visit(marked)
    return ast.fix_missing_locations(marked)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."


# Operators: what can be done to a node ----------------------------------------------------------------------


def _guards(node: ast.AST) -> Changes:
    """``if …: return``: the guard is gone; and it guards the others."""
    if isinstance(node, ast.If):
        if not node.orelse:
            yield f"removed: if {_short(node.test)}", lambda _: None
        yield f"inverted: if {_short(node.test)}", lambda n: _with(n, test=_not(n.test))
    if isinstance(node, ast.IfExp):
        yield f"swapped: {_short(node)}", lambda n: ast.IfExp(n.test, n.orelse, n.body)
    if isinstance(node, ast.comprehension):
        for number, test in enumerate(node.ifs):
            yield f"removed: for … if {_short(test)}", partial(_without, name="ifs", number=number)


def _operands(node: ast.AST) -> Changes:
    """Of ``a and b``, ``a or b``, ``a & b``, ``a | b``: one is gone."""
    if isinstance(node, ast.BoolOp):
        word = "and" if isinstance(node.op, ast.And) else "or"
        for number, value in enumerate(node.values):
            others = [one for one in range(len(node.values)) if one != number]
            yield (
                f"removed from {word}: {_short(value)}",
                partial(_kept, keep=others),
            )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        word = "&" if isinstance(node.op, ast.BitAnd) else "|"
        if any(
            isinstance(side, ast.Constant | ast.Name) and _is_type(side) for side in (node.left, node.right)
        ):
            return
        yield f"removed from {word}: {_short(node.left)}", lambda n: n.right
        yield f"removed from {word}: {_short(node.right)}", lambda n: n.left
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield f"removed: {_short(node)}", lambda _: None


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _conditions(node: ast.AST) -> Changes:
    """Of ``filter(a, b=c)`` and ``Q(a=b, c=d)``: one condition is gone."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in _FILTERS:
        return
    for number, value in enumerate(node.args):
        yield f"removed from {name}(): {_short(value)}", partial(_without, name="args", number=number)
    for number, keyword in enumerate(node.keywords):
        yield (
            f"removed from {name}(): {_short(keyword)}",
            partial(_without, name="keywords", number=number),
        )


def _comparisons(node: ast.AST) -> Changes:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPPOSITES:
        yield (
            f"inverted: {_short(node)}",
            lambda n: _with(n, ops=[_OPPOSITES[type(n.ops[0])]()]),
        )
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield f"inverted: {_short(node)}", lambda n: n.operand
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"all", "any"}:
        other = "any" if node.func.id == "all" else "all"
        yield f"{other}, not {_short(node)}", lambda n: _with(n, func=ast.Name(other, ast.Load()))


def _members(node: ast.AST) -> Changes:
    """Of a set, list or tuple of values: one is gone."""
    if isinstance(node, ast.Set | ast.Tuple | ast.List) and isinstance(
        getattr(node, "ctx", ast.Load()), ast.Load
    ):
        if len(node.elts) < 2 or not all(_is_value(one) for one in node.elts):
            return
        for number, value in enumerate(node.elts):
            yield (
                f"removed from {_short(node)}: {_short(value)}",
                partial(_without, name="elts", number=number),
            )


def _is_value(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant | ast.Attribute) or (
        isinstance(node, ast.Name) and node.id.isupper()
    )


def _sql(node: ast.AST) -> Changes:
    """Of a statement: one clause is gone."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _QUERY.search(node.value):
        for joined in _JOINED.finditer(node.value):
            end = _end_of_clause(node.value, joined.end())
            clause = " ".join(node.value[joined.start() : end].split())
            text = node.value[: joined.start()] + node.value[end:]
            yield f"removed: {clause}", partial(_constant, text=text)


def _end_of_clause(sql: str, start: int) -> int:
    """Where a condition ends: at the next AND, OR, line or closing bracket of its own depth."""
    depth = 0
    for at in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[at], 0)
        if depth < 0 or (depth == 0 and (sql[at] in "\n," or _JOINED.match(sql, at))):
            return at
    return len(sql)


_OPERATORS = (_guards, _operands, _conditions, _comparisons, _members, _sql)


def _not(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITES:
        return ast.Compare(test.left, [_OPPOSITES[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _kept(node: ast.BoolOp, *, keep: list[int]) -> ast.expr:
    return node.values[keep[0]] if len(keep) == 1 else ast.BoolOp(node.op, [node.values[i] for i in keep])


def _constant(_: ast.AST, *, text: str) -> ast.AST:
    return ast.Constant(text)


def _with(node: ast.AST, **values: object) -> ast.AST:
    for name, value in values.items():
        setattr(node, name, value)
    return node


def _without(node: ast.AST, *, name: str, number: int) -> ast.AST:
    values = list(getattr(node, name))
    del values[number]
    return _with(node, **{name: values})
