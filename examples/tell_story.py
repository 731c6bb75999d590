"""Tell the history of the example ministry by the commands that its people ran.

    python examples/tell_story.py --out out/demo

``ministry/story.yaml`` has the chapters. Each command is one of ``doorlicht``, run in this process
as from a shell; it must end with the exit code that the story says, or the telling stops.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import re
import runpy
import shlex
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import patch

import yaml

from doorlicht.assessment import load_framework
from doorlicht.cli.main import chosen_language, main
from doorlicht.evidence import verify_bundle
from doorlicht.language import Language
from doorlicht.vocabulary import load_vocabulary

EXAMPLE: Final = Path(__file__).parent / "ministry"
DEMO: Final = EXAMPLE.parent.parent.resolve() / "out" / "demo"

FORMS: Final = ("html", "pdf", "docx", "odt")
LANGUAGES: Final = ("nl", "en")

PASSPHRASE: Final = "a key for a demonstration only"  # noqa: S105 (of no secret)
"""Of the key that the demonstration makes and that nothing else is signed with."""

REFUSED: Final = 64
"""From this exit code on a command did nothing."""

MEASURE_STEPS: Final = ("accepted", "started", "done", "verified")
WIDTH: Final = 96
"""Of what is shown; commands are run on a wider screen, so that nothing of theirs is broken."""


class StoryError(Exception):
    """A command that did not end as the story says."""


@dataclass
class Teller:
    """Runs the commands of a story, and shows what the story wants to be seen.

    Attributes
    ----------
    forms, languages
        Of the documents that are made; all of them, unless a test needs less.
    quiet
        Whether nothing is shown.
    """

    out: Path
    inquiry: Path = EXAMPLE / "inquiry.yaml"
    language: str = "en"
    forms: Sequence[str] = FORMS
    languages: Sequence[str] = LANGUAGES
    quiet: bool = False
    story: Mapping[str, Any] = field(default_factory=dict[str, Any])
    named: dict[str, str] = field(default_factory=dict[str, str])

    def tell(self) -> None:
        """Tell all chapters, from the first to the last.

        Raises
        ------
        StoryError
            If a command ends otherwise than the story says.
        """
        self.story = yaml.safe_load((EXAMPLE / "story.yaml").read_text("utf-8"))
        self.out.mkdir(parents=True, exist_ok=True)
        keys = self.out / "key"
        keys.mkdir(mode=0o700, exist_ok=True)
        settings = {
            "DOORLICHT_REGISTER": str(self.out / "register.sqlite"),
            "DOORLICHT_PASSPHRASE": PASSPHRASE,
            "DOORLICHT_LANG": self.language,
        }
        with patch.dict(os.environ, settings):
            for number, chapter in enumerate(self.story["chapters"], 1):
                self._say(f"\n{number}. {chapter['title'][self.language]}")
                for line in textwrap.wrap(chapter["text"][self.language], WIDTH):
                    self._say(f"   {line}")
                for one in chapter["do"]:
                    self._do(one)
            self._places()

    def _places(self) -> None:
        """Say where everything is.

        Raises
        ------
        StoryError
            If something that the story names was not made.
        """
        self._say("")
        here = os.path.relpath(self.out)
        for one in self.story["places"]:
            path = self.out / one["path"]
            is_wanted = path.suffix[1:] in self.forms or path.suffix[1:] not in FORMS
            if is_wanted and not path.exists():
                raise StoryError(f"{path} was not made")
            self._say(f"   {here}/{one['path']:30}  {one[self.language]}")

    def run(self, *arguments: str, by: str = "leader", ends: int | None = 0) -> str:
        """Run a command in somebody's name, and return what it said.

        Parameters
        ----------
        ends
            The exit code that it must have; nothing: any that is no error.
        """
        said = io.StringIO()
        environment = {"DOORLICHT_BY": self.story["people"].get(by, by), "COLUMNS": "500"}
        with (
            patch.dict(os.environ, environment),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            try:
                main(list(arguments))
            except SystemExit as end:
                code = int(end.code or 0)
        if code != ends and not (ends is None and code < 4):
            raise StoryError(f"{shlex.join(arguments)}\nended with {code}:\n{said.getvalue()}")
        return said.getvalue()

    def _do(self, one: str | Mapping[str, Any]) -> None:
        if isinstance(one, str):
            if one == "confirm":
                self._confirm()
            else:
                self.run(*self._words(one))
        elif "run" in one:
            self._run(one)
        else:
            ((kind, given),) = one.items()
            getattr(self, f"_{kind}")(given)

    def _words(self, command: str) -> list[str]:
        places = {
            "{example}/inquiry.yaml": str(self.inquiry),
            "{example}": str(EXAMPLE),
            "{out}/demo.key": str(self.out / "key/demo.key"),
            "{out}": str(self.out),
            **{f"{{{name}}}": value for name, value in self.named.items()},
        }
        words = shlex.split(command)
        for place, meant in places.items():
            words = [word.replace(place, meant) for word in words]
        return words

    def _run(self, one: Mapping[str, Any]) -> None:
        words = self._words(one["run"])
        by = one.get("by", "leader")
        # Showing what there is ends with 1 where something is late: that is the story as well.
        said = self.run(*words, by=by, ends=one.get("ends", None if one.get("show") else 0))
        if words[:2] == ["key", "create"]:
            self._keep_public_key(said)
        if "as" in one:
            self.named[one["as"]] = _first(r"\bAF-\w+", said)
        if "show" not in one:
            return
        self._command(one["run"].replace("{example}/", "examples/ministry/"))
        lines = [line for line in said.splitlines() if line.strip()]
        if one.get("ends", 0) >= REFUSED:
            several = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
            lines = several or lines[:1]
        for line in lines[: one["show"]]:
            self._shown(line)

    def _command(self, command: str) -> None:
        shown = f"$ doorlicht {command.replace('{out}/', '')}"
        for part in textwrap.wrap(shown, WIDTH, break_long_words=False, subsequent_indent="    "):
            self._say(f"   {part}")

    def _shown(self, line: str) -> None:
        """Show a line that a command said, without the folder that all is written to."""
        bare = line.rstrip().replace(f"{self.out}{os.sep}", "")
        if re.search(r"\S {3,}\S", bare):
            # A row of a table: broken, its columns could not be read.
            self._say(f"     {bare}")
            return
        for part in textwrap.wrap(bare, WIDTH, break_long_words=False, replace_whitespace=False,
                                  drop_whitespace=False, subsequent_indent="  "):  # fmt: skip
            self._say(f"     {part.rstrip()}")

    def _keep_public_key(self, said: str) -> None:
        public = _first(r"doorlicht/\S+", said)
        (self.out / "demo.pub").write_text(public + "\n", "utf-8")

    def _uses(self, *options: str) -> list[dict[str, Any]]:
        return json.loads(self.run("uses", "--json", "-", *options))["uses"]

    def _confirm(self) -> None:
        """Confirm every use that was proposed, in the name of whoever knows the unit."""
        proposed = self._uses("--status", "proposed")
        for one in proposed:
            self.run("uses", "confirm", one["id"], "--unit", one["unit"] or "handhaving")
        self._say(f"   {len(proposed)} x doorlicht uses confirm")

    def _judge(self, given: Mapping[str, Any]) -> None:
        chosen = [
            one for one in self._uses()
            if one["concept"] in given["concepts"] and one["processing"] == given["processing"]
        ]  # fmt: skip
        if len(chosen) != len(given["concepts"]):
            raise StoryError(f"not found: {given['concepts']} in {given['processing']}")
        for one in chosen:
            self._judge_use(one["id"], given)
        language = cast("Language", self.language)
        concepts = load_vocabulary().concepts
        names = ", ".join(concepts[one].name[language] for one in given["concepts"])
        verdict = load_framework("motion-21").outcomes[given["verdict"]].label[language]
        self._say(f"   {names} · {given['processing']} → {verdict}")

    def _judge_use(self, use: str, given: Mapping[str, Any]) -> None:
        details = [
            word
            for name in ("role", "unit", "purpose", "since", "until")
            if name in given
            for word in (f"--{name}", str(given[name]))
        ]
        self.run("uses", "confirm", use, *details)
        facts = EXAMPLE / f"oordelen/{given['facts']}.yaml"
        said = self.run("assess", use, "--facts", str(facts), "--no-ask", "--json", "-", by="first")
        assessment = json.loads(said[said.index("{") :])
        name, verdict = assessment["id"], given["verdict"]
        if assessment["verdict"] != verdict:
            raise StoryError(f"{use}: {assessment['verdict']}, and the story says {verdict}")
        for capacity in ("first", "second"):
            self.run("review", name, "--as", capacity, "--verdict", verdict, by=capacity)
        for code in assessment["lawyer"]:
            self.run("review", name, "--as", "lawyer", "--question", code,
                     "--verdict", verdict, by="lawyer")  # fmt: skip
        self.run("review", name, "--as", "controller", "--verdict", verdict, by="controller")
        if "measures" in given:
            self.run("measures", "propose", name)
            self._carry_out(use, given["measures"])

    def _carry_out(self, use: str, wanted: Mapping[str, str]) -> None:
        made = json.loads(self.run("measures", "--use", use, "--json", "-", ends=None))["measures"]
        by_consequence = {one["consequence"]: one["id"] for one in made}
        for consequence, last in wanted.items():
            for step in MEASURE_STEPS[: MEASURE_STEPS.index(last) + 1]:
                words = ["measures", "set", by_consequence[consequence], step]
                if step == "accepted":
                    words += ["--owner", self.story["people"]["doer"], "--due", "2027-03-01"]
                if step == "done":
                    words += ["--proof", "verslag van de uitvoering"]
                self.run(*words, by="verifier" if step == "verified" else "doer")

    def _answer(self, given: Mapping[str, Any]) -> None:
        file = EXAMPLE / f"oordelen/{given['file']}.yaml"
        answers = yaml.safe_load(file.read_text("utf-8"))["answers"]
        change = ("questions", "answer-state", given["set"])
        for number, text in answers.items():
            owner = self.story["people"]["drafter"]
            self.run(*change, str(number), "assigned", "--unit", "vbz", "--owner", owner)
            self.run(*change, str(number), "drafted", "--answer", text, by="drafter")
            self.run(*change, str(number), "checked", by="checker")
            self.run(*change, str(number), "approved", by="checker")
        self.run("questions", "send", given["set"], "--letter", given["letter"],
                 "--on", str(given["sent"]))  # fmt: skip
        self._say(f"   {len(answers)} x doorlicht questions answer-state, questions send")

    def _sample(self, given: Mapping[str, Any]) -> None:
        """Draw columns, and judge each by what the makers of the example know of it."""
        said = self.run("sample", "freeze", "clean-columns", "--strata", "source",
                        "--size", str(given["size"]), by="auditor")  # fmt: skip
        name = _first(r"\bSA-\w+", said)
        secret, form = self.out / "key/secret.txt", self.out / "sample.csv"
        self.run("sample", "commit", name, "--new-secret", str(secret), by="auditor")
        key = str(self.out / "key/demo.key")
        self.run("checkpoint", "make", "-o", str(self.out / "checkpoint-0.txt"), "--key-file", key)
        self.run("sample", "draw", name, "--secret-file", str(secret), "--form", str(form),
                 by="auditor")  # fmt: skip
        _fill_in(form)
        self.run("sample", "judge", name, str(form), by="auditor")
        said = self.run("sample", "result", name, by="auditor", ends=None)
        self._command("sample result")
        self._shown(next(line for line in said.splitlines() if "95" in line))

    def _documents(self, given: Mapping[str, Any]) -> None:
        """Make each document in each language and form; who signs one off signs all its forms."""
        kinds, signed = given["kinds"], given["signed"]
        day = ["--on", str(given["on"])] if "on" in given else []
        (self.out / "inquiry").mkdir(exist_ok=True)
        for kind in kinds:
            for language in self.languages:
                for form in self.forms:
                    path = self.out / f"inquiry/{kind}.{language}.{form}"
                    words = ["document", kind, "-o", str(path), "--lang", language, *day]
                    if kind in signed and form == self.forms[0]:
                        words.append("--sign-off")
                    self.run(*words)
        forms = f"{'+'.join(self.languages)}, {', '.join(self.forms)}"
        sign_off = f"; --sign-off: {', '.join(signed)}" if signed else ""
        self._say(f"   doorlicht document {', '.join(kinds)}: {forms}{sign_off}")

    def _verify(self, given: Mapping[str, str]) -> None:
        bundle, checkpoint, key = (
            str(self.out / given[name]) for name in ("bundle", "checkpoint", "key")
        )
        public = Path(key).read_text("utf-8").strip()
        said = self.run("verify", bundle, "--key", public, "--checkpoint", checkpoint)
        self._command("verify bundle.zip --key … --checkpoint …")
        self._shown(said.strip().splitlines()[-1])
        other = _independent(bundle, "--key", public, "--checkpoint", checkpoint)
        self._say("   $ python verify_bundle.py bundle.zip --key … --checkpoint …")
        self._shown(other.strip().splitlines()[-1])

    def _say(self, line: str) -> None:
        if not self.quiet:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def _independent(*arguments: str) -> str:
    """Run the verifier that shares no code with doorlicht, and return what it said."""
    said = io.StringIO()
    given = [str(verify_bundle.__file__), *arguments]
    with patch.object(sys, "argv", given), contextlib.redirect_stdout(said):
        try:
            runpy.run_path(given[0], run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise StoryError(f"verify_bundle.py ended with {end.code}: {said}") from None
    return said.getvalue()


def _fill_in(form: Path) -> None:
    """Fill in a form as somebody who knows the estate: ``expected.yaml`` says what is in it."""
    there = _columns_of_origin()
    with form.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    for row in rows:
        _, source, place = row[0].split(":", 2)
        table, _, column = place.rpartition("#")
        name = column.partition(":")[2]
        row[2] = "wrong" if (source, table, name) in there else "right"
    with form.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([head, *rows])


def _columns_of_origin() -> set[tuple[str, str, str]]:
    """Return source, table and column of all that a correct scan finds; no mere names."""
    estate = yaml.safe_load((EXAMPLE / "estate.yaml").read_text("utf-8"))
    sources = {Path(one["location"]).name: one["id"] for one in estate["sources"]}
    expected = yaml.safe_load((EXAMPLE / "expected.yaml").read_text("utf-8"))["tables"]
    found: set[tuple[str, str, str]] = set()
    for one in expected:
        folder, _, table = one["table"].partition("/")
        for column, (_, kind) in one.get("find", {}).items():
            if kind != "proxy":
                found.add((sources[folder], table, column))
    return found


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise StoryError(f"nothing like {pattern} in:\n{text}")
    return found.group()


def in_another_folder(out: Path) -> Path:
    """Return a copy of the inquiry, with its register and pages in another folder."""
    told: dict[str, Any] = yaml.safe_load((EXAMPLE / "inquiry.yaml").read_text("utf-8"))
    told["estate"] = str(EXAMPLE.resolve() / told["estate"])
    told["dossier"] = [str(EXAMPLE.resolve() / one) for one in told["dossier"]]
    told["register"], told["reports"] = str(out / "register.sqlite"), str(out / "inquiry")
    for audit in told["audits"]:
        for key in {"decisions", "model", "data"} & set(audit):
            audit[key] = str(EXAMPLE.resolve() / audit[key])
    out.mkdir(parents=True, exist_ok=True)
    (out / "inquiry.yaml").write_text(yaml.safe_dump(told), "utf-8")
    return out / "inquiry.yaml"


def told() -> None:
    """Tell the story into the folder that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    out = parser.parse_args().out.resolve()
    # The file of the example writes to the folder of `make demo`; another one needs its own.
    inquiry = EXAMPLE / "inquiry.yaml" if out == DEMO else in_another_folder(out)
    Teller(out, inquiry=inquiry, language=chosen_language([], os.environ)).tell()


if __name__ == "__main__":
    told()
