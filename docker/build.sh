#!/bin/sh
# Makes the environment that the image runs: build.sh SOURCE TARGET.
# SOURCE is only read but for its locks and code; TARGET must not move afterwards, for its scripts
# name their interpreter. What builds stays in a directory that is removed.
set -eu
source=$1
target=$2
python=${PYTHON:-python3}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/builder"
pip() { "$work/builder/bin/python" -m pip --disable-pip-version-check --no-input -qq "$@"; }

pip install --require-hashes -r "$source/requirements-build.lock"
pip wheel --no-deps --no-build-isolation --wheel-dir "$work/wheels" "$source"

"$python" -m venv --without-pip "$target"
pip --python "$target/bin/python" install --require-hashes -r "$source/requirements.lock"
pip --python "$target/bin/python" install --no-deps --no-index "$work"/wheels/*.whl
pip --python "$target/bin/python" check >&2
