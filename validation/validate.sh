#!/usr/bin/env bash
# Runs every layer of validation, one after the other, whatever came of those before, and prints a table.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$home/validation/target/validate

usage() {
  cat <<'END'
usage: ./zws validate [--quick] [LAYER...]

Runs every layer of validation and prints a table; exits with 0 when all have passed, with 1 when one has not.

  tests       mvn verify: the tests of all modules, seeds of the fuzz targets, static checks
  properties  20,000 random conversations against the reference (--quick: those of the tests)
  fuzz        a million inputs for each target, and on while they find new edges (--quick: some seconds)
  hostile     rules broken over raw sockets (--quick: smaller floods)
  interop     the programs of other libraries (--quick: fewer cases)
  soak        long-lived connections (--quick: 16 of them, 5 s of each kind)
  gates       coverage, mutations, Java 21 (--quick: coverage)

What each prints lies in validation/target/validate. docs/testing.md says what each proves, and how long it takes.
END
}

quick=
layers=()
for argument; do
  case $argument in
    --quick) quick=--quick ;;
    -h | --help) usage && exit ;;
    tests | properties | fuzz | hostile | interop | soak | gates) layers+=("$argument") ;;
    *) echo "zws: validate knows no $argument" >&2 && usage >&2 && exit 2 ;;
  esac
done
[[ ${#layers[@]} -gt 0 ]] || layers=(tests properties fuzz hostile interop soak gates)

layer() {
  case $1 in
    tests) mvn -B -ntp verify ;;
    properties) mvn -B -ntp -Pquick -pl core test -Dtest=ConversationTest -Dzws.conversations=20000 -Dzws.conversation.seed=2000 ;;
    *) ./zws "$1" ${quick:+"$quick"} ;;
  esac
}

# What the table says of a layer: a line of what it printed.
figure() {
  local log=$logs/$1.log
  case $1 in
    tests | properties)
      awk '/Tests run:.*Time elapsed/ { next } /Tests run:/ { gsub(/\033\[[0-9;]*m/, "")
          for (i = 1; i < NF; i++) if ($i == "run:") run += $(i + 1); else if ($i == "Skipped:") skipped += $(i + 1) }
        END { printf "%d tests, %d skipped", run, skipped }' "$log"
      ;;
    fuzz) awk '$2 ~ /^[0-9,]+$/ { n++; gsub(",", "", $2); inputs += $2 } END { printf "%d targets, %d inputs", n, inputs }' "$log" ;;
    soak) grep -c 'result=passed' "$log" | sed 's/$/ runs passed/' ;;
    hostile) grep -E '^[0-9]+ rules' "$log" | tail -n 1 ;;
    *) sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -v '^ *$' | tail -n 1 | cut -c1-80 ;;
  esac || true
}

cd "$home"
mkdir -p "$logs"
failed=0
table=$(printf '%-12s %-7s %6s  %s' layer result s '')
for name in "${layers[@]}"; do
  if [[ $quick && $name == properties ]]; then
    table+=$'\n'$(printf '%-12s %-7s %6s  %s' properties - - 'within tests')
    continue
  fi
  echo "== $name ..."
  begun=$SECONDS
  if layer "$name" >"$logs/$name.log" 2>&1; then
    result=passed
  else
    result=FAILED
    failed=1
    tail -n 60 "$logs/$name.log"
  fi
  line=$(printf '%-12s %-7s %6d  %s' "$name" "$result" $((SECONDS - begun)) "$(figure "$name")")
  echo "$line"
  table+=$'\n'$line
done
echo
echo "$table"
echo
if [[ $failed == 0 ]]; then echo "all passed, in $SECONDS s"; else echo "NOT all passed, in $SECONDS s"; fi
exit $failed
