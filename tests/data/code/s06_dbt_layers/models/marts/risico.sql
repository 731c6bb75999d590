{{ config(materialized='table', tags=['wekelijks']) }}
with personen as (
    select * from {{ ref('stg_personen') }}
),
punten as (
    select p.persoon_id, l.punten
    from personen p
    left join {{ ref('landpunten') }} l on l.landcode = p.geboorteland
)
select
    persoon_id,
    coalesce(punten, 1) * 10 as risicoscore
from punten
