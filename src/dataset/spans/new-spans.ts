import type { JsonValue } from "@millrace/program";
import type { Span } from "./spans-of.ts";

/** What a newer watermark holds that an older one does not, by span id or file path, in the newer one's order. */
export interface SpanChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Tells whether new data arrived: compares two watermarks (of `sourceWatermark`, or lists of `spansOf`), file by file or span by span.
 *
 * ```ts
 * newSpans({ files: [{ path: "a.csv", digest: "sha256:1" }] }, { files: [{ path: "a.csv", digest: "sha256:1" }, { path: "b.csv", digest: "sha256:2" }] });
 * // { added: ["b.csv"], changed: [], removed: [] }
 * ```
 *
 * Missing: `null` before means that everything is new. A table's watermark is one span called `rows`.
 */
export function newSpans(before: JsonValue | readonly Span[] | null, after: JsonValue | readonly Span[]): SpanChanges {
  const old = contents(before);
  const now = contents(after);
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    changed: [...now].filter(([id, content]) => old.has(id) && old.get(id) !== content).map(([id]) => id),
    removed: [...old.keys()].filter((id) => !now.has(id)),
  };
}

function contents(watermark: unknown): Map<string, string> {
  if (watermark === null || typeof watermark !== "object") return new Map();
  if (Array.isArray(watermark)) return new Map((watermark as Span[]).map((span) => [span.id, span.content]));
  const { files, rows } = watermark as { files?: readonly { path: string; digest: string }[]; rows?: string };
  if (files !== undefined) return new Map(files.map((file) => [file.path, file.digest]));
  return rows === undefined ? new Map() : new Map([["rows", rows]]);
}
