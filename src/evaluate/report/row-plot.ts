import { escapeHtml } from "#validate";
import { niceTicks } from "./plot.ts";
import { shown } from "./shown.ts";

/** One named row: a bar from zero, a range, dots; whatever of these is given. */
export interface PlotRow {
  readonly name: string;
  readonly bar?: number;
  readonly range?: readonly [low: number, high: number];
  readonly dots?: readonly { readonly x: number; readonly colour: number; readonly text: string }[];
}

const size = { width: 520, left: 150, right: 30, row: 22, top: 6, bottom: 42 };
const longest = 21;

/** Named rows over one axis, as SVG. `label` says in words what can be seen, `axis` what is measured. */
export function rowPlot(label: string, axis: string, rows: readonly PlotRow[]): string {
  const values = rows.flatMap(({ bar, range = [], dots = [] }) => [bar ?? 0, ...range, ...dots.map(({ x }) => x)]);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high > low ? high - low : 1;
  const across = (value: number) => round(size.left + ((value - low) / span) * (size.width - size.left - size.right));
  const end = size.top + rows.length * size.row;
  const ticks = niceTicks(low, low + span).map(
    (value) =>
      `<path class="axis" d="M${across(value)} ${size.top}V${end}"/><text x="${across(value)}" y="${end + 15}" text-anchor="middle">${shown(value)}</text>`,
  );
  const drawn = rows.map(({ name, bar, range, dots = [] }, k) => {
    const middle = size.top + (k + 0.5) * size.row;
    const short = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
    const parts = [
      `<text x="${size.left - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(short)}<title>${escapeHtml(name)}</title></text>`,
      ...(bar === undefined
        ? []
        : [
            `<rect class="bar d0" x="${Math.min(across(0), across(bar))}" y="${middle - 6}" width="${round(Math.max(1, Math.abs(across(bar) - across(0))))}" height="12" rx="2"/>`,
          ]),
      ...(range === undefined
        ? []
        : [
            `<path class="range ${bar === undefined ? "d5" : "ink"}" d="M${across(range[0])} ${middle}H${across(range[1])}"/>`,
          ]),
      ...dots.map(
        ({ x, colour, text }) =>
          `<circle class="bar d${colour}" cx="${across(x)}" cy="${middle}" r="4.5"><title>${escapeHtml(text)}</title></circle>`,
      ),
    ];
    return parts.join("");
  });
  const zero = low < 0 ? `<path class="level" d="M${across(0)} ${size.top}V${end}"/>` : "";
  const title = `<text class="value" x="${(size.left + size.width - size.right) / 2}" y="${end + 34}" text-anchor="middle">${escapeHtml(axis)}</text>`;
  return `<svg class="chart" viewBox="0 0 ${size.width} ${end + size.bottom}" role="img" aria-label="${escapeHtml(label)}">${ticks.join("")}${zero}${drawn.join("")}${title}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
