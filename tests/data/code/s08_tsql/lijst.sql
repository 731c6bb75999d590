MERGE INTO dbo.Controlelijst AS doel
USING (
    SELECT d.DossierId, p.Verblijfstatus
    FROM dbo.Dossier d
    JOIN dbo.Persoon p ON p.PersoonId = d.PersoonId
) AS bron
ON doel.DossierId = bron.DossierId
WHEN NOT MATCHED AND bron.Verblijfstatus = 'tijdelijk' THEN
    INSERT (DossierId) VALUES (bron.DossierId);
