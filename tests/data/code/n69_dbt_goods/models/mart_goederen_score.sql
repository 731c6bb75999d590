{{ config(materialized='table') }}
with basis as (
    select * from {{ ref('stg_goederen') }}
)
select
    goederen_id,
    case when totaal_gewicht > 1000 then 2 else 0 end
      + case when land_van_productie = 'CN' then 1 else 0 end as risicoscore
from basis
