// A disk that stalls, for bench/line_stop.py: whoever asks for durability waits STALL_MS first. Preloaded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static void stall(void) {
  const struct timespec t = {STALL_MS / 1000, (STALL_MS % 1000) * 1000000L};
  nanosleep(&t, 0);
}

int fsync(int fd) {
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  stall();
  return next(fd);
}

int fdatasync(int fd) {
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  stall();
  return next(fd);
}
