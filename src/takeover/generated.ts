/** Messages that the old system made by itself: the moment that they spoke of is over. */

const GENERATED: readonly (readonly [priorities: readonly number[], prefix: string])[] = [
  [[95], '🔄 **Context Restoration & Rebriefing**'],
  [[99], '🔄 **Context Restoration After Compaction**'],
  [[90], '🔄 **Automatic Restart**'],
  [[90], 'WARNING: MCP tmux commands detected.'],
  [[80, 70], '⏰ COMMIT REQUIRED:'],
];

/** Priority and beginning have to agree: a user's own message may have either. */
export function isGenerated(text: string, priority: number): boolean {
  const start = text.trimStart();
  return GENERATED.some(([priorities, prefix]) => priorities.includes(priority) && start.startsWith(prefix));
}
