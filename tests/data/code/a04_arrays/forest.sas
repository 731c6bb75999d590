libname reg "/data/register";
proc sort data=reg.aanvragen out=work.aanvragen; by burger_id; run;
proc sort data=reg.burgers(keep=burger_id geboorteland nationaliteit leeftijd) out=work.burgers; by burger_id; run;

data work.kenmerken;
  merge work.aanvragen(in=a) work.burgers;
  by burger_id;
  if a;
  array bron{2} geboorteland nationaliteit;
  array vlag{2} vlag_a vlag_b;
  do i = 1 to 2;
    vlag{i} = (bron{i} not in ('6030', '1'));
  end;
  drop i;
run;

proc hpforest data=work.kenmerken maxtrees=200;
  target onjuist / level=binary;
  input leeftijd bedrag / level=interval;
  input vlag_a vlag_b / level=nominal;
  save file="/modellen/forest.bin";
run;
