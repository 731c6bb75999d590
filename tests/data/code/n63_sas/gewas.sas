data werk;
  set in.claims;
  totaal = schade + kosten;
  if gewas = 'gras' then ras = 'engels raai';
run;
proc reg data=werk;
  model totaal = hectare regen;
run;
