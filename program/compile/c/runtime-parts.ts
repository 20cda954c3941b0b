import { runtimeText } from "./runtime-text.ts";

interface RuntimePart {
  readonly needs: readonly string[];
  readonly text: string;
}

/** The runtime's parts by name, in their order; each begins with a line `== name: what it needs`. */
const parts: ReadonlyMap<string, RuntimePart> = new Map(
  runtimeText
    .split(/^\/\* == /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      const [name = "", needs = ""] = section.slice(0, end).replace(" */", "").split(":");
      return [name, { needs: needs.split(" ").filter((need) => need !== ""), text: section.slice(end).trim() }];
    }),
);

/** The text of these parts and of all that they need, each before what needs it, but for those of `before`. */
export function runtimeOf(names: Iterable<string>, before: Iterable<string> = []): string {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const part = parts.get(name);
    if (part === undefined) throw new TypeError(`The runtime has no part "${name}".`);
    part.needs.forEach(visit);
    order.push(part.text);
  };
  for (const name of before) visit(name);
  order.length = 0;
  for (const name of names) visit(name);
  return order.join("\n\n");
}
