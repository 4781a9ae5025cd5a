/*
 * Preloaded into a server under test, this makes every sync to disk SLOW_SYNC_MICROS slower, to see what a server does on
 * a disk that is not as fast as the one at hand.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_a_little(void)
{
    const char *text = getenv("SLOW_SYNC_MICROS");
    long micros = text ? atol(text) : 0;
    struct timespec left = {micros / 1000000, micros % 1000000 * 1000};

    while (micros > 0 && nanosleep(&left, &left) != 0)
        ;
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");

    wait_a_little();
    return real(file);
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");

    wait_a_little();
    return real(file);
}
