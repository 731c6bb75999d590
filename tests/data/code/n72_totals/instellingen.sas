options locale=nl_NL nodate;
%let taalcode_rapport = nl;
libname budget "/data/budget";
