{{ config(materialized='view') }}
select
    goederen_id,
    land_van_productie,
    lower(taal_etiket) as taal_etiket,
    totaal_gewicht,
    bestemming
from {{ source('logistiek', 'goederen') }}
