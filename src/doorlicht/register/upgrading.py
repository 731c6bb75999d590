"""Bringing the tables of a register up to date, by the steps in ``migrations``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic.runtime.migration import MigrationContext, RevisionStep


def known_steps() -> frozenset[str]:
    """Return the steps that this version of doorlicht knows."""
    return frozenset(step.revision for step in _script().walk_revisions())


def newest_step() -> str | None:
    """Return the last step."""
    return _script().get_current_head()


def upgrade(connection: sa.Connection, version_table: str) -> None:
    """Take every step that the tables still lack, in the transaction of the connection."""
    script = _script()

    def steps(at: tuple[str, ...], context: MigrationContext) -> list[RevisionStep]:
        del context
        # What alembic's own command does; its public form wants a file of settings and an env.py.
        return script._upgrade_revs("head", at)  # pyright: ignore[reportPrivateUsage, reportArgumentType]

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(
            connection=connection, version_table=version_table, transactional_ddl=True, fn=steps
        )
        environment.run_migrations()


def _script() -> ScriptDirectory:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    # A per cent sign has a meaning in the configuration that this goes through.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
