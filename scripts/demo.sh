#!/bin/sh
# Tell the history of the example ministry from nothing, in the language of LANG: an inquiry from its
# mandate to its closing, by the commands that its people ran. It ends with where everything is.
#
# Each command must end with the exit code that the story says; anything else stops it with an error.
set -eu
cd "$(dirname "$0")/.."

# What is there comes from an earlier demonstration, of which the register would know the story already.
rm -rf out/demo
exec .venv/bin/python examples/tell_story.py --out out/demo
