{{ config(materialized='table') }}
select k.klant_id,
       (case when k.nat = 'nl' then 0 else 3 end) as risicoscore
from {{ ref('stg_klant') }} k
