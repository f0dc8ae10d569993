"""Small changes of a module, each of which makes it wrong: the mutants that tests have to kill."""

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
"""Comparisons, and the ones they are mistaken for."""

SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
"""Operators, and the ones they are mistaken for."""

UNREAD = {"annotation", "returns", "decorator_list", "bases", "keywords_of_class", "type_params"}
"""Parts of a definition that say nothing of what it does."""

Path = tuple[tuple[str, int | None], ...]
Change = tuple[str, ast.AST | None]


@dataclass(frozen=True)
class Mutation:
    """One change: where it is made, what it says, and the node that takes the old one's place."""

    function: str
    line: int
    change: str
    path: Path
    new: ast.AST | None

    def applied(self, source: str) -> str:
        """Write the module with this change."""
        tree = ast.parse(source)
        holder: Any = tree
        for name, place in self.path[:-1]:
            holder = getattr(holder, name)
            holder = holder if place is None else holder[place]
        name, place = self.path[-1]
        if place is None:
            setattr(holder, name, deepcopy(self.new))
        elif self.new is None:
            del getattr(holder, name)[place]
        else:
            getattr(holder, name)[place] = deepcopy(self.new)
        return ast.unparse(ast.fix_missing_locations(tree))


def mutations(source: str) -> Iterator[Mutation]:
    """Find every change that is made of a module, in the order of its lines."""
    yield from _within(ast.parse(source), (), "", _changes)


def lost_conditions(source: str, column: str) -> Iterator[Mutation]:
    """Find every condition on a column that a query can lose."""

    def change(node: ast.AST, _holder: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            left, right = node.left, node.comparators[0]
            both = [part for part in (left, right) if _is_column(part, column)]
            if len(both) == 1 and _is_column(left, column):
                # True of every row, and what is bound to the query is bound still.
                summed = ast.BinOp(left, ast.Add(), right)
                yield "lost", ast.Compare(summed, [ast.Eq()], [deepcopy(summed)])

    yield from _within(ast.parse(source), (), "", change)


def _is_column(node: ast.AST, column: str) -> bool:
    is_named = isinstance(node, ast.Attribute) and node.attr == column
    return is_named and ast.unparse(node.value).endswith(".c")  # type: ignore[attr-defined]


def _within(
    node: ast.AST,
    path: Path,
    function: str,
    changes: Callable[[ast.AST, ast.AST], Iterator[Change]],
) -> Iterator[Mutation]:
    for name, value in ast.iter_fields(node):
        if name in UNREAD or (isinstance(node, ast.ClassDef) and name == "keywords"):
            continue
        children = value if isinstance(value, list) else [value]
        for number, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_unread(node, child):
                continue
            place = number if isinstance(value, list) else None
            here = (*path, (name, place))
            line = getattr(child, "lineno", 0)
            for change, new in changes(child, node):
                text = f"{_short(child)}: {change}"
                yield Mutation(function, line, text, here, new)
            inner = function
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                inner = f"{function}.{child.name}".lstrip(".")
            if isinstance(child, ast.Assign | ast.AnnAssign) and not function:
                inner = _short(child.targets[0] if isinstance(child, ast.Assign) else child.target)
            yield from _within(child, here, inner, changes)


def _is_unread(holder: ast.AST, child: ast.AST) -> bool:
    is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    is_type = isinstance(holder, ast.Subscript) and ast.unparse(holder.value).endswith("Literal")
    is_import = isinstance(child, ast.Import | ast.ImportFrom)
    return is_text or is_type or is_import


def _changes(node: ast.AST, holder: ast.AST) -> Iterator[Change]:
    for change in CHANGES:
        yield from change(node)
    if isinstance(holder, ast.Call):
        yield from _dropped(node, holder)


def _dropped(node: ast.AST, call: ast.Call) -> Iterator[Change]:
    """Leave out what a call names, or one of several conditions of a query."""
    is_where = isinstance(call.func, ast.Attribute) and call.func.attr == "where"
    is_one_of_several = is_where and len(call.args) > 1 and node in call.args
    if is_one_of_several or (isinstance(node, ast.keyword) and node.arg is not None):
        yield f"left out of {_short(call.func)}", None


def _comparison(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            turned = deepcopy(node)
            turned.ops[place] = TURNED[type(operator)]()
            yield ast.unparse(turned), turned


def _operator(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
        swapped = ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
        yield _short(swapped), swapped
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        swapped_words = ast.BoolOp(other, node.values)
        yield _short(swapped_words), swapped_words
    if isinstance(node, ast.UnaryOp):
        yield _short(node.operand), node.operand


def _condition(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        denied = deepcopy(node)
        denied.test = ast.UnaryOp(ast.Not(), denied.test)
        yield f"not {_short(node.test)}", denied
    if isinstance(node, ast.comprehension):
        for place, test in enumerate(node.ifs):
            without = deepcopy(node)
            del without.ifs[place]
            yield f"without {_short(test)}", without


def _constant(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield repr(not value), ast.Constant(not value)
    elif isinstance(value, int | float):
        more = value + 1 if isinstance(value, int) or value == 0 else 1.1 * value
        yield repr(more), ast.Constant(more)
    elif isinstance(value, str | bytes) and value and not _is_prose(value):
        other = f"{value}X" if isinstance(value, str) else value + b"X"
        yield repr(other), ast.Constant(other)


def _is_prose(value: str | bytes) -> bool:
    return (" " if isinstance(value, str) else b" ") in value  # type: ignore[operator]


def _statement(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Raise):
        yield "nothing raised", ast.Pass()
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
        yield "not done", ast.Pass()
    is_none = isinstance(node, ast.Return) and ast.unparse(node) in ("return", "return None")
    if isinstance(node, ast.Return) and not is_none:
        yield "None returned", ast.Return(ast.Constant(None))


def _entry(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        for place, key in enumerate(node.keys):
            without = ast.Dict(
                [*node.keys[:place], *node.keys[place + 1 :]],
                [*node.values[:place], *node.values[place + 1 :]],
            )
            yield f"without {_short(key or node.values[place])}", without


CHANGES = (_comparison, _operator, _condition, _constant, _statement, _entry)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
