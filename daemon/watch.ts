/** Says when something comes into a folder. */
import { watch } from 'chokidar';

/** Watches until the scope ends; resolves when it does. What lies there already is not told. */
export async function watchFolder(
  folder: string,
  { onCome, onError }: { onCome: () => void; onError: (error: unknown) => void },
): Promise<AsyncDisposable> {
  const watcher = watch(folder, { depth: 0, ignoreInitial: true });
  watcher.on('add', onCome).on('error', onError);
  await new Promise<void>((resolve) => void watcher.once('ready', resolve));
  return { [Symbol.asyncDispose]: () => watcher.close() };
}
