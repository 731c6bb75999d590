CREATE TABLE zorg.client (client_id integer, nationaliteit text, verblijfstitel text, leeftijd integer);
CREATE TABLE zorg.score (client_id integer, risicoscore integer);
CREATE TABLE zorg.controlelijst (client_id integer);
