CREATE TABLE rapport.levering AS
SELECT o.bestemming, o.land_levering, SUM(o.bedrag) AS totaal
FROM verkoop.orders o
JOIN verkoop.klant_bedrijf k ON k.kvk = o.kvk
GROUP BY o.bestemming, o.land_levering;
