data uit.selectie (keep=bsn punten);
  set in.personen;
  punten = 0;
  if leeftijd < 30 then punten + 2;
  if geb_land in (5022, 6043) then punten + 4;
  if punten >= 5;
run;
