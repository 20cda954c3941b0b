import type { Column, Frame } from "@millrace/program";
import { type DecidedType, TypeDecision, typeAs } from "../typing/decide-type.ts";
import { styleOf, textOf, type WrittenNumbers } from "../typing/type-texts.ts";
import type { StreamedSource } from "./model.ts";

/** As `typeTexts`, of a source in parts: read once more to decide the types of these columns by every row that it gives. */
export async function typeParts(
  source: StreamedSource,
  names: ReadonlySet<string>,
  written: WrittenNumbers = {},
): Promise<StreamedSource> {
  if (names.size === 0) return source;
  const style = styleOf(written);
  const decisions = new Map<string, TypeDecision>();
  await source.each(({ columns }) => {
    for (const name of names) {
      const column = columns.get(name);
      if (column?.type !== "string") continue;
      const decision = decisions.get(name) ?? new TypeDecision([], style);
      decisions.set(name, decision);
      decision.add(textOf(column));
    }
  });
  const types = new Map([...decisions].map(([name, decision]) => [name, decision.decide(name, [])]));
  return {
    ...source,
    patterns: new Map([...source.patterns, ...patternsOf(types)]),
    each: (work) => source.each((frame) => work(typed(frame, types, style))),
  };
}

function typed(frame: Frame, types: ReadonlyMap<string, DecidedType>, style: Parameters<typeof typeAs>[3]): Frame {
  const columns = new Map<string, Column>(frame.columns);
  for (const [name, type] of types) {
    const column = columns.get(name);
    if (column?.type === "string") columns.set(name, typeAs(textOf(column), type, [], style));
  }
  return { rows: frame.rows, columns };
}

const patternsOf = (types: ReadonlyMap<string, DecidedType>) =>
  [...types].flatMap(([name, one]): [string, string][] => (one.type === "timestamp" ? [[name, one.pattern]] : []));
