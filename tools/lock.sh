#!/bin/sh
# Writes the locks: exact versions with hashes, for every platform, without any address, so that
# each machine's own pip and npm configuration says where packages come from.
set -eu
cd "$(dirname "$0")/.."

resolve() {
    output=$1
    shift
    .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --output-file "$output" "$@"
}

resolve requirements.lock "$@"
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --no-emit-find-links --constraints requirements.lock \
    --group build --output-file requirements-build.lock "$@"
resolve requirements-dev.lock --group build --group dev \
    --constraints requirements.lock --constraints requirements-build.lock "$@"

for group in scan attack; do
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --group "$group" --output-file "requirements-$group.lock" "$@"
done

if command -v npm >/dev/null; then
    cd tools/openapi-lint
    npm install --package-lock-only --ignore-scripts --no-audit --silent \
        --omit-lockfile-registry-resolved=true
    # Funding links are addresses too, and npm ci does not read them.
    node -e 'const fs = require("fs");
        const lock = JSON.parse(fs.readFileSync("package-lock.json"));
        for (const entry of Object.values(lock.packages)) delete entry.funding;
        fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");'
fi
