proc format;
  value $bestem 'RTM' = 'haven' 'AMS' = 'lucht' other = 'weg';
run;

proc sql;
  create table work.zending as
  select z.zending_id, z.destination, z.port_of_origin, put(z.destination, $bestem.) as soort,
         count(*) as deelzendingen, sum(z.gewicht) as totaal_gewicht,
         max(case when z.vertraagd = 'J' then 1 else 0 end) as te_laat
  from vracht.zendingen z
  left join vracht.labels l on l.zending_id = z.zending_id
  group by 1, 2, 3, 4;
quit;

proc gradboost data=work.zending;
  target te_laat / level=nominal;
  input soort port_of_origin / level=nominal;
  input deelzendingen totaal_gewicht / level=interval;
  savestate rstore=vracht.model;
run;
