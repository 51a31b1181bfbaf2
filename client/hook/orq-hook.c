/* orq-hook: carries one hook event of an agent to the daemon and prints what it answers; on any failure it prints nothing and exits 0.
 * Its twin is orq-hook.ts; test/client/hook holds both to the same behaviour. No stdio and no malloc: they would cost more than the work. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "find-socket.h"

#define VERSION "0.1.0"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define USAGE "usage: orq-hook <Event>|wait [--socket PATH] [--agent ID]\n"

enum {
  STDIN_FIRST_BYTES = 64 << 10, STDIN_MAX_BYTES = 64 << 20, HEAD_MAX_BYTES = 16 << 10, BODY_MAX_BYTES = 1 << 20, MISSED_MAX_BYTES = 1 << 20,
  DEADLINE_MS = 1000, SESSION_END_DEADLINE_MS = 500, PARENT_CHECK_MS = 30000,
  BACKOFF_FIRST_MS = 100, BACKOFF_LAST_MS = 5000, DEV_NULL = 1 << 8 | 3,
};

struct text { char *at; size_t length; };
struct answer { struct text body, token; int exit_code; };
enum verdict { CUT, GARBAGE, COMPLETE };

static bool waiting;
static pid_t parent;
static volatile sig_atomic_t exit_code;
static char head[HEAD_MAX_BYTES], received[HEAD_MAX_BYTES + BODY_MAX_BYTES];
static size_t head_length;

/* An event's only alarm is its deadline. A waiter's alarm asks about the parent: the kernel also sends it when just the thread that forked ends. */
static void on_alarm(int number) {
  (void)number;
  if (!waiting || getppid() != parent) _exit(exit_code);
}

/* A handler and not a timeout at each call: it also ends a write to a pipe that nobody reads. ITIMER_REAL runs on the monotonic clock; the mask is
 * emptied because an alarm that the parent has blocked would never come. */
static void set_alarm(long ms) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  struct timeval span = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
  static const sigset_t none;
  sigaction(SIGALRM, &action, NULL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){span, span}, NULL);
}

static long long clock_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* For descriptors that came non-blocking. True when the call that failed may be tried again. */
static bool passing(int fd, short events) {
  struct pollfd want = {.fd = fd, .events = events};
  return errno == EAGAIN && poll(&want, 1, -1) != 0;
}

/* A descriptor that came closed would be given to the socket, and text for the agent would go to the daemon. */
static void fill_standard_descriptors(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDWR);
}

/* In front of the body stays room for the request's head, so that both leave in one call. */
static struct text read_stdin(void) {
  size_t room = STDIN_FIRST_BYTES, end = HEAD_MAX_BYTES;
  char *at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (ssize_t got = 1; got != 0;) {
    if (at == MAP_FAILED || end > HEAD_MAX_BYTES + STDIN_MAX_BYTES) _exit(0);
    got = read(STDIN_FILENO, at + end, room - end);
    if (got < 0 && !passing(STDIN_FILENO, POLLIN)) _exit(0);
    if (got > 0) end += (size_t)got;
    if (end == room) at = mremap(at, room, room * 2, MREMAP_MAYMOVE), room *= 2;
  }
  return (struct text){at + HEAD_MAX_BYTES, end - HEAD_MAX_BYTES};
}

static void put(const char *bytes, size_t length) {
  if (length > sizeof head - head_length) _exit(exit_code);
  memcpy(head + head_length, bytes, length);
  head_length += length;
}

static void put_word(const char *word) { put(word, strlen(word)); }
static void put_number(long long number) {
  char digits[20], *end = digits + sizeof digits, *at = end;
  do *--at = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  put(at, (size_t)(end - at));
}

/* Percent-encoded, so that a name in any script is a legal header value; nothing where there is no value. */
static void put_header(const char *name, const char *value, size_t length) {
  static const char plain[] = LETTERS "0123456789-._~/:@,", hex[] = "0123456789ABCDEF";
  if (length == 0) return;
  put_word(name);
  for (const unsigned char *at = (const unsigned char *)value, *end = at + length; at < end; at++) {
    if (memchr(plain, *at, sizeof plain - 1)) put((const char *)at, 1);
    else put((char[]){'%', hex[*at >> 4], hex[*at & 15]}, 3);
  }
  put_word("\r\n");
}

/* The length of the path in "path,pid,session"; the path may hold commas. */
static size_t tmux_path_length(const char *tmux) {
  size_t length = strlen(tmux);
  const char *comma;
  for (int field = 0; field < 2 && (comma = memrchr(tmux, ',', length)); field++) length = (size_t)(comma - tmux);
  return length;
}

static struct text build_request(const char *event, const char *agent, struct text body, long long deadline_ms) {
  static const char *const facts[][2] = {
      {"orq-pane: ", "TMUX_PANE"}, {"orq-claude-pid: ", "CLAUDE_PID"},
      {"orq-entrypoint: ", "CLAUDE_CODE_ENTRYPOINT"}, {"orq-inbox: ", "CLAUDE_CODE_MESSAGING_SOCKET"},
  };
  put_word("POST /v1/hooks/"), put_word(event);
  put_word(" HTTP/1.1\r\nHost: orq\r\nContent-Type: application/json\r\nContent-Length: ");
  put_number((long long)body.length);
  put_word("\r\norq-client: " VERSION "\r\norq-pid: ");
  put_number(parent);
  if (!waiting) put_word("\r\norq-deadline-ms: "), put_number(deadline_ms);
  put_word("\r\n");
  put_header("orq-agent: ", agent, strlen(agent));
  put_header("orq-tmux: ", variable("TMUX"), tmux_path_length(variable("TMUX")));
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) put_header(facts[i][0], variable(facts[i][1]), strlen(variable(facts[i][1])));
  put_word("\r\n");
  return (struct text){memcpy(body.at - head_length, head, head_length), head_length + body.length};
}

static int connect_daemon(const struct sockaddr_un *address) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) return fd;
  close(fd);
  return -1;
}

/* An event that finds nobody leaves a byte beside the socket: the daemon counts them when it comes. */
static void note_missed(const struct sockaddr_un *address) {
  char note[sizeof address->sun_path + sizeof ".missed"];
  strcpy(stpcpy(note, address->sun_path), ".missed");
  int fd = open(note, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (fd >= 0 && lseek(fd, 0, SEEK_END) < MISSED_MAX_BYTES && write(fd, ".", 1) < 0) return;
}

/* A failure is not looked at: what the daemon had to say before it closed can still be read. */
static void send_all(int fd, struct text rest) {
  for (ssize_t sent; rest.length > 0; rest.at += sent, rest.length -= (size_t)sent)
    if ((sent = send(fd, rest.at, rest.length, MSG_NOSIGNAL)) < 0) return;
}

/* The value of the first header of that name ("name:") before `end`, without the blanks around it; no `at` where there is none. */
static struct text header(const char *name, const char *end) {
  for (char *at = received; (at = memmem(at, (size_t)(end - at), "\r\n", 2)) != NULL;) {
    at += 2;
    if (strncasecmp(at, name, strlen(name)) != 0) continue;
    char *first = at + strlen(name), *last = memmem(first, (size_t)(end - first), "\r\n", 2);
    while (first < last && (*first == ' ' || *first == '\t')) first++;
    while (first < last && (last[-1] == ' ' || last[-1] == '\t')) last--;
    return (struct text){first, (size_t)(last - first)};
  }
  return (struct text){0};
}

/* False where the head, which ends at `end` with its last line, is not what a daemon of ours says. */
static bool read_head(char *end, struct answer *answer) {
  struct text length = header("content-length:", end), code = header("orq-exit:", end);
  if (strncmp(received, "HTTP/1.1 200", 12) != 0 || (received[12] != ' ' && received[12] != '\r')) return false;
  if (header("transfer-encoding:", end).at || length.length == 0 || length.length > 7) return false;
  if (strspn(length.at, "0123456789") != length.length) return false;
  *answer = (struct answer){
      .body = {end + 2, strtoul(length.at, NULL, 10)},
      .token = header("orq-confirm:", end),
      .exit_code = code.length == 1 && *code.at == '2' ? 2 : 0,
  };
  return answer->body.length <= BODY_MAX_BYTES;
}

static enum verdict read_answer(int fd, struct answer *answer) {
  *answer = (struct answer){0};
  for (size_t length = 0;;) {
    ssize_t got = recv(fd, received + length, sizeof received - length, 0);
    if (got <= 0) return CUT;
    length += (size_t)got;
    if (!answer->body.at) {
      char *end = memmem(received, length < HEAD_MAX_BYTES ? length : HEAD_MAX_BYTES, "\r\n\r\n", 4);
      if (!end && length < HEAD_MAX_BYTES) continue;
      if (!end || !read_head(end + 2, answer)) return GARBAGE;
    }
    if (length >= (size_t)(answer->body.at - received) + answer->body.length) return COMPLETE;
  }
}

/* Text for /dev/null reaches nobody: it was not printed. */
static bool print(int fd, struct text text) {
  struct stat target;
  if (text.length == 0) return true;
  if (fstat(fd, &target) != 0 || (S_ISCHR(target.st_mode) && target.st_rdev == DEV_NULL)) return false;
  signal(SIGPIPE, SIG_IGN);
  while (text.length > 0) {
    ssize_t done = write(fd, text.at, text.length);
    if (done < 0 && !passing(fd, POLLOUT)) return false;
    if (done > 0) text.at += done, text.length -= (size_t)done;
  }
  return true;
}

static void deliver(int fd, const struct answer *answer) {
  if (!print(answer->exit_code == 2 ? STDERR_FILENO : STDOUT_FILENO, answer->body)) return;
  exit_code = answer->exit_code;
  if (waiting || answer->token.length == 0) return;
  head_length = 0;
  put_word("POST /v1/hooks/confirm HTTP/1.1\r\nHost: orq\r\nContent-Length: 0\r\norq-confirm: ");
  put(answer->token.at, answer->token.length), put_word("\r\n\r\n");
  send_all(fd, (struct text){head, head_length});
  shutdown(fd, SHUT_WR);
}

/* A back-off lies somewhere between half of the delay and all of it: a thousand waiters must not come back together. */
static void converse(const struct sockaddr_un *address, struct text request) {
  long delay_ms = BACKOFF_FIRST_MS;
  for (int fd = connect_daemon(address), first = fd; first >= 0; fd = connect_daemon(address)) {
    long long since_ms = clock_ms(CLOCK_MONOTONIC);
    struct answer answer;
    send_all(fd, request);
    enum verdict verdict = read_answer(fd, &answer);
    if (verdict == COMPLETE) deliver(fd, &answer);
    if (verdict != CUT || !waiting) return;
    close(fd);
    if (clock_ms(CLOCK_MONOTONIC) - since_ms > BACKOFF_LAST_MS) delay_ms = BACKOFF_FIRST_MS;
    poll(NULL, 0, (int)(delay_ms / 2 + (clock_ms(CLOCK_MONOTONIC) + getpid() * 31LL) % (delay_ms / 2 + 1)));
    delay_ms = delay_ms * 2 < BACKOFF_LAST_MS ? delay_ms * 2 : BACKOFF_LAST_MS;
  }
  if (!waiting) note_missed(address);
}

static bool is_event(const char *word) { return *word && word[strspn(word, LETTERS)] == '\0'; }
static int say(int fd, const char *words, int code) { return write(fd, words, strlen(words)) < 0 ? 1 : code; }

int main(int count, char **words) {
  const char *first = count > 1 ? words[1] : "", *event = NULL, *socket_path = "", *agent = "";
  struct sockaddr_un address;
  if (strcmp(first, "--version") == 0) return say(STDOUT_FILENO, "orq-hook " VERSION "\n", 0);
  if (strcmp(first, "--help") == 0) return say(STDOUT_FILENO, USAGE, 0);
  for (int i = 1; i < count; i++) {
    if (strcmp(words[i], "--socket") == 0 && i + 1 < count) socket_path = words[++i];
    else if (strcmp(words[i], "--agent") == 0 && i + 1 < count) agent = words[++i];
    else if (!event && is_event(words[i])) event = words[i];
    else return is_event(first) ? 0 : say(STDERR_FILENO, USAGE, 2);
  }
  if (!event) return say(STDERR_FILENO, USAGE, 2);

  waiting = strcmp(event, "wait") == 0;
  parent = getppid();
  long limit_ms = strcmp(event, "SessionEnd") == 0 ? SESSION_END_DEADLINE_MS : DEADLINE_MS;
  set_alarm(waiting ? PARENT_CHECK_MS : limit_ms);
  if (waiting && (prctl(PR_SET_PDEATHSIG, SIGALRM) != 0 || getppid() != parent)) return 0;
  long long deadline_ms = clock_ms(CLOCK_REALTIME) + limit_ms;
  find_socket(socket_path, &address);
  fill_standard_descriptors();
  converse(&address, build_request(event, *agent ? agent : variable("ORQ_AGENT"), read_stdin(), deadline_ms));
  _exit(exit_code);
}
