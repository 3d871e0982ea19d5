#!/usr/bin/env bash
# Real clients against ./zws echo and the selector's: Node's ws, Python's websockets, headless Chromium.
# Installs what it needs, pinned, under validation/target; a client that cannot be had is a failure by name.
set -euo pipefail

node_ws=8.23.0
python_websockets=17.4

if [[ ${1:-} == --help ]]; then
  sed -n '2,3s/^# //p' "$0"
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
  command -v python3 >/dev/null || { fail "Python is missing: install python3"; return 1; }
  [[ -f $tools/python-$python_websockets/websockets/__init__.py ]] ||
    python3 -m pip install --quiet --root-user-action=ignore --target "$tools/python-$python_websockets" "websockets==$python_websockets" >&2 ||
    { fail "websockets $python_websockets could not be installed with pip"; return 1; }
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

# against NAME ARGUMENT...: starts ./zws ARGUMENT..., runs every client against it, stops it.
against() {
  local name=$1 url='' line
  shift
  coproc SERVER { exec "$here/../zws" "$@" --port 0 2>"$tools/$name.log"; }
  local pid=$SERVER_PID
  if read -r -t 300 line <&"${SERVER[0]}"; then url=${line#listening on }; fi
  if [[ $url != ws://* ]]; then
    fail "$name did not start: $(tail -n 5 "$tools/$name.log")"
    return
  fi
  echo "== $name at $url"
  if $node; then ZWS_NODE_MODULES=$tools/node-$node_ws timeout 60 node "$here/clients/node-ws.mjs" "$url" || fail "$name: node ws failed"; fi
  if $python; then PYTHONPATH=$tools/python-$python_websockets timeout 60 python3 "$here/clients/python-websockets.py" "$url" ||
    fail "$name: python websockets failed"; fi
  if $chromium; then timeout 90 node "$here/clients/chromium.mjs" "$url" || fail "$name: chromium failed"; fi
  kill "$pid" 2>/dev/null || true
  wait "$pid" || true
  if [[ -s $tools/$name.log ]]; then
    fail "$name logged errors:"
    cat "$tools/$name.log" >&2
  fi
}

node=false python=false chromium=false
have_node && node=true
have_python && python=true
have_chromium && chromium=true

"$here/../zws" --version >&2 || { echo "clients: ./zws could not be built" >&2; exit 1; }

against echo echo
against poll-echo echo --poll
against frame-echo frame-echo

if [[ $failed != 0 ]]; then
  echo "clients: FAILED" >&2
  exit 1
fi
echo "clients: all passed"
