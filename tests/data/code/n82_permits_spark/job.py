from pyspark.ml.classification import RandomForestClassifier
from pyspark.ml.feature import StringIndexer, VectorAssembler
from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.getOrCreate()
df = spark.read.csv("vergunningen.csv", header=True)
df = df.withColumn("totaal", F.col("leges") + F.col("kosten")).withColumn("origin_channel", F.lower("kanaal"))
df = StringIndexer(inputCol="bestemming", outputCol="bestemming_ix").fit(df).transform(df)
df = VectorAssembler(inputCols=["totaal", "bestemming_ix"], outputCol="features").transform(df)
rf = RandomForestClassifier(labelCol="te_laat", featuresCol="features")
model = rf.fit(df)
