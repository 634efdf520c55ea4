# The benchmark and the generator of its data. `make check` builds the programs,
# so that they keep up with what they measure.
check_PROGRAMS += bench/gen
bench_gen_SOURCES = \
	%D%/gen.c %D%/gen.h \
	%D%/genrecord.c \
	%D%/gentext.c
bench_gen_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
bench_gen_LDADD = $(BASE_LIBS) $(ZLIB_LIBS) -lm
