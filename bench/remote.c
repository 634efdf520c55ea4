/*
 * Put a file on a remote, or get it from there, and print the seconds it took.
 *
 *	remote CONFIG REMOTE put|get FILE
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/ini.h"
#include "remote/objects.h"

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool travel(struct objects *o, const char *what, int fd, struct err *err)
{
	struct objects_source src = {.fd = fd};
	struct objects_sink sink = {.fd = fd};
	struct stat st;

	if (!strcmp(what, "get"))
		return objects_get(o, "bench/raw.jsonl", &sink, NULL, err);
	if (fstat(fd, &st) != 0)
		return err_errno(err, "the file");
	src.size = (uint64_t)st.st_size;
	return objects_put(o, "bench/raw.jsonl", &src, NULL, NULL, err);
}

int main(int argc, char **argv)
{
	const struct remote_conf *conf;
	struct objects *o = NULL;
	struct err err = {0};
	struct remotes r;
	struct buf text;
	struct ini ini;
	double start;
	int fd;

	if (argc != 5)
		return 2;
	buf_init(&text);
	if (file_read(argv[1], INI_SIZE_MAX, &text, &err) &&
	    ini_parse(&ini, text.data, text.len, "keys", &err) &&
	    remotes_load(&r, &ini, argv[1], &err) &&
	    (conf = remotes_find(&r, argv[2], &err)))
		o = objects_open(conf, NULL, &err);
	fd = open(argv[4], O_RDWR | O_CREAT, 0600);
	start = now();
	if (!o || fd < 0 || !travel(o, argv[3], fd, &err)) {
		fprintf(stderr, "bench/remote: %s\n", err.msg);
		return 1;
	}
	printf("%.3f\n", now() - start);
	objects_close(o);
	close(fd);
	return 0;
}
