#include "config.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "remote/watch.h"

#define SAY_MAX 256
#define LOOK_MS 50

bool watch_cancelled(const struct remote_watch *w)
{
	return w && w->cancelled && w->cancelled(w->ctx);
}

void watch_progress(const struct remote_watch *w, uint64_t done, uint64_t total)
{
	if (w && w->progress)
		w->progress(w->ctx, done, total);
}

void watch_say(const struct remote_watch *w, const char *fmt, ...)
{
	char text[SAY_MAX];
	va_list ap;

	if (!w || !w->say)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	w->say(w->ctx, text);
}

bool watch_wait(const struct remote_watch *w, unsigned ms)
{
	while (!watch_cancelled(w)) {
		unsigned part = ms < LOOK_MS ? ms : LOOK_MS;

		if (!ms)
			return true;
		poll(NULL, 0, (int)part);
		ms -= part;
	}
	return false;
}
