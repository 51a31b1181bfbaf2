/** What `npm start` prints: where the daemon is, and the three commands to try next, from any folder. */
import { VERSION } from '../src/protocol/version.ts';
import type { Services } from './services.ts';

export function welcomeText({
  about: { config, hookClient },
  orqctl,
}: Pick<Services, 'about' | 'orqctl'>): string {
  return [
    '',
    `orq-daemon ${VERSION} is ready (hook client: ${hookClient})`,
    `  socket           ${config.socket}`,
    `  state directory  ${config.stateDir}`,
    '',
    'Try next, in another terminal:',
    `  ${orqctl} hooks install DIR        # DIR: the folder in which an agent works`,
    `  ${orqctl} send work:1 'hello'      # work:1: tmux session and window of the agent`,
    `  ${orqctl} agents`,
    '',
    'Ctrl-C stops the daemon; messages stay.',
    '',
  ].join('\n');
}
