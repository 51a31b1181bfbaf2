import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import { readMetrics, serveMetrics } from '../../metrics-text.ts';
import { addExamples } from '../examples.ts';
import type { Terminal } from '../terminal.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export function metrics({ socket, answer, warn }: Terminal): Command {
  const command = new Command('metrics')
    .description('Print the figures of the daemon as Prometheus reads them, or serve them to it.')
    .option('--listen <address>', 'serve GET /metrics on this address, like 127.0.0.1:9464', parseAddress)
    .action(async ({ listen }: { listen?: Address }) => {
      const text = (await readMetrics(socket())).trimEnd();
      if (listen === undefined) {
        answer({ text }, () => text);
        return;
      }
      const server = await serveMetrics(socket(), listen.host, listen.port);
      const { port } = server.address() as AddressInfo;
      warn(`serving http://${listen.host}:${port}/metrics`);
      await once(server, 'close');
    });
  return addExamples(command, ['orqctl metrics', 'orqctl metrics --listen 127.0.0.1:9464']);
}

function parseAddress(text: string): Address {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw new InvalidArgumentError('It is an address with a port, like 127.0.0.1:9464.');
  return { host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}
