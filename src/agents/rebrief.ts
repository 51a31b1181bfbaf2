/**
 * What an agent is told after a compaction or a restart: who it is, what it has open, its rules, what it did last. Facts, no commands.
 * Whole passages stand in the order of the sections as long as they fit; what does not fit is named.
 */

/** Every such text begins with it, so that people find it in the queue. */
export const REBRIEF_MARKER = 'REBRIEF';

/** Something that stands whole or, where there is no room, by its name. Neither ends with a line feed. */
export interface Passage {
  readonly whole: string;
  readonly named: string;
}

export type RebriefCause = 'compaction' | 'restart' | 'request';

export interface RebriefFacts {
  readonly cause: RebriefCause;
  /** Who it is, who else is there, how to speak to them. */
  readonly identity: string;
  readonly open: readonly Passage[];
  readonly rules: readonly Passage[];
  readonly activity: readonly Passage[];
}

const PLACES = ['cause', 'identity', 'open', 'rules', 'activity'] as const;
type Place = (typeof PLACES)[number];

/** Words of whoever wrote it, and places that are filled. */
export type Template = readonly (string | { readonly place: Place })[];

/** Longest template in UTF-16 units: the rest of the answer is for what fills it. */
export const LONGEST_TEMPLATE = 4_000;

/** What a line about passages that are left out may take. */
const TAIL_UNITS = 60;

const CAUSES: Record<RebriefCause, string> = {
  compaction: 'the context of this session was compacted',
  restart: 'this session was started again by orq',
  request: 'somebody asked orq for it',
};

const NONE: Record<'open' | 'rules' | 'activity', string> = {
  open: 'None.',
  rules: 'None are known.',
  activity: 'Nothing is known.',
};

const DEFAULT_TEMPLATE = `${REBRIEF_MARKER}: what orq knows of this agent, because {{cause}}.
{{identity}}
Open messages, which were delivered and are not done yet:
{{open}}

Rules of this place:
{{rules}}

What was done last:
{{activity}}
`;

/** Reads a template of a project's own, or says what is wrong with it. */
export function parseTemplate(text: string): { readonly template: Template } | { readonly problem: string } {
  if (text.length > LONGEST_TEMPLATE)
    return { problem: `it has ${text.length} characters, ${LONGEST_TEMPLATE} are allowed` };
  const template: (string | { place: Place })[] = [];
  let end = 0;
  for (const found of text.matchAll(/\{\{(.*?)\}\}/g)) {
    const name = found[1]?.trim() ?? '';
    const place = PLACES.find((each) => each === name);
    if (place === undefined) return { problem: `{{${name}}} is none of ${PLACES.join(', ')}` };
    if (template.some((piece) => typeof piece !== 'string' && piece.place === place))
      return { problem: `{{${name}}} stands in it twice` };
    template.push(text.slice(end, found.index), { place });
    end = found.index + found[0].length;
  }
  template.push(text.slice(end));
  for (const needed of ['identity', 'open'])
    if (!template.some((piece) => typeof piece !== 'string' && piece.place === needed))
      return { problem: `{{${needed}}} is missing` };
  return { template };
}

/** The text for one value of `capUnits` UTF-16 units; `template`: the project's own, in whose place the default one stands where it is bad. */
export function rebriefText(facts: RebriefFacts, capUnits: number, template: string | null): string {
  const pieces = piecesOf(template);
  const has = (wanted: Place): boolean =>
    pieces.some((piece) => typeof piece !== 'string' && piece.place === wanted);
  const fill = (open: string, rules: string, activity: string): string => {
    const filled = { open, rules, activity, cause: CAUSES[facts.cause], identity: facts.identity };
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : filled[piece.place])).join('');
    return text.startsWith(REBRIEF_MARKER) ? text : `${REBRIEF_MARKER}\n${text}`;
  };
  const sections = [facts.open, has('rules') ? facts.rules : [], has('activity') ? facts.activity : []];
  const [open = '', rules = '', activity = ''] = fitted(sections, capUnits - fill('', '', '').length);
  const text = fill(open || NONE.open, rules || NONE.rules, activity || NONE.activity);
  return text.slice(0, capUnits).toWellFormed();
}

function piecesOf(own: string | null): Template {
  const chosen = own === null ? null : parseTemplate(own);
  if (chosen && 'template' in chosen) return chosen.template;
  const parsed = parseTemplate(DEFAULT_TEMPLATE);
  if ('problem' in parsed) throw new Error(`the default template: ${parsed.problem}`);
  return parsed.template;
}

/** First every passage by its name, then whole, in order, as far as there is room. */
function fitted(sections: readonly (readonly Passage[])[], units: number): string[] {
  let left = units - sections.length * TAIL_UNITS;
  const named = sections.map((passages) => {
    const run = passages.findIndex((passage) => (left -= passage.named.length + 1) < 0);
    if (run < 0) return passages.length;
    left = 0;
    return run;
  });
  return sections.map((passages, at) => {
    const shown = passages.slice(0, named[at]).map(({ whole, named: name }) => {
      if (whole.length - name.length > left) return name;
      left -= whole.length - name.length;
      return whole;
    });
    const rest = passages.length - shown.length;
    return [...shown, ...(rest > 0 ? [`and ${rest} more, for which there is no room here`] : [])].join('\n');
  });
}
