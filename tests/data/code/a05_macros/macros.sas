%macro lees(uit);
  proc sql;
    create table &uit as
    select p.persoon_id, p.leeftijd, p.inkomen, p.taal_thuis, m.misbruik
    from bron.personen p
    inner join bron.meldingen m on m.persoon_id = p.persoon_id;
  quit;
%mend lees;

%macro leer(data, doel);
  proc logistic data=&data descending outmodel=work.mdl;
    model &doel = &kenmerken;
  run;
%mend leer;

%macro alles;
  %lees(work.basis)
  %leer(work.basis, misbruik)
%mend alles;
