#!/usr/bin/env bash
# The gates: branch coverage, mutation score and the tests on Java 21, of core. Exits with 1 when one of them fails.
set -euo pipefail

least=85
home=$(cd "$(dirname "$0")/../.." && pwd)
core=$home/core
logs=$core/target/gates
failed=0

usage() {
  sed -n '2s/^# //p' "$0"
  echo "usage: ./zws gates [--quick]"
  echo "  --quick   what the last build's report says of coverage, and the tests of defaults, arrows and the public API"
}

# row GATE FIGURE LIMIT STATUS: a line of the table; a STATUS other than 0 is a failure.
row() {
  local verdict=ok
  [[ $4 == 0 ]] || verdict=FAILED failed=1
  printf '%-14s %-44s %-30s %s\n' "$1" "$2" "$3" "$verdict"
}

# build NAME ARGUMENT...: runs Maven; its output is in a log, and shown when it fails.
build() {
  local log=$logs/$1
  shift
  mvn -B -ntp -f "$home/pom.xml" -pl core "$@" </dev/null >"$log" 2>&1 && return
  grep -a -E 'ERROR|FAIL' "$log" | head -n 20 >&2
  echo "gates: all output is in ${log#"$home/"}" >&2
  return 1
}

# Branches missed and all, of JaCoCo's report.
branches() {
  awk -F, 'NR > 1 { missed += $6; all += $6 + $7 } END { printf "%d of %d branches missed", missed, all }' \
    "$core/target/site/jacoco/jacoco.csv"
}

# Of PIT's reports together: mutants found of all, and the score. Fails below the limit, and when one of the reports is missing.
mutants() {
  local reports=("$core"/target/pit-reports/{protocol,threads}/mutations.xml)
  [[ -f ${reports[0]} && -f ${reports[1]} ]] || { echo "no report" && return 1; }
  local all found
  all=$(grep -a -o '<mutation ' "${reports[@]}" | wc -l)
  found=$(grep -a -o "<mutation detected='true'" "${reports[@]}" | wc -l)
  awk -v all="$all" -v found="$found" -v least="$least" 'BEGIN {
    printf "%d of %d mutants found, %.1f %%\n", found, all, all ? 100 * found / all : 0
    exit all == 0 || 100 * found / all < least
  }'
}

case ${1:-} in
  --help) usage && exit ;;
  --quick | '') ;;
  *) usage >&2 && exit 2 ;;
esac
command -v mvn >/dev/null || { echo "gates: Maven is missing: install Maven 3.8 or newer" >&2 && exit 1; }
mkdir -p "$logs"

printf '%-14s %-44s %-30s %s\n' gate figure limit verdict
if [[ ${1:-} == --quick ]]; then
  figure='no report: run mvn verify -pl core'
  status=1
  if [[ -f $core/target/site/jacoco/jacoco.csv ]]; then
    figure=$(branches) status=0
    build coverage -Pquick test -Dtest=CoverageGate || status=1
  fi
  row coverage "$figure" 'those in coverage-exceptions.md' "$status"
  status=0
  build rules -Pquick test -Dtest='DefaultsTest,ArrowsTest,PublicApiTest' || status=1
  row rules 'defaults, arrows, public API' 'no failure' "$status"
  echo "left out by --quick: mutation, java21; coverage is that of the last build"
  exit "$failed"
fi

status=0
rm -rf "$core/target/site/jacoco"
{ build coverage verify && build branches -Pquick test -Dtest=CoverageGate; } || status=1
figure='no report'
[[ ! -f $core/target/site/jacoco/jacoco.csv ]] || figure=$(branches)
row coverage "$figure" 'those in coverage-exceptions.md' "$status"

status=0
rm -rf "$core/target/pit-reports"
build mutation -Pquick,mutation test-compile pitest:mutationCoverage@protocol pitest:mutationCoverage@threads || status=1
figure=$(mutants) || status=1
row mutation "$figure" "$least %" "$status"

status=0
"$home/validation/gates/java21.sh" >"$logs/java21" || status=1
figure=$(sed -n 's/^java21: \(.* tests passed, .* failed\);.*/\1/p' "$logs/java21")
row java21 "${figure:-not run}" 'no failure, no pinning by zws' "$status"
exit "$failed"
