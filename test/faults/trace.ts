/** What strace recorded (-xx), as the operations on a folder's files and the answers between them. */

export type Operation =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'unlink'; readonly file: string }
  | { readonly kind: 'answer'; readonly text: string };

export const RECORDED = 'openat,close,pwrite64,ftruncate,fsync,fdatasync,unlink,write,writev';

/** Operations on the files in `folder`, by their names, and everything that was written elsewhere as answers. */
export function operationsIn(trace: string, folder: string): Operation[] {
  const open = new Map<string, string>();
  return wholeCalls(trace).flatMap((line): Operation[] => {
    const [, name = '', words = '', result = ''] = /^\d+ +(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? [];
    if (result.startsWith('-')) return [];
    const strings = Array.from(words.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g), ([, hex = '']) =>
      Buffer.from(hex.replaceAll('\\x', ''), 'hex'),
    );
    const path = strings[0]?.toString() ?? '';
    if (name === 'openat') {
      if (path.startsWith(`${folder}/`)) open.set(result, path.slice(folder.length + 1));
      return [];
    }
    if (name === 'unlink')
      return path.startsWith(`${folder}/`) ? [{ kind: 'unlink', file: path.slice(folder.length + 1) }] : [];
    const fd = /^\d+/.exec(words)?.[0] ?? '';
    const file = open.get(fd);
    if (name === 'close') open.delete(fd);
    else if (file === undefined) {
      if (name.startsWith('write')) return [{ kind: 'answer', text: Buffer.concat(strings).toString() }];
    } else if (name === 'pwrite64') {
      const at = Number(/, (\d+)$/.exec(words)?.[1]);
      return [{ kind: 'write', file, at, bytes: strings[0]?.subarray(0, Number(result)) ?? Buffer.alloc(0) }];
    } else if (name === 'ftruncate')
      return [{ kind: 'truncate', file, length: Number(/(\d+)$/.exec(words)?.[1]) }];
    else if (name === 'fsync' || name === 'fdatasync') return [{ kind: 'sync', file }];
    return [];
  });
}

/** Lines of calls; one that another thread interrupted is joined again, at its end. */
function wholeCalls(trace: string): string[] {
  const begun = new Map<string, string>();
  return trace.split('\n').flatMap((line) => {
    const pid = /^\d+/.exec(line)?.[0] ?? '';
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(line)?.[1];
    if (unfinished !== undefined) {
      begun.set(pid, unfinished);
      return [];
    }
    const resumed = /^\d+ +<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    return [resumed === undefined ? line : `${begun.get(pid) ?? ''}${resumed}`];
  });
}
