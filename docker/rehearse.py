"""Go through the Dockerfile's steps in a clean directory, without Docker.

Copies what the build stage copies (and .dockerignore lets through), runs its build script, then
starts the final stage's command and asks its health check. Fails where the image would: a file not
copied, a package missing from the lock, build tools left behind, a write outside the data.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 60
LEFT_BEHIND = {"ensurepip", "hatchling", "pip", "pytest", "setuptools", "uv", "wheel"}

Instruction = tuple[str, str]


def stages(dockerfile: str) -> list[list[Instruction]]:
    """The instructions of each stage, comments dropped and continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", dockerfile).replace("\\\n", " ")
    lines = [line.strip().split(maxsplit=1) for line in text.splitlines() if line.strip()]
    found: list[list[Instruction]] = []
    for name, rest in lines:
        if name == "FROM":
            found.append([])
        elif found:
            found[-1].append((name, rest))
    return found


def is_ignored(path: Path, patterns: list[str]) -> bool:
    """Whether .dockerignore keeps a path out: the last pattern to name it or a parent decides."""
    names = [path.as_posix(), *(parent.as_posix() for parent in path.parents)]
    ignored = False
    for pattern in patterns:
        keep = pattern.startswith("!")
        expression = re.escape(pattern.removeprefix("!"))
        expression = expression.replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if any(re.fullmatch(expression, name) for name in names):
            ignored = not keep
    return ignored


def copy_context(arguments: str, workdir: Path) -> None:
    """Do one COPY from the build context."""
    *sources, target = arguments.split()
    lines = (REPOSITORY / ".dockerignore").read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for source in map(Path, sources):
        origin = REPOSITORY / source
        files = [origin] if origin.is_file() else [f for f in origin.rglob("*") if f.is_file()]
        kept = [f for f in files if not is_ignored(f.relative_to(REPOSITORY), patterns)]
        if not kept:
            sys.exit(f"COPY {source}: nothing to copy past .dockerignore")
        for file in kept:
            inside = file.name if origin.is_file() else file.relative_to(origin).as_posix()
            to = workdir / target
            place = to / inside if origin.is_dir() or target.endswith("/") else to
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)


def build(root: Path, instructions: list[Instruction]) -> None:
    """Run the build stage below `root` instead of below /."""
    workdir = root
    for name, rest in instructions:
        if name == "WORKDIR":
            workdir = root / rest.lstrip("/")
        elif name == "COPY":
            copy_context(rest, workdir)
        elif name == "RUN":
            words = [word for word in shlex.split(rest) if not word.startswith("--mount")]
            command = [str(root) + word if word.startswith("/") else word for word in words]
            subprocess.run(command, cwd=workdir, check=True, env=environment(PYTHON=sys.executable))


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would change the service or its build."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PROGNOSIS_", "VIRTUAL_ENV"))}
    return kept | more


def final_environment(root: Path, instructions: list[Instruction]) -> dict[str, str]:
    """The ENV of the final stage, with its paths below `root`."""
    told = [rest for name, rest in instructions if name == "ENV"]
    pairs = dict(word.split("=", 1) for rest in told for word in shlex.split(rest))
    moved = {k: re.sub(r"(?<=[:/])/(?=var/)|^/", f"{root}/", v) for k, v in pairs.items()}
    return environment(**moved | {"PATH": f"{root}/opt/prognosis/bin:{os.environ['PATH']}"})


def the(name: str, instructions: list[Instruction]) -> str:
    """The argument of an instruction that the stage has once."""
    (found,) = [rest for each, rest in instructions if each == name]
    return found


def snapshot(directory: Path) -> dict[str, int]:
    return {str(f): f.stat().st_mtime_ns for f in directory.rglob("*") if f.is_file()}


def refuse_build_tools(directory: Path) -> None:
    packages = {f.name for f in directory.glob("lib/python*/site-packages/*")}
    if left := packages & LEFT_BEHIND:
        sys.exit(f"build tools in the final stage: {', '.join(sorted(left))}")


def serve(root: Path, instructions: list[Instruction]) -> None:
    """Start the final stage's command on a free port of loopback until its health check passes."""
    workdir = root / the("WORKDIR", instructions).lstrip("/")
    for folder in (workdir, root / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    variables = final_environment(root, instructions)
    entrypoint = json.loads(the("ENTRYPOINT", instructions))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    healthy = the("HEALTHCHECK", instructions).split("CMD", 1)[1].replace("8000", port)
    # What the image listens on; the rehearsal must not.
    everywhere = "0.0.0.0"  # nosec B104
    command = [w.replace(everywhere, "127.0.0.1") for w in json.loads(the("CMD", instructions))]

    subprocess.run([*entrypoint, "migrate"], cwd=workdir, env=variables, check=True)
    server = subprocess.Popen([*entrypoint, *command, "--port", port], cwd=workdir, env=variables)
    try:
        wait_until_healthy(json.loads(healthy), variables, server)
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_healthy(
    check: list[str], variables: dict[str, str], server: subprocess.Popen[bytes]
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(check, env=variables, stderr=subprocess.DEVNULL, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit("the service did not become healthy")
        time.sleep(0.25)


def main() -> None:
    began = time.monotonic()
    first, final = stages((REPOSITORY / "Dockerfile").read_text())
    if the("USER", final).split(":")[0] in ("0", "root"):
        sys.exit("the image runs as root")
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        build(root, first)
        installed = root / "opt/prognosis"
        refuse_build_tools(installed)
        before = snapshot(installed)
        serve(root, final)
        if snapshot(installed) != before:
            sys.exit("the service writes where a read-only root file system forbids it")
        size = sum(f.stat().st_size for f in installed.rglob("*") if f.is_file()) / 2**20
    print(f"image steps: built, healthy, {size:.0f} MiB, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
