# Remotes against real servers on loopback. See servers.sh.
check_PROGRAMS += tests/servers/faults-run tests/servers/objects-run
tests_servers_objects_run_SOURCES = %D%/objects-run.c
tests_servers_objects_run_LDADD = $(REMOTE_LIBS)
tests_servers_faults_run_SOURCES = %D%/faults-run.c
tests_servers_faults_run_LDADD = $(REMOTE_LIBS)
TESTS += %D%/servers.sh
EXTRA_DIST += \
	%D%/faultproxy.py \
	%D%/servers.sh \
	%D%/start-apache.sh \
	%D%/start-nginx.sh \
	%D%/start-rclone.sh \
	%D%/start-swift.sh \
	%D%/tls.sh
