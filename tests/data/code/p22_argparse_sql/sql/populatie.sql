SELECT p.persoon_id,
       p.geboortejaar,
       p.geboorteland,
       u.bedrag,
       u.fraude
FROM brp.personen p
JOIN suite.uitkeringen u ON u.persoon_id = p.persoon_id
WHERE u.status = 'LOPEND'
