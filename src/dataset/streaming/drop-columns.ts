import type { StreamedSource } from "./model.ts";

/** A source in parts without these columns. */
export function dropColumns(source: StreamedSource, gone: ReadonlySet<string>): StreamedSource {
  const kept = [...source.names.keys()].filter((k) => !gone.has(source.names[k]!));
  return {
    ...source,
    names: kept.map((k) => source.names[k]!),
    each: (work) =>
      source.each((frame) => {
        const columns = new Map([...frame.columns].filter(([name]) => !gone.has(name)));
        return work({ rows: frame.rows, columns });
      }),
    eachText: (work) => source.eachText((rows, textAt) => work(rows, (row, k) => textAt(row, kept[k]!))),
  };
}
