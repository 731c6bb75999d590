CREATE OR REPLACE MODEL `toezicht.fraude_model`
OPTIONS(model_type = 'BOOSTED_TREE_CLASSIFIER', input_label_cols = ['fraude']) AS
SELECT
  leeftijd,
  IF(nationality = 'NL', 0, 1) AS foreign_national,
  aantal_toeslagen,
  fraude
FROM `toezicht.kenmerken`
WHERE peildatum < '2025-01-01';
