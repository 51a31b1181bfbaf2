import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentText } from '../../src/takeover/legacy-text.ts';

for (const [stored, text] of [
  ['plain', 'plain'],
  ['go__ENSURE_ENTER__', 'go'],
  ['go __ENSURE_ENTER____ENSURE_ENTER__ \n', 'go'],
  ['say __ENSURE_ENTER__ here', 'say __ENSURE_ENTER__ here'],
  [`echo "TMUX_MCP_START"; run it; echo "TMUX_MCP_DONE_$?"`, 'run it'],
  [`echo 'TMUX_MCP_START'; one\ntwo ; echo 'TMUX_MCP_DONE_$?'`, 'one\ntwo'],
  ['echo TMUX_MCP_START; x; echo TMUX_MCP_DONE_$?', 'x'],
  ['echo "MCP_EXECUTE_START"; x; echo "MCP_EXECUTE_END_$?"', 'x'],
  [`bash -c "echo \\"TMUX_MCP_START\\"; x; echo \\"TMUX_MCP_DONE_$?\\""`, 'x'],
  [`bash -c 'echo TMUX_MCP_START; x; echo TMUX_MCP_DONE_$?'`, 'x'],
  ['$(echo "TMUX_MCP_START"; x; echo "TMUX_MCP_DONE_$?")', 'x'],
  ['echo "TMUX_MCP_START"; x; echo "TMUX_MCP_DONE_$?"__ENSURE_ENTER__', 'x'],
  ['echo "TMUX_MCP_START"; echo "TMUX_MCP_DONE_$?"', ''],
  ['__ENSURE_ENTER__', ''],
  ['look: echo "TMUX_MCP_START"; is a wrapper', 'look: echo "TMUX_MCP_START"; is a wrapper'],
  [`bash -c "ls -l"`, `bash -c "ls -l"`],
  ['$(date)', '$(date)'],
] as const)
  test(`the text of ${JSON.stringify(stored)} is ${JSON.stringify(text)}`, () => {
    const sent = sentText(stored);
    assert.equal(sent.text, text);
    assert.equal(sent.cut.length > 0, stored !== text);
  });
