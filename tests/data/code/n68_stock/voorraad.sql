ALTER TABLE dbo.Artikel ADD CONSTRAINT fk_maker FOREIGN KEY (MakerLand) REFERENCES dbo.Land (LandCode);
GO
CREATE OR ALTER PROCEDURE dbo.MarkeerVoorraad @Peildatum date
AS
BEGIN
    SET NOCOUNT ON;
    SELECT a.ArtikelId, a.MakerLand, a.Ras AS AardappelRas, SUM(v.Aantal) AS TotaalAantal
    INTO #totaal
    FROM dbo.Artikel a
    INNER JOIN dbo.Voorraad v ON v.ArtikelId = a.ArtikelId
    WHERE v.Datum <= @Peildatum
    GROUP BY a.ArtikelId, a.MakerLand, a.Ras;

    UPDATE a
    SET a.Hertellen = CASE WHEN t.TotaalAantal < 0 THEN 1 ELSE 0 END
    FROM dbo.Artikel a
    JOIN #totaal t ON t.ArtikelId = a.ArtikelId;
END
GO
