CREATE FUNCTION zorg.naar_lijst() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.verblijfstitel IN ('21', '22') THEN
    INSERT INTO zorg.controlelijst (client_id) VALUES (NEW.client_id);
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER client_naar_lijst AFTER INSERT OR UPDATE ON zorg.client
FOR EACH ROW EXECUTE FUNCTION zorg.naar_lijst();
