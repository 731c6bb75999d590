CREATE OR REPLACE FUNCTION beheer.plan_vervanging(p_jaar integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  v_totaal integer := 0;
BEGIN
  CREATE TEMP TABLE kandidaat_paal AS
  SELECT lp.paal_id, lp.wijk_paal, lp.plaatsingsjaar,
         row_number() OVER (PARTITION BY lp.wijk_paal ORDER BY lp.plaatsingsjaar) AS volgorde
  FROM beheer.lantaarnpaal lp
  WHERE lp.plaatsingsjaar < p_jaar - 30;

  INSERT INTO beheer.vervangingsplan (paal_id, jaar)
  SELECT paal_id, p_jaar FROM kandidaat_paal WHERE volgorde <= 50;
  GET DIAGNOSTICS v_totaal = ROW_COUNT;
  RETURN v_totaal;
END;
$$;
