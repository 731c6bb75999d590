from pyspark.ml import Pipeline
from pyspark.ml.classification import GBTClassifier
from pyspark.ml.feature import StringIndexer, VectorAssembler
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
brp = spark.table("brp.personen").select("bsn", "geboorteplaats", "geboortedatum")
zaken = spark.read.parquet("hdfs:///lake/zaken")
df = zaken.join(brp, on="bsn", how="left")
df = df.withColumn("leeftijd", F.datediff(F.current_date(), F.col("geboortedatum")) / 365)
index = StringIndexer(inputCol="geboorteplaats", outputCol="geboorteplaats_ix")
bundel = VectorAssembler(inputCols=["leeftijd", "geboorteplaats_ix", "bedrag"], outputCol="features")
gbt = GBTClassifier(labelCol="fraude", featuresCol="features")
model = Pipeline(stages=[index, bundel, gbt]).fit(df)
model.transform(df).write.parquet("hdfs:///lake/scores")
