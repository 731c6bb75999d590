-- score of invoices; place_of_supply is where the goods are taxed
CREATE VIEW btw.v_factuur AS
SELECT f.factuur_id, f.place_of_supply, l.land_leverancier, f.totaal_bedrag, f.taalversie_factuur
FROM btw.factuur f JOIN btw.leverancier l ON l.leverancier_id = f.leverancier_id;

CREATE TABLE btw.factuur_score AS
SELECT factuur_id,
       CASE WHEN place_of_supply <> 'NL' THEN 2 ELSE 0 END
     + CASE WHEN land_leverancier NOT IN ('NL', 'BE') THEN 1 ELSE 0 END
     + CASE WHEN totaal_bedrag > 100000 THEN 3 ELSE 0 END AS risicoscore
FROM btw.v_factuur;
