with bron as (select * from {{ source('crm', 'klant') }})
select klant_id, lower(nationaliteit) as nat, leeftijd
from bron
