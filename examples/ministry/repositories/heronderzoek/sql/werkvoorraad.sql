-- Zaken die voorrang krijgen, elke nacht opnieuw.
CREATE TABLE werkvoorraad_lijst AS
SELECT s.signaal_id, s.persoon_id, s.score
FROM signalen s
JOIN personen p ON p.persoon_id = s.persoon_id
WHERE s.score >= 60
  AND p.vbt_code <> '00';
