#!/usr/bin/env bash
# Compiles the echo server of uWebSockets, of which UWS_DIR names a checkout, to peers/target/uws.
set -euo pipefail

fail() {
  echo "peers: uws could not be built: $*" >&2
  exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
program=$here/../target/uws
[[ -n ${UWS_DIR:-} ]] || fail "set UWS_DIR to a checkout of uWebSockets with its submodule uSockets"
[[ -f $UWS_DIR/src/App.h && -f $UWS_DIR/uSockets/Makefile ]] ||
  fail "UWS_DIR is $UWS_DIR, which lacks src/App.h or uSockets/Makefile: update its submodules"
command -v make >/dev/null && command -v g++ >/dev/null || fail "make or g++ is missing"
[[ $program -nt $here/uws.cpp && $program -nt $UWS_DIR/src/App.h ]] && exit

mkdir -p "$here/../target"
make -C "$UWS_DIR/uSockets" >&2 || fail "make failed in $UWS_DIR/uSockets"
g++ -std=c++20 -O3 -flto=auto -march=native -I "$UWS_DIR/src" -I "$UWS_DIR/uSockets/src" \
  "$here/uws.cpp" "$UWS_DIR/uSockets/uSockets.a" -lz -o "$program" || fail "g++ failed"
