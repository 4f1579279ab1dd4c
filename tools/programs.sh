#!/bin/sh
# Sees to it that the programs the tests need are here: tools/programs.sh node|chromium ...
#
# Used by the Makefile. What is missing is installed with apt-get as root; else the one command is printed and it fails.
set -eu

say() { printf '%s\n' "$*" >&2; }

node_is_here() {
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' >/dev/null 2>&1 &&
        npm --version >/dev/null 2>&1
}

chromium_is_here() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

for program in "$@"; do
    case $program in
        node) what='Node 20 or newer with npm' packages='nodejs npm' ;;
        chromium) what='Chromium or Chrome' packages='chromium' ;;
        *) say "unknown program: $program" && exit 2 ;;
    esac
    "${program}_is_here" && continue
    command="apt-get install -y --no-install-recommends $packages"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "The tests need $what: $command"
        { apt-get update -q && $command; } >&2 || { say "That failed. Run it yourself: $command" && exit 1; }
    fi
    "${program}_is_here" || {
        say "The tests need $what, which is not here. Run this as root, then make test again: $command"
        [ "$program" != chromium ] || say "Or leave the browser tests out: make test BROWSER=no"
        [ "$program" != node ] || say "(Debian 12 has an older Node; there, install a newer one from its makers.)"
        exit 1
    }
done
