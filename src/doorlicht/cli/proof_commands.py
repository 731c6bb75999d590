"""The commands of proving: key, checkpoint, bundle, verify, rerun."""

from __future__ import annotations

import click

from doorlicht.cli.menu import Day, Menu
from doorlicht.language import Language

_SIZE = click.IntRange(1)


def add_proof_commands(group: click.Group, language: Language) -> None:
    """Add the commands of proving to the group."""
    menu = Menu(language)
    group.add_command(_keys(menu))
    group.add_command(_checkpoints(menu))
    group.add_command(_bundle(menu))
    group.add_command(_verify(menu))
    group.add_command(_rerun(menu))


def _keys(menu: Menu) -> click.Group:
    key = click.Argument(["key"], metavar="K-…")
    new = [
        menu.option("--key-file", metavar="FILE", key="key_file_new"),
        menu.option("--public", metavar="FILE", key="key_public"),
        menu.option("--until", metavar="DATE", type=Day(), key="key_until"),
        menu.option("--passphrase-fd", metavar="N", type=click.IntRange(0), key="passphrase_fd"),
        *menu.writing,
    ]
    keys = menu.group(
        "key", "key", "keys:list_keys",
        [menu.option("--json", "json_file", metavar="FILE", key="json"), *menu.reading],
    )  # fmt: skip
    keys.add_command(menu.command("create", "key_create", "keys:create_key", new))
    keys.add_command(menu.command("rotate", "key_rotate", "keys:rotate_key", [key, *new]))
    reason = menu.option("--reason", metavar="TEXT", required=True)
    keys.add_command(
        menu.command("revoke", "key_revoke", "keys:revoke_key", [key, reason, *menu.writing])
    )
    keys.add_command(
        menu.command(
            "witness", "key_witness", "keys:add_witness",
            [click.Argument(["key"], metavar="NAME+ID+KEY"), *menu.writing],
        )
    )  # fmt: skip
    return keys


def signing(menu: Menu, *, with_program: bool = True) -> list[click.Parameter]:
    """Return the options by which a command is told what signs."""
    program = [menu.option("--sign-with", metavar="COMMAND", key="sign_with")]
    return [
        menu.option("--key-file", metavar="FILE", key="key_file"),
        *(program if with_program else []),
        menu.option("--passphrase-fd", metavar="N", type=click.IntRange(0), key="passphrase_fd"),
    ]


def _checkpoints(menu: Menu) -> click.Group:
    file = click.Argument(["file"], metavar="FILE")
    size = menu.option("--size", metavar="N", type=_SIZE, key="checkpoint_size")
    output = menu.option("--output", "-o", "output", metavar="FILE", key="checkpoint_output")
    old = menu.option("--from", "old", metavar="N", type=_SIZE, required=True,
                      key="checkpoint_from")  # fmt: skip
    trusted = menu.option("--trusted", metavar="FILE", required=True, key="checkpoint_trusted")
    target = menu.option("--output", "-o", "output", metavar="FILE", required=True,
                         key="checkpoint_output")  # fmt: skip
    group = menu.group(
        "checkpoint", "checkpoint", "checkpoints:list_checkpoints",
        [menu.option("--json", "json_file", metavar="FILE", key="json"), *menu.reading],
    )  # fmt: skip
    watching = [
        file,
        menu.option("--log-key", metavar="KEY", required=True, key="witness_log_key"),
        menu.option("--name", metavar="NAME", required=True, key="witness_name"),
        menu.option("--seen", metavar="FILE", required=True, key="witness_seen"),
        output, *signing(menu, with_program=False), menu.lang,
    ]  # fmt: skip
    for name, run, params in (
        ("make", "make_checkpoint", [output, *signing(menu), *menu.writing]),
        ("show", "show_checkpoint", [size, output, *menu.reading]),
        ("check", "check_checkpoint", [file, *menu.reading]),
        ("prove", "prove_growth", [old, size, output, *menu.reading]),
        ("cosigned", "add_cosignatures", [file, *menu.writing]),
        ("witness", "witness", watching),
        ("ask-time", "ask_timestamp", [size, target, *menu.reading]),
        ("timed", "add_timestamp", [file, size, trusted, *menu.writing]),
    ):
        key = f"checkpoint_{name.replace('-', '_')}"
        group.add_command(menu.command(name, key, f"checkpoints:{run}", params))
    return group


def _bundle(menu: Menu) -> click.Command:
    return menu.command(
        "bundle", "bundle", "bundle:run_bundle",
        [
            menu.option("--for", "audience", metavar="NAME", required=True, key="bundle_for"),
            menu.option("--output", "-o", "output", metavar="FILE", required=True,
                        key="bundle_output"),
            menu.option("--without", multiple=True, metavar="KIND", key="bundle_without"),
            *signing(menu), *menu.writing,
        ],
    )  # fmt: skip


def _verify(menu: Menu) -> click.Command:
    return menu.command(
        "verify", "verify", "bundle:run_verify",
        [
            click.Argument(["bundle"], metavar="BUNDLE"),
            menu.option("--key", multiple=True, metavar="KEY|FILE", key="verify_key"),
            menu.option("--checkpoint", multiple=True, metavar="FILE", key="verify_checkpoint"),
            menu.option("--trusted", metavar="FILE", key="verify_trusted"),
            menu.option("--json", "json_file", metavar="FILE", key="json"), menu.lang,
        ],
    )  # fmt: skip


def _rerun(menu: Menu) -> click.Command:
    return menu.command(
        "rerun", "rerun", "rerun:run_rerun",
        [
            click.Argument(["bundle"], metavar="BUNDLE"),
            menu.option("--what", metavar="scan|trace|audit|ID", default="scan", key="rerun_what"),
            menu.option("--source", multiple=True, metavar="[NAME=]PATH|URL", key="rerun_source"),
            menu.option("--vocabulary", multiple=True, metavar="FILE", key="rerun_vocabulary"),
            menu.option("--allow-scoring", is_flag=True, key="rerun_allow_scoring"),
            menu.option("--trust-pickle", is_flag=True, key="rerun_trust_pickle"),
            menu.option("--workers", metavar="N", type=click.IntRange(1), key="workers"),
            menu.option("--json", "json_file", metavar="FILE", key="json"), menu.lang,
        ],
    )  # fmt: skip
