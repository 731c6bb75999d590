CREATE TABLE risico.score AS
SELECT k.klant_id,
       CASE WHEN k.leeftijd < 27 THEN 2 ELSE 0 END
     + CASE WHEN k.voorkeurstaal <> 'NL' THEN 3 ELSE 0 END AS risicoscore
FROM bron.klant k;

UPDATE risico.score s SET risicoscore = 10
FROM bron.klant k
WHERE k.klant_id = s.klant_id AND k.geboorteplaats = 'Paramaribo';
