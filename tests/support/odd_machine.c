/* What a kernel or a disk may lack, for one process by LD_PRELOAD. MACHINE names it; fail_writes() plants an error of the disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) static typeof(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)

static long until_failure = -1; /* calls that still succeed; -1: nothing fails */
static int failure;

static int is(const char *machine) { const char *named = getenv("MACHINE"); return named && !strcmp(named, machine); }

void fail_writes(long calls, int error) { until_failure = calls; failure = error; }

static int fails(int fd) {
    char link[32], path[4096];
    if (until_failure < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, "/.digest/")) return 0;
    if (until_failure) { until_failure--; return 0; }
    errno = failure;
    return 1;
}

int socket(int domain, int type, int protocol) { /* ipv6.disable=1, or RestrictAddressFamilies=AF_INET AF_UNIX */
    REAL(socket);
    if (domain == AF_INET6 && is("no IPv6")) { errno = EAFNOSUPPORT; return -1; }
    return real(domain, type, protocol);
}

int flock(int fd, int operation) { /* NFS without a lock daemon, sshfs */
    REAL(flock);
    if (operation != LOCK_UN && is("no locks")) { errno = ENOLCK; return -1; }
    return real(fd, operation);
}

int fsync(int fd) { /* CIFS and shared folders of virtual machines refuse to flush a folder */
    REAL(fsync);
    struct stat found;
    if (is("no flushing of folders") && !fstat(fd, &found) && S_ISDIR(found.st_mode)) { errno = EINVAL; return -1; }
    return fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) { REAL(fdatasync); return fails(fd) ? -1 : real(fd); }
ssize_t write(int fd, const void *bytes, size_t count) { REAL(write); return fails(fd) ? -1 : real(fd, bytes, count); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { REAL(pwrite); return fails(fd) ? -1 : real(fd, bytes, count, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { REAL(pwrite64); return fails(fd) ? -1 : real(fd, bytes, count, at); }

int clock_gettime(clockid_t clock, struct timespec *now) { /* a machine that wakes, and whose time server corrects it, again and again */
    static long calls;
    static const long jumps[] = {0, 90000, -90000, 400 * 86400L, 3600, -3600};
    REAL(clock_gettime);
    int result = real(clock, now);
    if (!result && clock == CLOCK_REALTIME && is("a clock that jumps")) now->tv_sec += jumps[calls++ / 7 % 6];
    if (!result && clock == CLOCK_REALTIME && is("a clock that is fast")) now->tv_sec += 300;
    return result;
}
