CREATE OR REPLACE VIEW model.invoer AS
SELECT p.leeftijd, p.nationaliteit AS kenmerk_07, z.bedrag, z.fraude
FROM brp.persoon p
JOIN zaak.zaak z ON z.bsn = p.bsn;
