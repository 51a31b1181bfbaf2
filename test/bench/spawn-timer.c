/* Times whole processes, from before posix_spawn to after the reaping: spawn-timer ROUNDS STDIN EVERY COMMAND [WORD...] [-- EVERY COMMAND [WORD...]]...
 * A command runs in each EVERY-th round; the order rotates. Prints a line "COMMAND-INDEX NANOSECONDS EXIT-CODE" for each run. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 16 };

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int count, char **words) {
  extern char **environ;
  char **commands[COMMANDS_MAX];
  long rounds = count > 4 ? atol(words[1]) : 0, found = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (rounds <= 0) return 2;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, words[2], O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  for (int i = 3; i < count && found < COMMANDS_MAX; i++) {
    commands[found++] = words + i;
    while (i < count && strcmp(words[i], "--") != 0) i++;
    words[i] = NULL;
  }
  for (long round = 0; round < rounds; round++) {
    for (long turn = 0; turn < found; turn++) {
      long index = (turn + round) % found;
      char **command = commands[index];
      int status;
      pid_t pid;
      if (round % atol(command[0]) != 0) continue;
      long long started_ns = now_ns();
      if (posix_spawn(&pid, command[1], &actions, NULL, command + 1, environ) != 0 || waitpid(pid, &status, 0) != pid) return 1;
      printf("%ld %lld %d\n", index, now_ns() - started_ns, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
  }
  return 0;
}
