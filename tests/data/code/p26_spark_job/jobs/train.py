from pyspark.ml import Pipeline
from pyspark.ml.classification import GBTClassifier
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("/data/features")
assembler = VectorAssembler(inputCols=["niet_nl", "leeftijd", "bedrag"], outputCol="features")
gbt = GBTClassifier(labelCol="label", featuresCol="features")
model = Pipeline(stages=[assembler, gbt]).fit(df)
model.write().overwrite().save("/models/aangifte")
