CREATE TABLE rapport.voorraad AS
SELECT a.artikel, a.land_code_leverancier, SUM(v.aantal) AS totaal
FROM mag.artikel a JOIN mag.voorraad v ON v.artikel = a.artikel
WHERE a.taal_handleiding = 'NL'
GROUP BY a.artikel, a.land_code_leverancier;
