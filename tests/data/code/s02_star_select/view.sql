CREATE VIEW mart.set AS
SELECT p.bsn, p.geboorteland, l.y
FROM brp.persoon p
INNER JOIN lab.labels l ON l.bsn = p.bsn;
