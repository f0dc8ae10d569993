"""Rules of our own about the source: each holds everywhere, and trips on an example."""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from packaging.version import Version

REPOSITORY = Path(__file__).parent.parent
SOURCES = sorted(
    path for folder in ("app", "migrations") for path in (REPOSITORY / folder).rglob("*.py")
)

UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
RUNNERS = {"eval", "exec", "compile", "__import__"}
SQL_CALLS = {"text", "exec_driver_sql", "execute", "executemany", "executescript", "DDL"}

Rule = Callable[[ast.AST], bool]


def named(node: ast.AST) -> str:
    """Write a name or an attribute with its dots."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def imported(node: ast.AST) -> set[str]:
    """Name the top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {each.name.partition(".")[0] for each in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0], *(each.name for each in node.names)}
    return set()


def given(node: ast.AST, name: str) -> ast.expr | None:
    """Find what a call is given under a name."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return next((each.value for each in keywords if each.arg == name), None)


def is_true(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def unpickles(node: ast.AST) -> bool:
    return bool(imported(node) & UNPICKLERS) or is_true(given(node, "allow_pickle"))


def writes_sql_together(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not node.args:
        return False
    sql, calls = node.args[0], named(node.func).rpartition(".")[2] in SQL_CALLS
    # A drawing has text too, and says where.
    calls = (calls and len(node.args) == 1) or named(node.func).endswith("execute")
    is_joined = isinstance(sql, ast.JoinedStr | ast.BinOp) or (
        isinstance(sql, ast.Call) and named(sql.func).endswith(".format")
    )
    return calls and is_joined and not isinstance(getattr(sql, "op", None), ast.BitOr)


def is_base_middleware(node: ast.AST) -> bool:
    return "BaseHTTPMiddleware" in imported(node) or "BaseHTTPMiddleware" in named(node)


def works_after_the_answer(node: ast.AST) -> bool:
    names = imported(node) | {named(node)}
    return bool(names & {"BackgroundTasks", "BackgroundTask"})


def commits_by_hand(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and named(node.func).endswith(".commit")


def depends_on_what_ends_later(node: ast.AST) -> bool:
    """A dependency that yields ends after the answer has left."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list:
        return False
    yields = any(isinstance(each, ast.Yield) for each in ast.walk(node))
    return yields and bool(re.search(r"\b(Request|Depends|Header)\b", ast.unparse(node.args)))


def loads_yaml_unsafely(node: ast.AST) -> bool:
    is_load = isinstance(node, ast.Call) and named(node.func) in ("yaml.load", "yaml.unsafe_load")
    return is_load and "Safe" not in ast.unparse(node)


def opens_a_shell(node: ast.AST) -> bool:
    is_shell = isinstance(node, ast.Call) and named(node.func) in SHELLS
    return is_shell or is_true(given(node, "shell"))


def runs_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and named(node.func) in RUNNERS


def trusts_any_certificate(node: ast.AST) -> bool:
    verify = given(node, "verify")
    return isinstance(verify, ast.Constant) and verify.value is False


def compares_secrets_with_equals(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [named(each) for each in (node.left, *node.comparators)]
    return any(re.search(r"(^|[._])(secret|secret_hash|key_hash|token)$", side) for side in sides)


def swallows_everything(node: ast.AST) -> bool:
    is_wide = isinstance(node, ast.ExceptHandler) and (
        node.type is None or named(node.type) in ("Exception", "BaseException")
    )
    return is_wide and all(isinstance(each, ast.Pass) for each in getattr(node, "body", ()))


RULES: dict[str, tuple[Rule, str]] = {
    "nothing is unpickled": (unpickles, "np.load(file, allow_pickle=True)"),
    "SQL is not put together from text": (
        writes_sql_together,
        'connection.execute(text(f"DELETE FROM patient WHERE patient_id = {patient_id}"))',
    ),
    "middleware is pure ASGI": (is_base_middleware, "class Gate(BaseHTTPMiddleware): ..."),
    "nothing is done after the answer": (works_after_the_answer, "def post(t: BackgroundTasks): 0"),
    "a transaction ends with its block": (commits_by_hand, "connection.commit()"),
    "no dependency goes on after the answer": (
        depends_on_what_ends_later,
        "def database(request: Request):\n    with begin() as store:\n        yield store",
    ),
    "YAML makes no objects": (loads_yaml_unsafely, "yaml.load(text)"),
    "no shell is opened": (opens_a_shell, 'subprocess.run(f"ls {folder}", shell=True)'),
    "no text is run": (runs_text, "eval(question)"),
    "certificates are looked at": (trusts_any_certificate, "httpx.Client(verify=False)"),
    "secrets are compared in equal time": (
        compares_secrets_with_equals, "given == kept.secret_hash",
    ),
    "no error is swallowed": (
        swallows_everything, "try:\n    store()\nexcept Exception:\n    pass",
    ),
}  # fmt: skip
"""What no source may hold, and an example that trips each rule."""

MORE_THAT_TRIPS = {
    "nothing is unpickled": ("import pickle", "from joblib import load", "import numpy, dill"),
    "SQL is not put together from text": (
        'text("SELECT " + columns)',
        'text("SELECT %s" % column)',
        'connection.exec_driver_sql("SELECT {}".format(column))',
        'cursor.execute(f"DROP TABLE {table}")',
    ),
    "middleware is pure ASGI": ("from starlette.middleware.base import BaseHTTPMiddleware",),
    "nothing is done after the answer": ("from fastapi import BackgroundTasks",),
    "no shell is opened": ('os.system("ls")',),
    "no dependency goes on after the answer": (
        "async def session(key: Annotated[str, Header()]):\n    yield open_session(key)",
    ),
}

ALLOWED = {
    ("SQL is not put together from text", "app/storage/database.py"): "a pragma and our number",
    ("SQL is not put together from text", "app/storage/backups.py"): "names of our own tables",
    ("SQL is not put together from text", "app/storage/restoring.py"): "names of our own tables",
    ("SQL is not put together from text", "app/storage/schema.py"): "names of our own tables",
    (
        "SQL is not put together from text",
        "migrations/versions/0007_row_security.py",
    ): "names of our own tables",
    (
        "SQL is not put together from text",
        "migrations/versions/0009_courses.py",
    ): "names of our own tables",
    (
        "SQL is not put together from text",
        "migrations/versions/0012_pools.py",
    ): "names of our own tables",
    ("SQL is not put together from text", "app/storage/tenancy.py"): "our role, a quoted login",
    ("secrets are compared in equal time", "app/storage/directory.py"): "a hash that fitted before",
}
"""Where a rule may be broken, and why: the statement holds nothing that was sent."""


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text())))


def broken(rule: Rule, nodes: Iterable[ast.AST]) -> list[int]:
    """Find the lines on which a rule is broken."""
    return [getattr(node, "lineno", 0) for node in nodes if rule(node)]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_everywhere(name: str) -> None:
    found = {
        f"{path.relative_to(REPOSITORY)}:{line}"
        for path in SOURCES
        if (name, str(path.relative_to(REPOSITORY))) not in ALLOWED
        for line in broken(RULES[name][0], nodes_of(path))
    }

    assert found == set()


@pytest.mark.parametrize("name", RULES)
def test_a_rule_trips_on_its_example(name: str) -> None:
    rule, example = RULES[name]

    examples = (example, *MORE_THAT_TRIPS.get(name, ()))

    assert [each for each in examples if not broken(rule, ast.walk(ast.parse(each)))] == []


@pytest.mark.parametrize(("name", "path"), ALLOWED)
def test_an_exception_to_a_rule_is_needed(name: str, path: str) -> None:
    assert broken(RULES[name][0], nodes_of(REPOSITORY / path))


FLOORS = {
    "anyio": ("4.4", "GHSA on its threads' race at start"),
    "authlib": ("1.6.9", "CVE-2026-27962"),
    "certifi": ("2024.7.4", "CVE-2024-39689"),
    "fastapi": ("0.121", "a commit after the answer"),
    "h11": ("0.16", "CVE-2025-43859"),
    "idna": ("3.7", "CVE-2024-3651"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "mako": ("1.2.2", "CVE-2022-40023"),
    "numpy": ("1.22.2", "CVE-2021-41495"),
    "pyarrow": ("14.0.1", "CVE-2023-47248"),
    "pydantic": ("2.4", "CVE-2024-3772"),
    "pyjwt": ("2.13", "CVE-2026-32597, CVE-2026-48526"),
    "pysqlite3": ("0.6.1", "SQLite before 3.51.3 can corrupt a log that is emptied"),
    "requests": ("2.32.4", "CVE-2024-47081"),
    "starlette": ("1.0.1", "CVE-2026-48710"),
    "tqdm": ("4.66.3", "CVE-2024-34062"),
    "urllib3": ("2.5", "CVE-2025-50181"),
    "uvicorn": ("0.11.7", "CVE-2020-7694"),
}
"""Versions from which a weakness is mended that could matter here, and which; pins or not."""

NEVER = {"python-jose", "pycrypto", "ecdsa"}
"""Packages whose known weaknesses nobody mends."""

SECRETS = {
    "a key of this service": re.compile(r"\bctc_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "an access key of a cloud": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20})\b"),
    "a token of a registry": re.compile(r"\b(?:pypi-AgE[\w-]{50}|npm_[A-Za-z0-9]{36})"),
    "a password in an address": re.compile(r"\w+://[^\s:/@{}]+:[^\s:/@{}*]{4,}@[\w.-]+"),
}
"""What must lie in no file of the repository."""

EXAMPLES = re.compile(r"(:secret@|:password@|hunter2)")
"""What a password is in the tests."""

KEPT_KEYS = "tests/data/releases"
"""Databases of earlier releases with the keys that were made in them: made for the tests."""


def pinned(lock: str) -> dict[str, Version]:
    pins = re.findall(
        r"^([a-z0-9._-]+)==([^\s;\\]+)", (REPOSITORY / lock).read_text(), re.MULTILINE
    )
    return {name: Version(version) for name, version in pins}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_pinned_version_has_a_weakness_that_was_published(lock: str) -> None:
    pins = pinned(lock)

    below = {
        f"{name} {pins[name]}: {weakness}"
        for name, (floor, weakness) in FLOORS.items()
        if name in pins and pins[name] < Version(floor)
    }

    assert len(pins) > 20
    assert below == set()
    assert set(pins) & NEVER == set()


def kept_files() -> list[Path]:
    """List what the repository holds, without what is installed or made."""
    folders = [each for each in REPOSITORY.iterdir() if each.is_dir() and each.name[0] != "."]
    files = [each for each in REPOSITORY.iterdir() if each.is_file()]
    made = {"node_modules", "__pycache__", "var", "sbom"}
    for folder in folders:
        files += [path for path in folder.rglob("*") if path.is_file() and not made & {*path.parts}]
    return files


def secrets_in(text: str) -> set[str]:
    return {
        f"{kind}: {found[:20]}"
        for kind, pattern in SECRETS.items()
        for found in pattern.findall(text)
        if not EXAMPLES.search(found)
    }


def test_no_secret_lies_in_the_repository() -> None:
    found = {
        f"{path.relative_to(REPOSITORY)}: {secret}"
        for path in kept_files()
        if KEPT_KEYS not in str(path)
        for secret in secrets_in(path.read_text(errors="replace"))
    }

    assert found == set()


@pytest.mark.parametrize(
    "secret",
    [
        "ctc_0123456789abcdef_" + "x" * 43,
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "A" * 16,
        "ghp_" + "a" * 36,
        "npm_" + "a" * 36,
        "postgresql://prognosis:" + "winter26@db.hospital.example/x",
    ],
)
def test_a_secret_would_be_found(secret: str) -> None:
    assert secrets_in(f"key = '{secret}'")
