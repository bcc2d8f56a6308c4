#!/usr/bin/env bash
# Runs one fault and prints, last, a line:
#   RESULT F<n> lost=<n> unexpected=<n> duplicated=<n> inflight=<n> seed=<n>
# Exits with 1 if the fault's pass condition does not hold. See docs/reliability.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -lt 1 ]; then
  echo "usage: benchmarks/faults.sh F<n> --store postgres|mariadb|h2|redis|memory [--seed n] [--sends n]" \
    "[--kills n]" >&2
  exit 2
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mvn -q -B -Dquick -pl benchmarks -am package
exec "$java" -Xmx1g -Dfaults.dir=benchmarks/target/faults \
  -cp "benchmarks/target/quick/classes:$(cat benchmarks/target/quick/classpath)" \
  dev.notifykit.benchmarks.faults.Faults "$@"
