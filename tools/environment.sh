#!/bin/sh
# Makes .venv and installs the pinned packages of one requirements file into it: tools/environment.sh requirements.txt
#
# Used by the Makefile. With uv where it is there, else with Python's own venv and pip. PYTHON names the interpreter;
# without it the newest of those that we support is taken. Run twice it changes nothing.
set -eu
cd "$(dirname "$0")/.."
requirements=$1

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" || die "PYTHON=$PYTHON is not a Python 3.11 or newer. Name one that is, or leave PYTHON out."
        printf '%s\n' "$PYTHON"
        return
    fi
    # A name on the PATH may be a version manager's stub that cannot run: each is tried, not only looked up.
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        if suits "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    die "No Python 3.11 or newer was found. Install one (Debian 12 or newer: apt-get install python3 python3-venv)," \
        "or name it: make PYTHON=/path/to/python3.12"
}

need_venv() { # Debian packs the part of venv that installs pip by itself.
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    command='apt-get install -y python3-venv'
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Python's venv is incomplete here: $command"
        { apt-get update -q && $command; } >&2 || die "That failed. Run it yourself, then make again: $command"
    fi
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        die "Python's venv is incomplete here ($1 lacks ensurepip). Run this as root, then make again: $command"
}

if ! .venv/bin/python -c '' >/dev/null 2>&1; then # Not there, or its Python went away.
    python=$(find_python)
    rm -rf .venv
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --no-python-downloads --python "$python" .venv
    else
        need_venv "$python"
        "$python" -m venv .venv
    fi
fi

if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$requirements"
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
fi

# The program runs from the source tree. A line in site-packages and a command of three lines do that without a build
# back end, and work wherever the tree is moved to, spaces in its path included.
.venv/bin/python - <<'PYTHON'
import os, pathlib, sysconfig
packages = sysconfig.get_path("purelib")
pathlib.Path(packages, "site_builder.pth").write_text(f"{os.path.relpath('.', packages)}\n", encoding="utf-8")
PYTHON
cat >.venv/bin/site-builder <<'COMMAND'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m site_builder "$@"
COMMAND
chmod +x .venv/bin/site-builder
