CREATE VIEW stg.persoon AS
SELECT p.bsn, p.nationaliteit, p.geboortedatum
FROM brp.persoon p;

CREATE TABLE mart.kenmerken AS
SELECT s.bsn,
       CASE WHEN s.nationaliteit <> '0001' THEN 1 ELSE 0 END AS niet_nl,
       u.bedrag
FROM stg.persoon s
JOIN uitk.uitkering u ON u.bsn = s.bsn;
