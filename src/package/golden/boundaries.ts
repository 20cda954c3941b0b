import { exp, expm1, type JsonValue, log, type Program, type ProgramNode, type Tensors } from "@millrace/program";

/** What the graph makes a difference between: for each input, numbers where it may turn, and texts that it knows. */
export interface Boundaries {
  readonly numbers: readonly ReadonlySet<number>[];
  readonly texts: readonly ReadonlySet<string>[];
}

const mostOfAnInput = 20_000;

/**
 * Split thresholds, bin edges, bounds and levels, carried back from where they stand to the inputs that they come from. What
 * many inputs are mixed into (a sum, a linear model) has no boundary of one input.
 */
export function boundariesOf({ inputs, nodes }: Program, tensors: Tensors): Boundaries {
  const numbers = Array.from({ length: inputs.length + nodes.length }, () => new Set<number>());
  const texts = Array.from({ length: inputs.length + nodes.length }, () => new Set<string>());
  for (let k = nodes.length - 1; k >= 0; k--) {
    const node = nodes[k]!;
    const toInput = (place: number, values: Iterable<number>) => {
      const wanted = numbers[node.inputs[place]!]!;
      for (const value of values) if (Number.isFinite(value) && wanted.size < mostOfAnInput) wanted.add(value);
    };
    if (node.op === "trees") {
      const thresholds = numbersOf(node.attributes.threshold, tensors);
      numbersOf(node.attributes.feature, tensors).forEach((feature, n) => {
        toInput(feature, [thresholds[n]!]);
      });
    } else {
      const own = carriedBack(node, [...numbers[inputs.length + k]!], tensors);
      for (let place = 0; place < node.inputs.length; place++) toInput(place, own);
    }
    for (const level of textsOf(node.attributes.levels)) texts[node.inputs[0]!]!.add(level);
  }
  return { numbers: numbers.slice(0, inputs.length), texts: texts.slice(0, inputs.length) };
}

/** Where the inputs of a node turn, when its result turns at `wanted`. */
function carriedBack({ op, attributes: a }: ProgramNode, wanted: readonly number[], tensors: Tensors): number[] {
  const number = (name: string) => (typeof a[name] === "number" ? [a[name]] : []);
  switch (op) {
    case "toNumber":
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
      return [...wanted, 0];
    case "impute":
      return [...wanted, ...number("value")];
    case "minimum":
    case "maximum":
    case "identityLink":
      return [...wanted];
    case "abs":
    case "relu":
      return [...wanted, ...wanted.map((value) => -value), 0];
    case "sqrt":
      return [...wanted.map((value) => value * value), 0];
    case "floor":
      return wanted.map((value) => Math.floor(value) + 1);
    case "temperature":
      return wanted.map((value) => value * (a.value as number));
    case "clip":
      return [...wanted, ...number("low"), ...number("high")];
    case "scale":
      return wanted.map((value) => value * (a.scale as number) + (a.offset as number));
    case "log":
      return [...wanted.map(exp), 0];
    case "log1p":
      return [...wanted.map(expm1), -1];
    case "exp":
      return wanted.map(log);
    case "bin":
      return numbersOf(a.edges, tensors);
    case "steps":
      return numbersOf(a.edges, tensors);
    case "outsideDomain":
      return [...numbersOf(a.low, tensors), ...numbersOf(a.high, tensors)];
    case "isDay":
      return numbersOf(a.days, tensors).flatMap((day) => {
        const start = day * 86_400_000_000 - ((a.offsetMinutes as number | undefined) ?? 0) * 60_000_000;
        return [start, start + 86_400_000_000];
      });
    case "isotonic":
      return numbersOf(a.x, tensors);
    case "timeSince": {
      const unit = a.unit === "day" ? 86_400_000_000 : a.unit === "hour" ? 3_600_000_000 : 1_000_000;
      return [...wanted, 0].map((value) => Math.round(value * unit) + (a.at as number));
    }
    case "datePart":
      return a.part === "year" ? wanted.map((year) => Date.UTC(Math.floor(year) + 1, 0, 1) * 1000) : [];
    case "cyclic":
      return [-1, 0, 0.25, 0.5, 0.75, 1, 2].map((turn) => turn * (a.period as number));
    default:
      return [];
  }
}

function numbersOf(value: JsonValue | undefined, tensors: Tensors): number[] {
  const name = (value as { readonly tensor?: string } | undefined)?.tensor;
  return name === undefined ? [] : [...(tensors.get(name)?.values ?? [])];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
