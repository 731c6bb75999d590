CREATE OR REPLACE TABLE `toezicht.uitkomst` AS
SELECT aanvraag_id, predicted_fraude
FROM ML.PREDICT(MODEL `toezicht.fraude_model`, (
  SELECT aanvraag_id, leeftijd, IF(nationality = 'NL', 0, 1) AS foreign_national, aantal_toeslagen
  FROM `toezicht.kenmerken`
));
