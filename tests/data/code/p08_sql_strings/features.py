import pandas as pd
import sqlalchemy

engine = sqlalchemy.create_engine("postgresql://dwh/inkomen")
VELDEN = ["p.leeftijd", "p.inkomen", "CASE WHEN p.geboorteland_vader <> 6030 THEN 1 ELSE 0 END AS vader_buitenland"]
query = f"SELECT p.bsn, {', '.join(VELDEN)}, u.terugvordering FROM brp.persoon p JOIN uitk.dossier u USING (bsn)"
df = pd.read_sql(query, engine)
df.to_parquet("werk/features.parquet")
