/* Storingen van machines; de taal van het paneel en het land van de fabrikant zijn kenmerken van een ding. */
%macro voorbereiden(in=, uit=);
  data &uit;
    set &in;
    length machine_ouderdom 8;
    machine_ouderdom = year(today()) - bouwjaar;
    array meting{3} trilling temperatuur druk;
    do i = 1 to 3;
      if meting{i} = . then meting{i} = 0;
    end;
    totaal_meting = sum(of meting{*});
    drop i;
  run;
%mend;

%voorbereiden(in=fabriek.machines, uit=work.machines)

proc hpforest data=work.machines maxtrees=100;
  target storing / level=binary;
  input machine_ouderdom totaal_meting trilling / level=interval;
  input fabrikant_land paneel_taal / level=nominal;
  save file="/modellen/machines.bin";
run;

proc hp4score data=fabriek.machines_nu;
  score file="/modellen/machines.bin" out=fabriek.verwachte_storing;
run;
