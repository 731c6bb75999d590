%let basis = leeftijd inkomen;
%let extra = taal_thuis;
%let kenmerken = &basis &extra;
