"""
Attack a server of our own with sqlmap and wapiti: `make attack`.

A server is started on loopback over an empty database, told one of everything, and called with a
valid key. sqlmap tries each parameter of each operation of the OpenAPI document (path, query,
body, and the headers that it names); wapiti walks the document. Both are bounded in time, and what
was tried is said. Exit status 1 where either finds anything.

Options: --seconds N for each operation (default 60), --level and --risk of sqlmap (5 and 3),
--only PART of an operation's name.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from shutil import which

import httpx

from app.storage.schema import migrate
from tests.faults.serving import Served
from tests.openapi.test_matrix import OPERATIONS, TABLE, one_of_everything

DOCUMENT = Path(__file__).parents[1] / "openapi" / "openapi.json"

FOUND = re.compile(r"is vulnerable|identified the following injection|is '.*' injectable")
"""What sqlmap says once it has told an injection from answers that differ for another reason."""

SUSPECTED = re.compile(r"appears to be '.*' injectable")
"""What it says before; where its time ends then, the operation is tried for longer."""

REFUTED = re.compile(r"false positive or unexploitable|not (?:seem|appear) to be injectable")
TRIED = re.compile(r"testing (?:if )?.*parameter|URI parameter|custom injection|all tested")

TIMES_LONGER = 10

WAPITI = "exec,file,sql,timesql,xss,permanentxss,redirect,crlf,ldap,methods,backup,http_headers"
"""Modules that need no address outside; the others report to one."""

HARMLESS = {
    "HTTP Strict Transport Security (HSTS)": "the proxy that ends TLS sends it",
    "Clickjacking Protection": "no answer but /docs is a page, and nothing there can be clicked on",
    "Content Security Policy Configuration": "JSON, and pictures without scripts",
}
"""What wapiti says of every server without pages, and why it is no finding here."""


def parameters(name: str) -> list[tuple[str, str, str]]:
    """List where an operation takes something: its kind, its name, and a value that is right."""
    method, path, _ = OPERATIONS[name]
    item = json.loads(DOCUMENT.read_text())["paths"][path][method.lower()]
    found = []
    for each in item.get("parameters", ()):
        schema = each.get("schema", {})
        right = schema.get("default", (schema.get("examples") or ["1"])[0])
        found.append((each["in"], each["name"], str(right)))
    return found


def sqlmap(served: Served, names: dict[str, str], name: str, asked: argparse.Namespace) -> str:
    """Try every parameter of one operation; answer what was found, or nothing."""
    told = _told(served, names, name, asked, asked.seconds)
    if suspicion := _open_suspicion(told):
        print(f"  {name}: {suspicion}? Tried for longer", flush=True)
        told = _told(served, names, name, asked, asked.seconds * TIMES_LONGER)
    lines = [line for line in told.splitlines() if FOUND.search(line)]
    if suspicion := _open_suspicion(told):
        lines.append(f"{suspicion}, and no verdict in time")
    if not TRIED.search(told):
        lines.append("nothing was tried: " + " ".join(told.split())[-300:])
    print(f"  {name}: {'; '.join(lines) or 'nothing'}", flush=True)
    return "\n".join(lines)


def _open_suspicion(told: str) -> str | None:
    """Find what sqlmap suspected and had neither confirmed nor refuted when it ended."""
    if FOUND.search(told):
        return None
    suspected = SUSPECTED.search(REFUTED.split(told)[-1])
    return suspected[0] if suspected else None


def _told(
    served: Served, names: dict[str, str], name: str, asked: argparse.Namespace, seconds: int
) -> str:
    method, path, _ = OPERATIONS[name]
    row = TABLE[name]
    marked = re.sub(r"\{(\w+)\}", lambda part: f"{names[part[1]]}*", path)
    query = "&".join(f"{n}={v}*" for kind, n, v in parameters(name) if kind == "query")
    headers = [f"Authorization: Bearer {served.key}"]
    headers += [f"{n}: {v}*" for kind, n, v in parameters(name) if kind == "header"]
    data = []
    if row.body is not None:
        is_lines = isinstance(row.body, bytes)
        body = row.body if is_lines else json.dumps(row.body).encode()
        headers.append(f"Content-Type: application/{'x-ndjson' if is_lines else 'json'}")
        data = ["--data=" + re.sub(rb'(: ?"[^"]*)"', rb'\1*"', body).decode()]
    url = f"http://127.0.0.1:{served.port}{marked}" + (f"?{query}" if query else "")
    options = [
        "sqlmap", "--batch", "--flush-session", "--disable-coloring", "-u", url,
        f"--method={method}", "--headers=" + "\n".join(headers), f"--level={asked.level}",
        f"--risk={asked.risk}", f"--time-limit={seconds}", "--skip-waf", "--threads=2",
        "--ignore-code=*", "--timeout=20", "--param-exclude=Authorization|User-Agent|Referer|Host",
        *data,
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        options.append(f"--output-dir={folder}")
        run = subprocess.run(options, capture_output=True, text=True, check=False)
    return run.stdout


def wapiti(served: Served, seconds: int) -> list[str]:
    """Walk the document; list what was found."""
    with tempfile.TemporaryDirectory() as folder:
        report, document = Path(folder) / "report.json", Path(folder) / "openapi.json"
        told = json.loads(DOCUMENT.read_text())
        told["servers"] = [{"url": f"http://127.0.0.1:{served.port}"}]
        document.write_text(json.dumps(told))
        options = [
            "wapiti", "-u", f"http://127.0.0.1:{served.port}/", "--swagger", str(document),
            "-H", f"Authorization: Bearer {served.key}", "-m", WAPITI, "--scope", "folder",
            "--max-scan-time", str(seconds), "--max-attack-time", str(max(20, seconds // 8)),
            "-f", "json", "-o", str(report), "--no-bugreport", "--flush-session",
            "--store-session", folder, "--headless", "no", "-v", "1",
        ]  # fmt: skip
        run = subprocess.run(options, capture_output=True, text=True, check=False)
        if not report.exists():
            return ["wapiti wrote no report: " + (run.stdout + run.stderr)[-500:]]
        content = json.loads(report.read_text())
    found = {**content["vulnerabilities"], **content["anomalies"]}
    print(
        f"  wapiti: {content['infos']['crawled_pages_nbr']} requests from the document", flush=True
    )
    return [
        f"{kind}: {each['method']} {each['path']} {each['parameter']} {each['info']}"
        for kind, several in found.items()
        for each in several
        if kind not in HARMLESS
    ]


def main() -> None:
    """Start, tell, attack, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--wapiti-seconds", type=int, default=600)
    parser.add_argument("--level", type=int, default=5)
    parser.add_argument("--risk", type=int, default=3)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    for tool in ("sqlmap", "wapiti"):
        if which(tool) is None:
            sys.exit(f"{tool} is not there; make attack installs it")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/prognosis.db"
        migrate(address)
        with Served(address, Path(folder)) as served:
            with served.client() as client:
                client.timeout = httpx.Timeout(600)
                names = one_of_everything(client)
                before = client.get("/v1/patients?limit=500").json()["items"]
            found = wapiti(served, asked.wapiti_seconds) if not asked.only else []
            for name in TABLE:
                if asked.only in name:
                    told = sqlmap(served, names, name, asked)
                    found += [f"{name}: {told}"] if told else []
            with served.client() as client:
                metrics = client.get("/metrics").text
        # A route has braces of its own.
        line = re.compile(r'^prognosis_requests_total\{.*status="(\d+)".*\} (\d+)$', re.MULTILINE)
        answered = [(status, int(number)) for status, number in line.findall(metrics)]
        errors = sum(number for status, number in answered if status.startswith("5"))
    print(
        f"{len(before)} patients, {sum(number for _, number in answered)} requests, of which"
        f" {errors} answered 5xx, {time.monotonic() - began:.0f} s"
    )
    print("\n".join(found) or "nothing was found")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
