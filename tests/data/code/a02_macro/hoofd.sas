libname in "/sas/in";
%let vars = leeftijd nat_groep duur;
proc format;
  value $natgrp '0001' = 'NL' other = 'X';
run;
proc sql;
  create table werk as
  select b.bsn, b.leeftijd, put(b.nationaliteit, $natgrp.) as nat_groep, u.duur, u.fout
  from in.brp b left join in.uitk u on b.bsn = u.bsn;
quit;
%macro train(doel);
  proc hpforest data=werk;
    target &doel / level=binary;
    input &vars;
  run;
%mend;
%train(fout)
