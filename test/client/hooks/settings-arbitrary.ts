/** Random settings files of Claude Code: any content beside strangers' hooks, in any layout that JSON allows. */
import * as fc from 'fast-check';

const EVENTS = ['SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd', 'PreToolUse', 'PostToolBatch'];

const STRANGERS = ['echo hi', '/opt/orq-hook', 'x/bin/orq-hook', '/usr/bin/notify "ä" {}'];

/** Hooks of the old system in the forms that its set-up programs wrote. */
export const OLD_COMMANDS = [
  'python3 $CLAUDE_PROJECT_DIR/.claude/hooks/check_queue_enhanced.py --rebrief',
  'python3 "/srv/orchestrator/claude_hooks/check_queue.py" --agent "${TMUX_SESSION_NAME}:${TMUX_WINDOW_INDEX}" --check-idle',
  'test -f .claude/hooks/.initialized || (python3 .claude/hooks/check_queue.py --bootstrap && touch .claude/hooks/.initialized)',
  '.claude/hooks/cleanup_agent.py --agent s:1 --reason session_end',
  'python3 .claude/hooks/auto_restart.py',
  'python3 /srv/claude_hooks/setup_git_policy_hooks.py',
];

const hooksOf = (commands: readonly string[]) => {
  const handler = fc.record(
    {
      type: fc.constantFrom('command', 'prompt'),
      command: fc.constantFrom(...commands),
      args: fc.array(fc.string()),
      timeout: fc.nat(600),
    },
    { requiredKeys: ['type', 'command'] },
  );
  const group = fc.record(
    { matcher: fc.constantFrom('', '*', 'Bash|Edit'), hooks: fc.array(handler, { maxLength: 3 }) },
    { requiredKeys: ['hooks'] },
  );
  return fc.dictionary(fc.constantFrom(...EVENTS), fc.array(group, { maxLength: 3 }), { maxKeys: 4 });
};

const permissions = fc.record(
  {
    allow: fc.array(fc.constantFrom('Bash(ls:*)', 'Bash(orqctl send:*)', 'Read'), { maxLength: 3 }),
    deny: fc.array(fc.string()),
  },
  { requiredKeys: [] },
);

const key = fc.string({ maxLength: 6 }).filter((name) => name !== 'hooks' && name !== 'permissions');

/** Values as they come back from JSON. */
const settingsValue = (commands: readonly string[]) =>
  fc
    .tuple(
      fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
      fc.option(hooksOf(commands), { nil: undefined }),
      fc.option(permissions, { nil: undefined }),
      fc.boolean(),
    )
    .map(([rest, hooksValue, permissionsValue, hooksFirst]) => {
      const first = { hooks: hooksValue, permissions: permissionsValue };
      return hooksFirst ? { ...first, ...rest } : { ...rest, ...first };
    });

/** White space for a place between two tokens. */
type Blank = (depth: number) => string;

const spacious: fc.Arbitrary<Blank> = fc
  .tuple(
    fc.array(fc.constantFrom('', ' ', '\t', '\n', '\r\n', '\n  '), { minLength: 5, maxLength: 23 }),
    fc.nat(),
  )
  .map(([blanks]) => {
    let place = 0;
    return () => blanks[(place += 1) % blanks.length] ?? '';
  });

/** A text with the given white space at every place where JSON allows some. */
function spread(value: unknown, blank: Blank): string {
  const list = (items: readonly string[], open: string, close: string): string =>
    `${open}${blank(0)}${items.join(`${blank(0)},${blank(0)}`)}${blank(0)}${close}`;
  if (Array.isArray(value))
    return list(
      value.map((item) => spread(item, blank)),
      '[',
      ']',
    );
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return list(
    fields.map(([name, field]) => `${JSON.stringify(name)}${blank(0)}:${blank(0)}${spread(field, blank)}`),
    '{',
    '}',
  );
}

const usual = fc.record({
  unit: fc.constantFrom('', ' ', '  ', '    ', '\t'),
  eol: fc.constantFrom('\n', '\r\n'),
});

const textWith = (commands: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      settingsValue(commands),
      fc.oneof({ weight: 3, arbitrary: usual }, spacious),
      fc.constantFrom('', '\uFEFF'),
      fc.constantFrom('', '\n', '\r\n', ' \n\n'),
    )
    .map(([value, layout, mark, end]) => {
      const body =
        typeof layout === 'function'
          ? spread(value, layout)
          : JSON.stringify(value, null, layout.unit).replaceAll('\n', layout.eol);
      return mark + body + end;
    });

/** The text of a settings file. */
export const settingsText = textWith(STRANGERS);

/** One that hooks of the old system may stand in, among those of others. */
export const oldSettingsText = textWith([...STRANGERS, ...OLD_COMMANDS]);
