libname bron "/data/bron";
%include "instellingen.sas";
%include "macros.sas";
%alles
