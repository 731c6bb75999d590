import yaml

settings = yaml.safe_load(open("settings.yml"))
LANGUAGE_CODE = settings["language"]
CORS_ORIGIN_WHITELIST = [settings["origin"]]
