#!/usr/bin/env bash
# Real peers: Node's ws, Python's websockets and aiohttp, and headless Chromium against the echo servers of ./zws; ./zws connect
# against servers of ws and websockets. With compression and without.
# Installs what it needs, pinned, under validation/target; a client that cannot be had is a failure by name.
set -euo pipefail

node_ws=8.23.0
python_websockets=websockets-17.4
python_aiohttp=aiohttp-3.14.5

if [[ ${1:-} == --help ]]; then
  sed -n '2,4s/^# //p' "$0"
  echo "usage: validation/clients.sh"
  exit 0
fi

here=$(cd "$(dirname "$0")" && pwd)
tools=$here/target/clients
mkdir -p "$tools"
failed=0

fail() {
  echo "clients: $*" >&2
  failed=1
}

have_node() {
  command -v node >/dev/null && command -v npm >/dev/null || { fail "Node.js is missing: install node and npm"; return 1; }
  [[ -f $tools/node-$node_ws/node_modules/ws/package.json ]] ||
    npm install --silent --no-save --no-package-lock --prefix "$tools/node-$node_ws" "ws@$node_ws" >&2 ||
    { fail "ws $node_ws could not be installed from npm"; return 1; }
}

have_python() {
  local package
  command -v python3 >/dev/null || { fail "Python is missing: install python3"; return 1; }
  for package in "$python_websockets" "$python_aiohttp"; do
    [[ -f $tools/python-$package/${package%-*}/__init__.py ]] ||
      python3 -m pip install --quiet --root-user-action=ignore --target "$tools/python-$package" "${package/-/==}" >&2 ||
      { fail "${package/-/ } could not be installed with pip"; return 1; }
  done
}

have_chromium() {
  command -v node >/dev/null || { fail "Node.js is missing: install node"; return 1; }
  command -v "${CHROMIUM:-chromium}" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "clients: installing Debian's chromium ..." >&2
    { apt-get update && apt-get install -y --no-install-recommends chromium; } >"$tools/apt.log" 2>&1 && return
  fi
  fail "Chromium is missing: install Debian's package chromium, or name a browser in CHROMIUM"
  return 1
}

# start NAME COMMAND...: runs a server, and waits until it has said at which $url it listens; $pid is its.
start() {
  local name=$1 tries
  shift
  : >"$tools/$name.out"
  "$@" >"$tools/$name.out" 2>"$tools/$name.log" &
  pid=$!
  for ((tries = 0; tries < 600; tries++)); do
    url=$(sed -n 's/^listening on //p' "$tools/$name.out")
    [[ -z $url ]] || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill "$pid" 2>/dev/null || true
  fail "$name did not start: $(tail -n 5 "$tools/$name.log")"
  return 1
}

# stop NAME PID: ends it; what it has logged is a failure.
stop() {
  kill "$2" 2>/dev/null || true
  wait "$2" || true
  if [[ -s $tools/$1.log ]]; then
    fail "$1 logged errors:"
    cat "$tools/$1.log" >&2
  fi
}

with_node() {
  ZWS_NODE_MODULES=$tools/node-$node_ws timeout 60 node "$@" || fail "$name: node ${*##*/} failed"
}

# with_python PACKAGE ARGUMENT...
with_python() {
  PYTHONPATH=$tools/python-$1 timeout 60 python3 "${@:2}" || fail "$name: python ${*##*/} failed"
}

with_chromium() {
  timeout 90 node "$here/clients/chromium.mjs" "$1" || fail "$name: chromium failed"
}

# against NAME ARGUMENT...: starts ./zws ARGUMENT..., runs every client against it, stops it.
against() {
  local name=$1 url pid
  shift
  start "$name" "$zws" "$@" --port 0 || return 0
  echo "== $name at $url"
  if $node; then with_node "$here/clients/node-ws.mjs" "$url"; fi
  if $python; then with_python "$python_websockets" "$here/clients/python-websockets.py" "$url"; fi
  if $chromium; then with_chromium "$url"; fi
  stop "$name" "$pid"
}

# proxied NAME: puts the proxy that reads the wire before $url.
proxied() {
  start "wire-$1" node "$here/clients/wire.mjs" "$url"
}

# deflating TAKEOVER BITS ARGUMENT...: runs the clients against ./zws ARGUMENT... that compresses so. The proxy sees to it that
# this was agreed on, and that both sides compress.
deflating() {
  local name=$3-deflate-$1-$2 asked url pid server
  asked="?takeover=${1/#[pd]*/both}&window=$2"
  start "$name" "$zws" "${@:3}" --port 0 --deflate --takeover "$1" --window "$2" || return 0
  server=$pid
  echo "== $name"
  if proxied "$name"; then
    if $node; then with_node "$here/clients/deflate-ws.mjs" client "$url$asked"; fi
    if $python; then
      with_python "$python_websockets" "$here/clients/deflate.py" websockets "$url$asked"
      with_python "$python_aiohttp" "$here/clients/deflate.py" aiohttp "$url$asked"
    fi
    if [[ $1-$2 == pooled-15 ]]; then # which grants whatever a client asks for
      if $node; then with_node "$here/clients/deflate-ws.mjs" client "$url"; fi
      if $python; then with_python "$python_websockets" "$here/clients/deflate.py" websockets "$url"; fi
    fi
    if $chromium && [[ $1-$2 == none-15 || $1-$2 == pooled-9 ]]; then with_chromium "$url$asked"; fi
    stop "wire-$name" "$pid"
  fi
  stop "$name" "$server"
}

# connecting NAME TAKEOVER BITS: has ./zws connect, with compression, send lines to the echo at $url and print what comes back.
connecting() {
  "$zws" connect --deflate --takeover "$2" --window "$3" --wait 0.2 "$url?takeover=${4:-${2/#pooled/both}}&window=${5:-$3}" \
    <"$tools/lines" >"$tools/answers" 2>"$tools/connect.log" && cmp -s "$tools/lines" "$tools/answers" ||
    { fail "zws connect to $1: not what was sent, $2 $3"; cat "$tools/connect.log" >&2; return 0; }
  echo "zws connect: deflate, $2 $3"
}

# client_against NAME COMMAND...: runs ./zws connect against the server that COMMAND starts: as the client wants, then as the
# server, which COMMAND tells by two more arguments.
client_against() {
  local name=$1 takeover bits url pid server
  shift
  start "$name" "$@" || return 0
  server=$pid
  echo "== zws connect to $name"
  if proxied "$name"; then
    for takeover in none pooled; do
      for bits in 9 12 15; do connecting "$name" $takeover $bits; done
    done
    stop "wire-$name" "$pid"
  fi
  stop "$name" "$server"
  start "$name" "$@" none 9 || return 0
  server=$pid
  if proxied "$name"; then
    connecting "$name" pooled 15 none 9
    stop "wire-$name" "$pid"
  fi
  stop "$name" "$server"
}

# Small messages that resemble each other, 64 KiB, and characters of several bytes: one a line.
make_lines() {
  local i
  for i in 1 2 3 4 5 6; do
    echo "{\"id\":$i,\"type\":\"trade\",\"symbol\":\"EURUSD\",\"side\":\"buy\",\"price\":1.083$i,\"venue\":\"XETR\"}"
  done
  awk 'BEGIN { for (i = 0; i < 1000; i++) printf "{\"id\":%d,\"symbol\":\"EURUSD\",\"price\":%.4f,\"venue\":\"XETR\"},", i * 7919, i / 7; print "" }'
  for i in 1 2 3 4 5; do printf 'Grüße, 世界 😀! Grüße, 世界 😀! Grüße, 世界 😀! %s\n' "$i"; done
}

node=false python=false chromium=false
have_node && node=true
have_python && python=true
have_chromium && chromium=true

zws=$here/../zws
"$zws" --version >&2 || { echo "clients: ./zws could not be built" >&2; exit 1; }

against echo echo
against poll-echo echo --poll
against frame-echo frame-echo

deflating none 9 echo
deflating none 12 echo --poll
deflating none 15 echo
deflating pooled 9 echo --poll
deflating pooled 12 echo
deflating pooled 15 echo
deflating dedicated 15 echo --poll
deflating pooled 15 frame-echo

make_lines >"$tools/lines"
if $node; then ZWS_NODE_MODULES=$tools/node-$node_ws client_against node-ws node "$here/clients/deflate-ws.mjs" server; fi
if $python; then PYTHONPATH=$tools/python-$python_websockets client_against websockets python3 "$here/clients/deflate.py" server; fi

if [[ $failed != 0 ]]; then
  echo "clients: FAILED" >&2
  exit 1
fi
echo "clients: all passed"
