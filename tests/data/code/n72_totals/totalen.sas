%include "/macros/instellingen.sas";
%macro totalen(lijst);
  %do i = 1 %to %sysfunc(countw(&lijst));
    %let afdeling = %scan(&lijst, &i);
    proc sql;
      create table totaal_&afdeling as
      select kostensoort, sum(bedrag) as totaal, max(afwijking) as afwijkend
      from budget.boekingen
      where afdeling = "&afdeling"
      group by kostensoort;
    quit;
  %end;
%mend totalen;

%totalen(inkoop personeel huisvesting)

data alles;
  set totaal_inkoop totaal_personeel totaal_huisvesting indsname=bron;
  herkomst_tabel = scan(bron, 2, '.');
run;

proc export data=alles outfile="/uit/totalen.xlsx" dbms=xlsx replace; run;
