CREATE VIEW risico.v_bijstand AS
SELECT k.klant_id,
       k.leeftijd,
       CASE WHEN k.geboorteland = 'Nederland' THEN 0 ELSE 1 END AS buitenland,
       k.onrechtmatig
FROM dwh.klant k
WHERE k.actief = 1;
