import duckdb

con = duckdb.connect("containers.duckdb", read_only=True)
QUERY = """
SELECT c.container_id, c.hs_code, c.country_of_manufacture, c.port_of_loading, c.destination,
       CASE WHEN c.hs_code LIKE '24%' THEN 3 ELSE 0 END
     + CASE WHEN c.gross_weight > 1.1 * c.declared_weight THEN 4 ELSE 0 END AS container_risk_score
FROM containers c
WHERE c.arrival_date >= DATE '2026-01-01'
"""
scored = con.sql(QUERY).df()
chosen = scored[scored["container_risk_score"] >= 4]
chosen.to_csv("out/inspect_containers.csv", index=False)
