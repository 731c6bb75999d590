-- Extra controle najaar 2025: wie krijgt een brief? Op verzoek van team Handhaving, 28 oktober 2025.
-- Het resultaat gaat als werkblad naar de Dienst Toelagen en naar twee gemeenten.
CREATE TABLE lijst_extra_controle AS
SELECT DISTINCT p.persoon_id, p.naam
FROM personen p
JOIN signalen s ON s.persoon_id = p.persoon_id
WHERE p.NATCD <> '0001'
   OR p.nat2 IS NOT NULL;
