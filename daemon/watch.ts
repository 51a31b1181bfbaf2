/** Says when something comes into a folder. */
import { watch } from 'chokidar';

/** Watches until the scope ends; resolves when it does. What lies there already is not told. */
export async function watchFolder(
  folder: string,
  {
    onCome,
    onChange,
    onError,
  }: {
    onCome: (path: string) => void;
    /** Also for what goes. */
    onChange?: (path: string) => void;
    onError: (error: unknown) => void;
  },
): Promise<AsyncDisposable> {
  const watcher = watch(folder, { depth: 0, ignoreInitial: true });
  watcher.on('add', onCome).on('error', onError);
  if (onChange) watcher.on('change', onChange).on('unlink', onChange);
  await new Promise<void>((resolve) => void watcher.once('ready', resolve));
  return { [Symbol.asyncDispose]: () => watcher.close() };
}

export interface FileWatcher extends AsyncDisposable {
  add(paths: readonly string[]): void;
  remove(paths: readonly string[]): void;
}

/** Watches files that may not be there yet. What is there when one is added is told as a change. */
export function watchFiles({
  onChange,
  onGone,
  onError,
}: {
  onChange: (path: string) => void;
  onGone: (path: string) => void;
  onError: (error: unknown) => void;
}): FileWatcher {
  const watcher = watch([], { depth: 0 });
  watcher.on('add', onChange).on('change', onChange).on('unlink', onGone).on('error', onError);
  let isOver = false;
  return {
    add: (paths) => {
      // chokidar opens anew when something is added after its end, and a daemon that stops would not.
      if (!isOver) watcher.add([...paths]);
    },
    remove: (paths) => void watcher.unwatch([...paths]),
    [Symbol.asyncDispose]: () => {
      isOver = true;
      return watcher.close();
    },
  };
}
