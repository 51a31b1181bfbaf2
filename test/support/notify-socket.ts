/** The end of sd_notify(3) at which systemd listens, held by Python, because Node knows no datagram Unix sockets. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { until } from './until.ts';

/** The descriptors that come with a barrier are closed, which tells the sender that it was read. */
const LISTENER = `
import json, os, socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
print(flush=True)
while True:
    data, extra, _, _ = end.recvmsg(65536, 1024)
    for _, _, fds in extra:
        for at in range(0, len(fds), 4):
            os.close(int.from_bytes(fds[at:at + 4], sys.byteorder))
    print(json.dumps(data.decode()), flush=True)
`;

/** Programs are started for each word; milliseconds. */
const LIMIT_MS = 20_000;

export interface NotifySocket extends AsyncDisposable {
  readonly path: string;
  /** All that came so far: one text for each datagram, without barriers. */
  readonly told: readonly string[];
  /** Resolves with the first text, also of those before, that satisfies `wanted`; rejects where none comes. */
  heard(wanted: (text: string) => boolean): Promise<string>;
}

/** Why no test can listen here; false where one can. */
export function withoutNotify(): string | false {
  const missing = ['python3', 'systemd-notify'].find(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  return missing !== undefined && `${missing} is missing`;
}

export async function openNotifySocket(path: string): Promise<NotifySocket> {
  const child = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  const told: string[] = [];
  lines.on('line', (line) => {
    const text = JSON.parse(line) as string;
    if (text !== 'BARRIER=1') told.push(text);
  });
  return {
    path,
    told,
    heard: (wanted) => until(() => told.find(wanted), LIMIT_MS),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
