# Remotes against real servers on loopback. See servers.sh.
check_PROGRAMS += tests/servers/objects-run
tests_servers_objects_run_SOURCES = %D%/objects-run.c
tests_servers_objects_run_LDADD = $(REMOTE_LIBS)
EXTRA_DIST += \
	%D%/start-apache.sh \
	%D%/start-nginx.sh \
	%D%/start-rclone.sh \
	%D%/start-swift.sh \
	%D%/tls.sh
