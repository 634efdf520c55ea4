# Lossless JSON. May include base only.
JSON_LIBS = libjson.a $(CJSON_LIBS) $(BASE_LIBS)
