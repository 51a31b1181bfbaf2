/** Which of the two hook clients a file is, by its bytes. */

const ELF = [0x7f, 0x45, 0x4c, 0x46] as const;

export type HookClientKind = 'native' | 'node';

/** `head`: the first four bytes, or more. */
export function hookClientKind(head: Uint8Array): HookClientKind {
  return ELF.every((byte, at) => head[at] === byte) ? 'native' : 'node';
}
