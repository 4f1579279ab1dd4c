#!/bin/sh
# Sees to it that a browser is here, which the tests need.
#
# Used by the Makefile. Where there is none, it is installed with apt-get as root; else the one command is printed and it
# fails. All other programs that the gate runs come with requirements-dev.txt.
set -eu

say() { printf '%s\n' "$*" >&2; }

is_here() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

is_here && exit
command='apt-get install -y --no-install-recommends chromium'
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "The tests need Chromium or Chrome: $command"
    { apt-get update -q && $command; } >&2 || { say "That failed. Run it yourself: $command" && exit 1; }
fi
is_here || {
    say "The tests need Chromium or Chrome, which is not here. Run this as root, then make test again: $command"
    say "Or leave the browser tests out: make test BROWSER=no"
    exit 1
}
