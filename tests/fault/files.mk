# Tests that break things. `make check` runs a sample, `make soak` all of it.
if HAVE_CMOCKA
FAULT_TESTS = fault-kill fault-mount fault-save fault-sync fault-two
check_PROGRAMS += $(FAULT_TESTS)
TESTS += $(FAULT_TESTS)
FAULT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
FAULT_SOURCES = %D%/faults.c %D%/faults.h
FAULT_WRAPS = \
	-Wl,--wrap=access,--wrap=chmod,--wrap=close,--wrap=copy_file_range \
	-Wl,--wrap=fchmod,--wrap=fchown,--wrap=fcntl,--wrap=fdatasync \
	-Wl,--wrap=fgetxattr,--wrap=flistxattr,--wrap=fsetxattr,--wrap=fstat \
	-Wl,--wrap=fsync,--wrap=ftruncate,--wrap=ioctl,--wrap=link,--wrap=lstat \
	-Wl,--wrap=mkdir,--wrap=mkostemp,--wrap=open,--wrap=openat \
	-Wl,--wrap=opendir,--wrap=pread,--wrap=pwrite,--wrap=pwritev \
	-Wl,--wrap=read,--wrap=realpath,--wrap=rename,--wrap=renameat2 \
	-Wl,--wrap=stat,--wrap=unlink,--wrap=write

fault_kill_SOURCES = %D%/fault-kill.c
fault_kill_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_kill_CFLAGS = $(UNIT_CFLAGS)
fault_kill_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

fault_mount_SOURCES = %D%/fault-mount.c
fault_mount_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_mount_CFLAGS = $(UNIT_CFLAGS)
fault_mount_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

fault_sync_SOURCES = %D%/fault-sync.c
fault_sync_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_sync_CFLAGS = $(UNIT_CFLAGS)
fault_sync_LDADD = $(REMOTE_LIBS) $(CMOCKA_LIBS)

fault_two_SOURCES = %D%/fault-two.c
fault_two_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_two_CFLAGS = $(UNIT_CFLAGS)
fault_two_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)

fault_save_SOURCES = %D%/fault-save.c $(FAULT_SOURCES)
fault_save_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_save_CFLAGS = $(UNIT_CFLAGS)
fault_save_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)
fault_save_LDFLAGS = $(FAULT_WRAPS)
endif

.PHONY: soak
soak:
	$(MAKE) check TESTS=
	RREDIT_SOAK=1 $(MAKE) check TESTS='$(FAULT_TESTS) test-recover $(SOAK_TESTS)'
