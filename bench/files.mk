# The benchmark and the generator of its data. `make check` builds the programs,
# so that they keep up with what they measure.
check_PROGRAMS += bench/gen bench/measure
bench_gen_SOURCES = \
	%D%/gen.c %D%/gen.h \
	%D%/genrecord.c \
	%D%/gentext.c
bench_gen_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
bench_gen_LDADD = $(BASE_LIBS) $(ZLIB_LIBS) -lm

bench_measure_SOURCES = %D%/measure.c
bench_measure_LDADD =

if HAVE_VTERM
check_PROGRAMS += bench/keys
bench_keys_SOURCES = \
	%D%/keys.c \
	tests/pty/keys.c tests/pty/ptyrun.h \
	tests/pty/screen.c
bench_keys_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_keys_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
bench_keys_LDADD = $(UI_LIBS) $(VTERM_LIBS)
endif
