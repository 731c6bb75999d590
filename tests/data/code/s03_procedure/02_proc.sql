CREATE PROCEDURE dbo.maak_controlelijst AS
BEGIN
  SELECT v.aanvraag_id, v.Bedrag
  INTO #kandidaten
  FROM dbo.v_aanvrager v
  WHERE v.NatCode IN (52, 41) AND v.Bedrag > 5000;

  INSERT INTO dbo.Controlelijst (aanvraag_id, bedrag)
  SELECT aanvraag_id, Bedrag FROM #kandidaten;
END;
