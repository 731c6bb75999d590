#!/bin/sh
# Scan the example ministry, trace its code, and say where the reports are, in the language of LANG.
#
# doorlicht ends with 1 if it found something and adds 2 if something could not be read or followed.
# The example has both, on purpose: 3 is what is expected here. Anything else is a fault.
set -u
cd "$(dirname "$0")/.."

out=out/demo
mkdir -p "$out"

expect_3() {
    [ "$2" -eq 3 ] && return
    echo "make demo: the $1 ended with $2, and 3 was expected (found, and not all could be read)" >&2
    exit 1
}

.venv/bin/doorlicht scan examples/ministry/estate.yaml \
    --register "$out/register.sqlite" --json "$out/findings.json" --report "$out/report.html"
expect_3 scan $?
echo
.venv/bin/doorlicht trace examples/ministry/estate.yaml \
    --register "$out/register.sqlite" --json "$out/trace.json" --report "$out/trace.html"
expect_3 trace $?
