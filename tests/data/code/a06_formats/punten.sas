proc format;
  value $landgroep '5022', '6043' = 'A' '6030' = 'N' other = 'B';
run;

data uit.score uit.overig;
  set bron.klanten;
  groep = put(land_van_geboorte, $landgroep.);
  totaal = bedrag1 + bedrag2;
  risicopunten = 0;
  if groep = 'A' then risicopunten = risicopunten + 5;
  if totaal > 1000 then risicopunten = risicopunten + 2;
  if risicopunten >= 5 then output uit.score;
  else output uit.overig;
run;
