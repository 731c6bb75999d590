{{ config(materialized='view') }}
with bron as (
    select * from {{ source('brp', 'personen') }}
)
select
    persoon_id,
    geboorteland,
    lower(woonplaats) as woonplaats,
    inkomen
from bron
