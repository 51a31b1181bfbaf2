/** Rows as aligned columns without borders; the last column is cut to the terminal. */
import Table from 'cli-table3';

const SIDES = ['top', 'bottom', 'left', 'mid', 'right'];
const PARTS = ['', '-mid', '-left', '-right'];
const NO_BORDERS = Object.fromEntries(
  [...SIDES.flatMap((side) => PARTS.map((part) => `${side}${part}`)), 'middle'].map((name) => [name, '']),
);
const GAP = 2;
const LEAST_LAST = 12;

/** `columns`: the width to keep to; undefined (no terminal): nothing is cut. Cells hold no line breaks. */
export function alignedTable(
  head: readonly string[],
  rows: readonly string[][],
  columns: number | undefined,
): string {
  return render(head, rows, columns && Math.max(LEAST_LAST, columns - widthWithoutLast(head, rows)));
}

/** The head is plain ASCII, so the padded first line is as wide as the table. */
function widthWithoutLast(head: readonly string[], rows: readonly string[][]): number {
  const [first = ''] = draw(
    head.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
    [],
  ).split('\n');
  return first.length;
}

function render(head: readonly string[], rows: readonly string[][], lastWidth: number | undefined): string {
  const widths = lastWidth ? [...head.slice(1).map(() => null), lastWidth] : [];
  return draw(head, rows, widths).replaceAll(/ +$/gm, '');
}

function draw(head: readonly string[], rows: readonly string[][], colWidths: (number | null)[]): string {
  const table = new Table({
    head: [...head],
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colWidths,
  });
  table.push(...rows);
  return table.toString();
}
