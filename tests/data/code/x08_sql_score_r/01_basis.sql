CREATE TABLE werk.basis AS
SELECT c.client_id, c.nationaliteit_code, c.leeftijd, c.achterstand
FROM bron.client c;
