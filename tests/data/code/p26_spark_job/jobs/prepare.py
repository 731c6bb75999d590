from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.appName("voorbereiden").getOrCreate()
personen = spark.read.table("brp.personen")
aangiften = spark.read.parquet("/data/aangiften")
df = (
    personen.join(aangiften, "bsn_hash", "inner")
    .withColumn("niet_nl", F.when(F.col("nationaliteit") != "Nederlandse", 1).otherwise(0))
    .withColumn("leeftijd", F.year(F.current_date()) - F.col("geboortejaar"))
    .filter(F.col("verblijfsstatus").isNotNull())
    .select("bsn_hash", "niet_nl", "leeftijd", "bedrag", "label")
)
df.write.mode("overwrite").parquet("/data/features")
