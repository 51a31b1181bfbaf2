/** Why nothing is typed into a pane, or why typed text was not sent off: the closed sets of words that people and `orqctl why` read. */

export const HELD = {
  paneGone: 'pane gone',
  paneDead: 'program in the pane ended',
  inputOff: 'input of the pane is off',
  synchronised: 'panes are synchronised',
  copyMode: 'pane in copy mode',
  otherProgram: 'another program in the foreground',
  clientGone: 'agent is not in this pane',
  noComposer: 'no input box on the screen',
  dialog: 'dialog open',
  draft: 'draft present',
  humanTyping: 'human typing',
  turnRunning: 'agent busy',
  paneTaken: 'pane in use by another writer',
  tmuxSilent: 'tmux does not answer',
} as const;

export type Held = (typeof HELD)[keyof typeof HELD];

export const UNSENT = {
  notShown: 'the text does not show in the input box',
  typedOn: 'the input box holds more than the text',
  enterSwallowed: 'Enter had no effect',
  paneLost: 'the pane went away under the text',
} as const;

export type Unsent = (typeof UNSENT)[keyof typeof UNSENT];
