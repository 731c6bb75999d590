CREATE OR REPLACE PROCEDURE zorg.weeg_clienten()
LANGUAGE plpgsql AS $$
DECLARE
  c record;
  v_punten integer;
BEGIN
  FOR c IN SELECT client_id, nationaliteit, leeftijd FROM zorg.client LOOP
    v_punten := 0;
    IF c.leeftijd < 27 THEN
      v_punten := v_punten + 1;
    END IF;
    IF c.nationaliteit <> 'NL' THEN
      v_punten := v_punten + 4;
    END IF;
    INSERT INTO zorg.score (client_id, risicoscore) VALUES (c.client_id, v_punten);
  END LOOP;
END;
$$;
