#!/usr/bin/env bash
# Installs what ws.mjs and bun.mjs run with from npm, pinned, under peers/target/npm. Does nothing when it is there.
set -euo pipefail

ws=8.23.0
bun=1.4.5

if [[ $# -gt 1 || ${1:-ws} != @(ws|bun) ]]; then
  echo "usage: peers/js/install.sh [ws|bun]     both when none is named" >&2
  exit 2
fi

folder=$(cd "$(dirname "$0")/.." && pwd)/target/npm

fail() {
  echo "peers: $*" >&2
  exit 1
}

# npm_install NAME VERSION: into a folder of its own, for npm removes what it is not asked for.
npm_install() {
  command -v npm >/dev/null || fail "$1 could not be installed: npm is missing, install Node.js"
  # Without its scripts, that of bun would download: the program lies in a package for each platform.
  npm install --silent --no-save --no-package-lock --ignore-scripts --prefix "$folder/$1-$2" "$1@$2" >&2 ||
    fail "$1 $2 could not be installed from npm"
}

have_ws() {
  [[ -f $folder/ws-$ws/node_modules/ws/package.json ]] || npm_install ws "$ws"
  ln -sfn "ws-$ws" "$folder/ws"
}

# Of the packages for this platform, such as those for glibc and for musl, the one that runs.
have_bun() {
  local program
  [[ $("$folder/bun" --version 2>/dev/null) == "$bun" ]] && return
  npm_install bun "$bun"
  for program in "$folder/bun-$bun"/node_modules/@oven/bun-*/bin/bun; do
    if [[ $("$program" --version 2>/dev/null) == "$bun" ]]; then
      ln -sfn "${program#"$folder/"}" "$folder/bun"
      return
    fi
  done
  fail "bun $bun does not run here: npm has no package of it for this platform"
}

mkdir -p "$folder"
for peer in ${1:-ws bun}; do
  "have_$peer"
done
