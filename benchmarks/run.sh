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
  spring-start
  jmh [regex]
NAMES
  exit 2
}

package=dev.notifykit.benchmarks
module=benchmarks output=benchmarks/target/quick
options=()
case "${1:-}" in
  pipeline-memory)
    # GC names another collector than the JVM's own choice, such as Parallel.
    main=$package.PipelineMemory
    options=(-Xms2g -Xmx2g ${GC:+-XX:+Use"$GC"GC})
    ;;
  queue-memory) main=$package.QueueMemory; options=(-Xmx1g) ;;
  redis)
    main=$package.RedisBenchmark
    options=(-Xms1g -Xmx1g ${DELIVERIES:+-Ddeliveries="$DELIVERIES"} ${ROUNDS:+-Drounds="$ROUNDS"})
    ;;
  smtp) main=$package.Smtp; options=(-Xmx1g) ;;
  apns)
    main=$package.Apns
    options=(-Xms1g -Xmx1g ${DELIVERIES:+-Ddeliveries="$DELIVERIES"} ${ROUNDS:+-Drounds="$ROUNDS"})
    ;;
  fcm)
    main=$package.Fcm
    options=(-Xmx1g ${DELIVERIES:+-Ddeliveries="$DELIVERIES"} ${ROUNDS:+-Drounds="$ROUNDS"})
    ;;
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
  spring-start)
    # A module of its own, for it wants every version to be the one that Spring Boot manages.
    module=benchmarks/spring-start output=benchmarks/spring-start/target
    main=$package.spring.SpringStart
    options=(${ROUNDS:+-Drounds="$ROUNDS"})
    ;;
  jmh) main=org.openjdk.jmh.Main ;;
  *) usage ;;
esac
shift

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mvn -q -B -Dquick -pl "$module" -am package
exec "$java" ${options[@]+"${options[@]}"} \
  -cp "$output/classes:$(cat "$output/classpath")" "$main" "$@"
