# Tests that break things. `make check` runs a sample, `make soak` all of it.
if HAVE_CMOCKA
FAULT_TESTS = fault-save
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

fault_save_SOURCES = %D%/fault-save.c $(FAULT_SOURCES)
fault_save_CPPFLAGS = $(FAULT_CPPFLAGS)
fault_save_CFLAGS = $(UNIT_CFLAGS)
fault_save_LDADD = $(EDIT_LIBS) $(CMOCKA_LIBS)
fault_save_LDFLAGS = $(FAULT_WRAPS)

.PHONY: soak
soak: $(FAULT_TESTS) test-recover
	RREDIT_SOAK=1 $(MAKE) check TESTS='$(FAULT_TESTS) test-recover'
endif
