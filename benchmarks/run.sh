#!/usr/bin/env bash
# Runs one benchmark and prints, last, a line: RESULT NAME ours=<n> floor=<n> [peer=<n>] unit=<u>
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat >&2 <<'NAMES'
usage: benchmarks/run.sh NAME
  pipeline-memory
  queue-memory
  jdbc-postgres
  jdbc-h2
  jdbc-latency [postgres|h2]
  jdbc-flat
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
  jdbc-postgres | jdbc-h2)
    # DATA names another place for the database's files, such as one on a tmpfs.
    main=$package.JdbcThroughput
    options=(-Xmx2g ${DATA:+-Ddata="$DATA"} ${DELIVERIES:+-Ddeliveries="$DELIVERIES"} ${ROUNDS:+-Drounds="$ROUNDS"})
    set -- "$1" "${1#jdbc-}" "${@:2}"
    ;;
  jdbc-latency)
    main=$package.JdbcLatency
    options=(-Xmx1g ${DATA:+-Ddata="$DATA"})
    set -- "$1" "${2:-postgres}"
    ;;
  jdbc-flat)
    # LOG and BACKLOG name other sizes than 10,000,000 and 1,000,000.
    main=$package.JdbcFlat
    options=(-Xmx1g ${DATA:+-Ddata="$DATA"} ${LOG:+-Dlog="$LOG"} ${BACKLOG:+-Dbacklog="$BACKLOG"})
    ;;
  jmh) main=org.openjdk.jmh.Main ;;
  *) usage ;;
esac
shift

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mvn -q -B -Dquick -pl benchmarks -am package
exec "$java" ${options[@]+"${options[@]}"} \
  -cp "benchmarks/target/quick/classes:$(cat benchmarks/target/quick/classpath)" "$main" "$@"
