#!/usr/bin/env bash
# Runs one benchmark and prints, last, a line: RESULT NAME ours=<n> floor=<n> [peer=<n>] unit=<u>
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat >&2 <<'NAMES'
usage: benchmarks/run.sh NAME
  pipeline-memory
  queue-memory
  redis [throughput|latency|memory]
  smtp
  apns [--memory]
  fcm
  twilio
  sendgrid
  jmh [regex]
NAMES
  exit 2
}

package=dev.notifykit.benchmarks
options=()
case "${1:-}" in
  pipeline-memory) main=$package.PipelineMemory; options=(-Xms2g -Xmx2g) ;;
  queue-memory) main=$package.QueueMemory; options=(-Xmx1g) ;;
  redis) main=$package.RedisBenchmark; options=(-Xms1g -Xmx1g) ;;
  smtp) main=$package.Smtp; options=(-Xmx1g) ;;
  apns) main=$package.Apns; options=(-Xmx1g) ;;
  fcm) main=$package.Fcm; options=(-Xmx1g) ;;
  twilio) main=$package.Twilio; options=(-Xmx1g) ;;
  sendgrid) main=$package.SendGrid; options=(-Xmx1g) ;;
  jmh) main=org.openjdk.jmh.Main ;;
  *) usage ;;
esac
shift

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mvn -q -B -Dquick -pl benchmarks -am package
exec "$java" ${options[@]+"${options[@]}"} \
  -cp "benchmarks/target/quick/classes:$(cat benchmarks/target/quick/classpath)" "$main" "$@"
