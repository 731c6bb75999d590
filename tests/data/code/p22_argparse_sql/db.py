from pathlib import Path

import pandas as pd
import sqlalchemy as sa


def verbinding():
    return sa.create_engine("mssql+pyodbc://dwh")


def lees(naam):
    vraag = (Path(__file__).parent / "sql" / f"{naam}.sql").read_text()
    return pd.read_sql(vraag, verbinding())
