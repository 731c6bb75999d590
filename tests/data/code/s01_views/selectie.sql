CREATE TABLE mart.selectie AS
SELECT bsn, 10 * niet_nl + CASE WHEN bedrag > 1000 THEN 5 ELSE 0 END AS risicoscore
FROM mart.kenmerken;
