/** A private home for the installer's tests: data folder, user settings, worktrees and a stand-in for the built hook client. */
import { lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Host } from '../../../client/hooks/host.ts';
import { OrqError, type ErrorCode } from '../../../src/protocol/errors.ts';

export const SOCKET = '/run/user/1000/orq/orq.sock';

export class HookHome {
  readonly root: string;
  readonly host: Host;

  private constructor(root: string) {
    this.root = root;
    this.host = {
      env: {
        PATH: process.env['PATH'],
        HOME: join(root, 'home'),
        XDG_DATA_HOME: join(root, 'data'),
        XDG_RUNTIME_DIR: '/run/user/1000',
      },
      packageFolder: join(root, 'package'),
      builtClient: join(root, 'built-orq-hook'),
      managedSettings: join(root, 'managed-settings.json'),
      nowMs: () => 1_700_000_000_000,
    };
  }

  static async open(): Promise<HookHome> {
    const home = new HookHome(await mkdtemp(join(tmpdir(), 'orq-hooks-')));
    await mkdir(join(home.root, 'home'));
    await writeFile(home.host.builtClient, '\u007fELF client');
    return home;
  }

  get client(): string {
    return join(this.root, 'data/orq/bin/orq-hook');
  }

  /** A worktree, with a local settings file where a text is given. */
  async worktree(name: string, settings?: string | Uint8Array): Promise<string> {
    const folder = join(this.root, name);
    await mkdir(folder, { recursive: true });
    if (settings !== undefined) await this.write(localSettings(folder), settings);
    return folder;
  }

  async write(path: string, content: string | Uint8Array): Promise<string> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  /** Every file under the home except the hook client, with mode and bytes: what an uninstall must leave as it was. */
  async snapshot(): Promise<Readonly<Record<string, string>>> {
    const names = await readdir(this.root, { recursive: true, encoding: 'utf8' });
    const found: Record<string, string> = {};
    for (const name of names) {
      if (name.startsWith('data') || /\.git\/(objects|index)/.test(name)) continue;
      const path = join(this.root, name);
      const entry = await lstat(path);
      const mode = (entry.mode & 0o777).toString(8);
      const content = entry.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : entry.isFile()
          ? await readFile(path, 'latin1')
          : '';
      found[name] = `${mode} ${content}`;
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export function localSettings(folder: string): string {
  return join(folder, '.claude/settings.local.json');
}

export async function readJson(path: string): Promise<unknown> {
  return JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
}

/** For assert.rejects. */
export function isOrqError(code: ErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof OrqError)) throw error;
    if (error.code !== code || !message.test(error.message))
      throw new Error(`${error.code}: ${error.message}`);
    return true;
  };
}
