#!/bin/sh
# Scan the example ministry, trace its code, audit its risk model and whom it chose, run all of that as
# an inquiry, verify the log of the register, and say where the reports are, in the language of LANG.
#
# doorlicht ends with 1 if it found something and adds 2 if something could not be read or followed.
# The estate has both, on purpose: 3 is what is expected of it. What is audited can all be read, and
# groups differ in it: 1. Anything else is a fault.
set -u
cd "$(dirname "$0")/.."

out=out/demo
mkdir -p "$out"

expect() {
    [ "$3" -eq "$1" ] && return
    echo "make demo: the $2 ended with $3, and $1 was expected" >&2
    exit 1
}

.venv/bin/doorlicht scan examples/ministry/estate.yaml \
    --register "$out/register.sqlite" --json "$out/findings.json" --report "$out/report.html"
expect 3 scan $?
echo
.venv/bin/doorlicht trace examples/ministry/estate.yaml \
    --register "$out/register.sqlite" --json "$out/trace.json" --report "$out/trace.html"
expect 3 trace $?
echo
reviews=examples/ministry/heronderzoek_2025
.venv/bin/doorlicht audit "$reviews/heronderzoeken.csv" --selected gekozen --group nationaliteit \
    --outcome onrechtmatig --sampled loting --register "$out/register.sqlite" \
    --json "$out/decisions.json" --report "$out/decisions.html"
expect 1 "audit of decisions" $?
echo
.venv/bin/doorlicht audit "$reviews/risicomodel.pmml" --data "$reviews/heronderzoeken.csv" \
    --group nationaliteit --outcome onrechtmatig --sampled loting --threshold 0.5 \
    --register "$out/register.sqlite" --json "$out/model.json" --report "$out/model.html"
expect 1 "audit of the model" $?
echo
.venv/bin/doorlicht run examples/ministry/inquiry.yaml
expect 3 inquiry $?
echo
.venv/bin/doorlicht log verify --register "$out/register.sqlite"
expect 0 "verification of the log" $?
