#include "config.h"

#include <time.h>

#include "app/show.h"

void show_size(struct buf *out, uint64_t bytes)
{
	static const char units[] = "KMGTP";
	double n = (double)bytes;
	int unit = -1;

	if (bytes < 1024) {
		buf_addf(out, "%llu", (unsigned long long)bytes);
		return;
	}
	while (n >= 1023.5 && unit < (int)sizeof(units) - 2) {
		n /= 1024;
		unit++;
	}
	buf_addf(out, n < 9.95 ? "%.1f%c" : "%.0f%c", n, units[unit]);
}

void show_duration(struct buf *out, uint64_t ms)
{
	if (ms < 1000)
		buf_addf(out, "%llums", (unsigned long long)ms);
	else if (ms < 100000)
		buf_addf(out, "%.2fs", (double)ms / 1000);
	else if (ms < 6000000)
		buf_addf(out, "%.0fs", (double)ms / 1000);
	else
		buf_addf(out, "%llum", (unsigned long long)(ms / 60000));
}

void show_time(struct buf *out, int64_t ns, bool date, bool local)
{
	time_t seconds = (time_t)(ns / 1000000000);
	int64_t rest = ns % 1000000000;
	struct tm tm;
	char text[64];

	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	if (!(local ? localtime_r(&seconds, &tm) : gmtime_r(&seconds, &tm)))
		return;
	if (date) {
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		buf_adds(out, text);
		return;
	}
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_addf(out, "%s.%03d", text, (int)(rest / 1000000));
}
