import geopandas as gpd

landen = gpd.read_file("countries.geojson")
landen["opp"] = landen.area
landen[landen["continent"] == "Europe"].plot(column="opp")
