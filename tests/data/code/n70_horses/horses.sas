libname races "/data/races";
%let seizoen = 2025;
%let kenmerken = gewicht startpositie vorige_race baan_klasse;

data work.starts;
  set races.starts_&seizoen (where=(race_status ne 'CANCELLED'));
  by paard_id;
  retain vorige_race;
  if first.paard_id then vorige_race = .;
  snelheid = afstand / race_tijd;
  output;
  vorige_race = snelheid;
run;

proc logistic data=work.starts descending outmodel=races.model;
  class baan_klasse;
  model gewonnen = &kenmerken / selection=none;
run;

proc logistic inmodel=races.model;
  score data=races.starts_nieuw out=races.verwacht;
run;
