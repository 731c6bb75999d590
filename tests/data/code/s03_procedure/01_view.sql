CREATE VIEW dbo.v_aanvrager AS
SELECT a.aanvraag_id, p.NatCode, p.Leeftijd, a.Bedrag
FROM dbo.Aanvraag a
JOIN dbo.Persoon p ON p.bsn = a.bsn;
