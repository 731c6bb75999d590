"""No value of a table crosses the wire: libpq writes down every message, and we look in it."""

import pytest

from doorlicht.sources.databases.postgresql import plans

pytestmark = pytest.mark.postgres

MARKERS = ("kwartelkoning", "Zwaluwstraat", "987654321", "roodborsttapuit", "1931-07-13", "8642.13",
           "grutto", "wulpennest")  # fmt: skip


@pytest.mark.parametrize("is_large", [False, True], ids=["one-pass", "several-passes"])
@pytest.mark.parametrize("settings", [{}, {"sample_rows": 50}], ids=["whole", "sample"])
def test_no_value_crosses_the_wire(database, monkeypatch, tmp_path, is_large, settings):
    if is_large:
        monkeypatch.setattr(plans, "SMALL_BYTES", 0)
    database.run(
        "CREATE TABLE mensen (naam text, adres char(30), bsn bigint, verslag text, geboren date, "
        "bedrag numeric(8,2), lijst text[], doc jsonb, land text)",
        "INSERT INTO mensen SELECT CASE n WHEN 1 THEN 'kwartelkoning' ELSE 'x' || n END, "
        "'Zwaluwstraat ' || n, 987654321, "
        "'De roodborsttapuit heeft de Marokkaanse nationaliteit en woont hier, dossier ' || n, "
        "'1931-07-13', 8642.13, ARRAY['grutto', 'Marokko'], '{\"wulpennest\": \"wulpennest\"}', "
        "'Marokko' FROM generate_series(1, 100) AS g(n)",
    )
    # A new connection, so that the journey of the vocabulary is written down too.
    database.connector.close()
    database.assets()
    connection = database.connector._open.session._connection._psycopg
    trace = tmp_path / "wire.txt"
    with trace.open("w") as file:
        connection.pgconn.trace(file.fileno())
        (asset,) = database.assets()
        found = list(
            database.connector.profiles(database.source, asset, database.request_for(**settings))
        )
        connection.pgconn.untrace()
    written = trace.read_text("utf-8", "replace")
    assert "Marokko" in written, "the vocabulary goes there"
    assert "DataRow" in written
    told = repr(found)
    assert found[0].columns[3].text_hits
    for marker in MARKERS:
        assert marker not in written
        assert marker not in told
