CREATE TABLE inspectie.selectie AS
SELECT pand_id, 2 * brandgevaar + ouderdom AS risicoscore
FROM inspectie.pand
WHERE oppervlakte > 100;
