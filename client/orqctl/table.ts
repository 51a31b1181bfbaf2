/** Rows as aligned columns without borders; the last column is cut to the terminal. */
import Table from 'cli-table3';
import { visible } from './visible.ts';

const SIDES = ['top', 'bottom', 'left', 'mid', 'right'];
const PARTS = ['', '-mid', '-left', '-right'];
const NO_BORDERS = Object.fromEntries(
  [...SIDES.flatMap((side) => PARTS.map((part) => `${side}${part}`)), 'middle'].map((name) => [name, '']),
);
const GAP = 2;
const LEAST_LAST = 12;

/** Lines of a terminal that one cell may be worth before it is measured: a text of a megabyte is not. */
const LONGEST_CELL = 4;

/** Cells are made visible. `columns`: the width to keep to; undefined (no terminal): nothing is cut. */
export function alignedTable(
  head: readonly string[],
  rows: readonly string[][],
  columns: number | undefined,
): string {
  if (columns === undefined)
    return draw(
      head,
      rows.map((row) => row.map(visible)),
      [],
    );
  const cells = rows.map((row) => row.map((cell) => visible(cell.slice(0, columns * LONGEST_CELL))));
  const lastWidth = Math.max(LEAST_LAST, columns - widthWithoutLast(head, cells));
  return draw(head, cells, [...head.slice(1).map(() => null), lastWidth]);
}

/** The head is plain ASCII, so the padded first line is as wide as the table. */
function widthWithoutLast(head: readonly string[], rows: readonly string[][]): number {
  const [first = ''] = render(
    head.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
    [],
  ).split('\n');
  return first.length;
}

function draw(head: readonly string[], rows: readonly string[][], colWidths: (number | null)[]): string {
  return render(head, rows, colWidths).replaceAll(/ +$/gm, '');
}

function render(head: readonly string[], rows: readonly string[][], colWidths: (number | null)[]): string {
  const table = new Table({
    head: [...head],
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colWidths,
  });
  table.push(...rows);
  return table.toString();
}
