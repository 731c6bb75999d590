CREATE OR ALTER PROCEDURE dbo.BerekenScore @DossierId int
AS
BEGIN
    SET NOCOUNT ON;
    DECLARE @Land nvarchar(4), @Score int = 0, @Bedrag money;
    SELECT @Land = p.GeboorteLand, @Bedrag = d.Bedrag
    FROM dbo.Dossier d
    JOIN dbo.Persoon p ON p.PersoonId = d.PersoonId
    WHERE d.DossierId = @DossierId;

    IF EXISTS (SELECT 1 FROM dbo.HoogRisicoLand h WHERE h.LandCode = @Land)
        SET @Score = @Score + 25;
    IF @Bedrag > 10000
    BEGIN
        SET @Score = @Score + 10;
    END

    UPDATE dbo.Dossier
    SET RisicoScore = @Score
    WHERE DossierId = @DossierId;
END
GO
