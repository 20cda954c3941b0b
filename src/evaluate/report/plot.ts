import { escapeHtml } from "#validate";
import { shown } from "./shown.ts";

/** One axis: what it measures, and from where to where. */
export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly show?: (value: number) => string;
  /** Of an axis of names: they stand at 0, 1, 2 … */
  readonly names?: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Something drawn over the axes; `colour` is a place in the page's palette. */
export type Mark =
  | {
      readonly kind: "line";
      readonly points: readonly Point[];
      readonly colour: number;
      readonly dashed?: boolean;
      readonly thin?: boolean;
    }
  | {
      readonly kind: "steps";
      readonly edges: readonly number[];
      readonly heights: readonly number[];
      readonly colour: number;
    }
  | {
      readonly kind: "dots";
      readonly points: readonly (Point & { readonly low?: number; readonly high?: number; readonly text?: string })[];
      readonly colour: number;
    }
  | { readonly kind: "upright"; readonly x: number; readonly text: string }
  | { readonly kind: "level"; readonly y: number };

const size = { width: 520, height: 300, left: 66, right: 26, top: 14, bottom: 44 };

/** A chart as SVG. `label` says in words what can be seen. */
export function plot(label: string, x: Axis, y: Axis, marks: readonly Mark[]): string {
  const across = scale(x, size.left, size.width - size.right);
  const up = scale(y, size.height - size.bottom, size.top);
  const ticks = [
    ...(x.names === undefined
      ? niceTicks(x.low, x.high).map((value) => [value, (x.show ?? shown)(value)] as const)
      : namedTicks(x.names)
    ).map(
      ([value, text]) =>
        `<text x="${round(across(value))}" y="${size.height - size.bottom + 16}" text-anchor="middle">${escapeHtml(text)}</text>`,
    ),
    ...niceTicks(y.low, y.high).map(
      (value) =>
        `<path class="axis" d="M${size.left} ${round(up(value))}H${size.width - size.right}"/><text x="${size.left - 6}" y="${round(up(value) + 4)}" text-anchor="end">${(y.show ?? shown)(value)}</text>`,
    ),
    `<text class="value" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 8}" text-anchor="middle">${escapeHtml(x.title)}</text>`,
    `<text class="value" transform="translate(12 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y.title)}</text>`,
  ];
  const drawn = marks.map((mark) => draw(mark, across, up, up(Math.max(0, y.low))));
  return `<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escapeHtml(label)}">${ticks.join("")}${drawn.join("")}</svg>`;
}

type Scale = (value: number) => number;

function scale({ low, high }: Axis, from: number, to: number): Scale {
  const span = high > low ? high - low : 1;
  return (value) => from + ((Math.min(high, Math.max(low, value)) - low) / span) * (to - from);
}

function draw(mark: Mark, across: Scale, up: Scale, base: number): string {
  const at = ({ x, y }: Point) => `${round(across(x))} ${round(up(y))}`;
  if (mark.kind === "line")
    return `<path class="curve d${mark.colour}${mark.dashed ? " dashed" : ""}${mark.thin ? " thin" : ""}" d="M${mark.points.map(at).join("L")}"/>`;
  if (mark.kind === "steps") {
    const steps = mark.heights
      .map((height, i) => `L${at({ x: mark.edges[i]!, y: height })}H${round(across(mark.edges[i + 1]!))}`)
      .join("");
    const first = round(across(mark.edges[0]!));
    return `<path class="area d${mark.colour}" d="M${first} ${round(base)}${steps}V${round(base)}Z"/>`;
  }
  if (mark.kind === "level")
    return `<path class="level" d="M${size.left} ${round(up(mark.y))}H${size.width - size.right}"/>`;
  if (mark.kind === "upright") {
    const x = round(across(mark.x));
    const left = x > size.width - 140;
    return `<path class="level" d="M${x} ${size.top}V${size.height - size.bottom}"/><text x="${x + (left ? -5 : 5)}" y="${size.top + 10}" text-anchor="${left ? "end" : "start"}">${escapeHtml(mark.text)}</text>`;
  }
  return mark.points
    .map((point) => {
      const whisker =
        point.low === undefined || point.high === undefined
          ? ""
          : `<path class="range d${mark.colour}" d="M${at({ x: point.x, y: point.low })}V${round(up(point.high))}"/>`;
      const title = point.text === undefined ? "" : `<title>${escapeHtml(point.text)}</title>`;
      return `${whisker}<circle class="bar d${mark.colour}" cx="${round(across(point.x))}" cy="${round(up(point.y))}" r="4">${title}</circle>`;
    })
    .join("");
}

/** So many letters fit under the axis, however many names share it. */
const lettersAcross = 64;

function namedTicks(names: readonly string[]): (readonly [at: number, text: string])[] {
  const most = Math.max(3, Math.floor(lettersAcross / names.length));
  return names.map((name, k) => [k, name.length > most ? `${name.slice(0, most - 1)}…` : name] as const);
}

/** At most about six round numbers between the ends. */
export function niceTicks(low: number, high: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
