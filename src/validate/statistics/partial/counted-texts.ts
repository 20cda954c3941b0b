import { compareUtf8 } from "@millrace/program/text";
import type { CountedTexts } from "./model.ts";

export function mergeTexts(a: CountedTexts, b: CountedTexts): CountedTexts {
  const counts = new Map<string, number>();
  for (const part of [a, b])
    for (const [k, value] of part.values.entries()) counts.set(value, (counts.get(value) ?? 0) + part.counts[k]!);
  return { values: [...counts.keys()], counts: Float64Array.from(counts.values()) };
}

/** The same texts in order of their UTF-8 bytes. */
export function sortTexts({ values, counts }: CountedTexts): CountedTexts {
  const order = Array.from(values, (_, k) => k).sort((a, b) => compareUtf8(values[a]!, values[b]!));
  return { values: order.map((k) => values[k]!), counts: Float64Array.from(order, (k) => counts[k]!) };
}
