/* A disk that forgets what was not synced; loaded with LD_PRELOAD (see tests/crash.py).
 *
 * Before each write to a file whose name ends in ".db" or "-wal", the old bytes are noted in
 * $FORGETFUL_UNDO/<name>: three native int64 (offset, length, old size of the file), then the old
 * bytes. A sync of the file empties its notes. A lock on the notes keeps note and write together.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The notes of the file behind fd, opened and locked; -1 for a file that is not looked after. */
static int open_notes(int fd) {
    char link[64], path[PATH_MAX], notes[PATH_MAX * 2];
    const char *folder = getenv("FORGETFUL_UNDO");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (folder == NULL || n <= 0) return -1;
    path[n] = 0;
    if (!ends_with(path, ".db") && !ends_with(path, ".db-wal")) return -1;
    snprintf(notes, sizeof notes, "%s/%s", folder, strrchr(path, '/') + 1);
    int opened = open(notes, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (opened < 0 || flock(opened, LOCK_EX) != 0) abort();
    return opened;
}

static ssize_t (*real_write)(int, const void *, size_t);

static void note(int notes, int fd, off64_t offset, size_t length) {
    struct stat64 status;
    if (fstat64(fd, &status) != 0) abort();
    int64_t old = status.st_size > offset ? status.st_size - offset : 0;
    if (old > (int64_t)length) old = length;
    int64_t head[3] = {offset, old, status.st_size};
    char *record = malloc(sizeof head + old);
    memcpy(record, head, sizeof head);
    if (pread64(fd, record + sizeof head, old, offset) != old) abort();
    if (real_write == NULL) real_write = dlsym(RTLD_NEXT, "write");
    if (real_write(notes, record, sizeof head + old) != (ssize_t)(sizeof head + old)) abort();
    free(record);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "pwrite64");
    int notes = open_notes(fd);
    if (notes >= 0) note(notes, fd, offset, length);
    ssize_t done = real(fd, bytes, length, offset);
    if (notes >= 0) close(notes);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite64(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    if (real_write == NULL) real_write = dlsym(RTLD_NEXT, "write");
    int notes = open_notes(fd);
    if (notes >= 0) note(notes, fd, lseek64(fd, 0, SEEK_CUR), length);
    ssize_t done = real_write(fd, bytes, length);
    if (notes >= 0) close(notes);
    return done;
}

int ftruncate64(int fd, off64_t length) {
    static int (*real)(int, off64_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "ftruncate64");
    struct stat64 status;
    int notes = open_notes(fd);
    if (notes >= 0 && fstat64(fd, &status) == 0)
        note(notes, fd, length, status.st_size > length ? status.st_size - length : 0);
    int done = real(fd, length);
    if (notes >= 0) close(notes);
    return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    int notes = open_notes(fd);
    int done = real(fd);
    if (notes >= 0) {
        int (*cut)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
        if (done == 0 && cut(notes, 0) != 0) abort();
        close(notes);
    }
    return done;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }
