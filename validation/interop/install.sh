#!/usr/bin/env bash
# Installs what a program of ./zws interop runs with, pinned, under validation/target/interop. Does nothing when it is there.
set -euo pipefail

websockets=17.4
aiohttp=3.14.5

folder=$(cd "$(dirname "$0")/.." && pwd)/target/interop

fail() {
  echo "interop: $*" >&2
  exit 1
}

have_node() {
  command -v node >/dev/null || fail "Node.js is missing: install node"
}

# have_package NAME VERSION: a Python package, into a folder of its own.
have_package() {
  command -v python3 >/dev/null || fail "Python is missing: install python3"
  [[ -f $folder/$1-$2/$1/__init__.py ]] ||
    python3 -m pip install --quiet --root-user-action=ignore --target "$folder/$1-$2" "$1==$2" >&2 ||
    fail "$1 $2 could not be installed with pip"
  ln -sfn "$1-$2" "$folder/$1"
}

have_chromium() {
  have_node
  command -v "${CHROMIUM:-chromium}" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "interop: installing Debian's chromium ..." >&2
    { apt-get update && apt-get install -y --no-install-recommends chromium; } >"$folder/apt.log" 2>&1 && return
  fi
  fail "Chromium is missing: install Debian's package chromium, or name a browser in CHROMIUM"
}

mkdir -p "$folder"
case ${1:-} in
  websockets) have_package websockets "$websockets" ;;
  aiohttp) have_package aiohttp "$aiohttp" ;;
  chromium) have_chromium ;;
  *)
    echo "usage: validation/interop/install.sh websockets|aiohttp|chromium" >&2
    exit 2
    ;;
esac
