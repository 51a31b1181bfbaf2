/** The text of orq's units: the templates of the package with the values of this installation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SERVICE = 'orq-daemon.service';
export const SOCKET = 'orq-daemon.socket';
/** What is started and stopped; the alert is started by a failure alone. */
export const UNITS = [SERVICE, SOCKET] as const;

export const FILES = [...UNITS, 'orq-daemon-failed.service'] as const;

/** The first systemd that waits for the end of a reload by itself. */
const NOTIFY_RELOAD = 253;

/** What differs between installations; whole words, not yet quoted. */
export interface UnitValues {
  /** The program with its first words. */
  readonly exec: readonly string[];
  /** The program that tells of a failure, likewise. */
  readonly alert: readonly string[];
  /** Release of systemd. */
  readonly systemd: number;
  readonly socket: string;
  readonly stateDir: string;
  readonly path: string;
  readonly user: string;
  readonly home: string;
}

export interface UnitFile {
  readonly name: (typeof FILES)[number];
  readonly text: string;
}

/** The units of a scope, ready to be written. */
export function unitFiles(
  packageFolder: string,
  scope: 'user' | 'system',
  values: UnitValues,
): readonly UnitFile[] {
  return FILES.map((name) => {
    const template = join(packageFolder, 'systemd', name.replace('.', `-${scope}.`));
    return { name, text: filled(readFileSync(template, 'utf8'), values) };
  });
}

function filled(template: string, values: UnitValues): string {
  const { exec, alert, systemd, socket, stateDir, path, user, home } = values;
  const command = (line: readonly string[]): string =>
    line.map((word) => quoted(word.replaceAll('$', () => '$$'))).join(' ');
  const waits = systemd >= NOTIFY_RELOAD;
  const words: Readonly<Record<string, string>> = {
    EXEC: command(exec),
    ALERT: command(alert),
    TYPE: waits ? 'notify-reload' : 'notify',
    RELOAD: waits ? 'ReloadSignal=SIGHUP' : 'ExecReload=kill -HUP $MAINPID',
    SOCKET_SETTING: quoted(`ORQ_SOCKET=${socket}`),
    STATE_SETTING: quoted(`ORQ_STATE_DIR=${stateDir}`),
    PATH_SETTING: quoted(`PATH=${path}`),
    SOCKET: plain(socket),
    USER: plain(user),
    HOME: quoted(home),
  };
  return template.replaceAll(/@([A-Z_]+)@/g, (_, name: string) => words[name] ?? '');
}

/** systemd reads `%` as the beginning of a specifier everywhere. */
function plain(word: string): string {
  return word.replaceAll('%', '%%');
}

/** One word where systemd splits by white space and knows quotes and escapes (systemd.syntax(7)). */
function quoted(word: string): string {
  return /^[\w=:,./+-]+$/.test(word) ? word : `"${plain(word).replaceAll(/["\\]/g, (sign) => `\\${sign}`)}"`;
}
