/* Where orq-hook looks for the daemon; a part of orq-hook.c. src/protocol/places.ts has the same order for all other clients. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MACHINE_FOLDER "/run/orq"

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/* A longer path than a socket may have leads to nobody. */
static void add(struct sockaddr_un *address, const char *words) {
  size_t length = strlen(address->sun_path);
  if (strlen(words) >= sizeof address->sun_path - length) _exit(0);
  strcpy(address->sun_path + length, words);
}

static void add_number(struct sockaddr_un *address, unsigned number) {
  if (number >= 10) add_number(address, number / 10);
  add(address, (char[]){(char)('0' + number % 10), '\0'});
}

/* The user's own: the first that is set decides, whether or not something listens there. */
static void find_own_socket(struct sockaddr_un *address) {
  const char *runtime = variable("XDG_RUNTIME_DIR"), *state = variable("XDG_STATE_HOME");
  struct stat folder;
  if (*runtime == '/') add(address, runtime);
  else {
    add(address, "/run/user/"), add_number(address, getuid());
    if (stat(address->sun_path, &folder) != 0 || !S_ISDIR(folder.st_mode)) {
      *address->sun_path = '\0', add(address, *state == '/' ? state : variable("HOME"));
      if (*state != '/') add(address, "/.local/state");
    }
  }
  add(address, "/orq/orq.sock");
}

/* Where the user has no daemon, that of the machine's service, if the service is this user's: its folder tells, whether or not it runs. */
static void find_socket(const char *given, struct sockaddr_un *address) {
  struct stat found;
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (!*given) given = variable("ORQ_SOCKET");
  if (*given) add(address, given);
  else {
    find_own_socket(address);
    if (stat(address->sun_path, &found) == 0) return;
    if (stat(MACHINE_FOLDER, &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != getuid()) return;
    *address->sun_path = '\0', add(address, MACHINE_FOLDER "/orq.sock");
  }
}
