#!/bin/sh
# Put everything that doorlicht needs into .venv, at exactly the versions of requirements.lock.
#
#   scripts/setup.sh            (make calls it when the lock or pyproject.toml has changed)
#   PYTHON=/path/to/python scripts/setup.sh
#
# Works again without a network once the packages are in the cache of uv. Touches nothing outside
# .venv and that cache.
set -eu

cd "$(dirname "$0")/.."
venv=.venv

is_supported() {
    # A name on the PATH may be a shim for a version that is not installed: run it to know.
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
        if is_supported "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

if ! { [ -x "$venv/bin/python" ] && is_supported "$venv/bin/python"; }; then
    if ! python=$(find_python); then
        cat >&2 <<'EOF'
doorlicht needs Python 3.11, 3.12 or 3.13, and none was found.
  Do:  install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13),
       or say where it is:  make setup PYTHON=/path/to/python3
EOF
        exit 1
    fi
    echo "Making $venv with $("$python" --version)"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        cat >&2 <<EOF
$python cannot make a virtual environment: its parts "venv" and "ensurepip" are missing.
  Do:  install them (Debian, Ubuntu: apt install python3-venv), or take another Python:
       make setup PYTHON=/path/to/python3
EOF
        exit 1
    fi
    "$python" -m venv --clear "$venv"
fi

# uv comes out of the lock as well, so that nothing is installed whose hash is not known.
if ! "$venv/bin/uv" --version >/dev/null 2>&1; then
    uv_lock=$(mktemp)
    trap 'rm -f "$uv_lock"' EXIT
    sed -n '/^uv==/,/[^\\]$/p' requirements.lock >"$uv_lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$uv_lock"
fi

export UV_PYTHON="$venv/bin/python"
# Compiled here once: where nothing may be written later (PYTHONDONTWRITEBYTECODE, as in many
# containers), every start would compile all of it again, which takes longer than a small scan.
"$venv/bin/uv" pip install --compile-bytecode --require-hashes -r requirements.lock
"$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e .
"$venv/bin/python" -m compileall -q src
echo "doorlicht is ready: $venv/bin/doorlicht --help"
