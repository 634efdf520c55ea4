# Scripts (*.pty) that run a program on a terminal; see ptyrun.c for the
# language. PTY_TESTS is for other lists to add to.
TEST_EXTENSIONS += .pty
PTY_LOG_DRIVER = $(LOG_DRIVER)
PTY_LOG_COMPILER = ./ptyrun
check_PROGRAMS += ptyrun uidemo
if HAVE_VTERM
ptyrun_SOURCES = \
	%D%/child.c \
	%D%/home.c \
	%D%/keys.c \
	%D%/ptyrun.c %D%/ptyrun.h \
	%D%/screen.c \
	%D%/tour.c \
	%D%/wire.c
ptyrun_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
ptyrun_LDADD = $(UI_LIBS) $(VTERM_LIBS)
ptykill_SOURCES = \
	%D%/child.c \
	%D%/home.c \
	%D%/ptykill.c %D%/ptyrun.h \
	%D%/screen.c
ptykill_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
ptykill_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
ptykill_LDADD = $(UI_LIBS) $(VTERM_LIBS)
ptystorm_SOURCES = \
	%D%/child.c \
	%D%/home.c \
	%D%/ptystorm.c %D%/ptyrun.h \
	%D%/screen.c
ptystorm_CPPFLAGS = $(ptykill_CPPFLAGS)
ptystorm_CFLAGS = $(ptykill_CFLAGS)
ptystorm_LDADD = $(ptykill_LDADD)
check_PROGRAMS += ptykill ptystorm
TESTS += ptykill ptystorm
SOAK_TESTS = ptykill ptystorm
else
ptyrun_SOURCES = %D%/ptyskip.c
endif
uidemo_SOURCES = %D%/uidemo.c
uidemo_LDADD = $(UI_LIBS)

PTY_TESTS = \
	%D%/backups.pty \
	%D%/edit.pty \
	%D%/first-edit.pty \
	%D%/hostile.pty \
	%D%/hostile-commands.pty \
	%D%/hostile-long.pty \
	%D%/hostile-many.pty \
	%D%/hostile-tour.pty \
	%D%/hostile-tour-8.pty \
	%D%/hostile-tour-ascii.pty \
	%D%/input.pty \
	%D%/leave.pty \
	%D%/others.pty \
	%D%/recover.pty \
	%D%/repository.pty \
	%D%/signals.pty \
	%D%/sizes.pty \
	%D%/terminals.pty \
	%D%/window.pty
TESTS += $(PTY_TESTS)
EXTRA_DIST += $(PTY_TESTS) %D%/hostile-commands.sh %D%/hostile-store.sh %D%/tour.script \
	tests/data/hostile.jsonl tests/data/repository.json
PTY_STORE = tests/data/store/5a0e0f4e-7c1b-4d0c-9f0e-2b6f3a1c4d5e
EXTRA_DIST += $(PTY_STORE).json $(PTY_STORE)/raw.jsonl

# Write what is shown now into the expected screens; look at the difference.
.PHONY: update-screens
update-screens: $(check_PROGRAMS)
	@for t in $(PTY_TESTS); do \
		srcdir='$(srcdir)' builddir=. \
			./ptyrun --update $(srcdir)/$$t || exit 1; \
	done
