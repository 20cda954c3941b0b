import { MillraceError } from "#kernel";
import type { RegistryContext } from "./model.ts";

const longestName = 64;

/** Stops unless the text is a kebab-case name of at most 64 characters. */
export function checkName(noun: "model" | "alias" | "endpoint" | "factory", name: string): void {
  if (name.length <= longestName && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return;
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  throw new MillraceError("REGISTRY_NAME_INVALID", {
    message: `The ${noun} name "${shown}" (${name.length} characters) is not kebab-case of 1 to ${longestName} characters.`,
    next: `Name the ${noun} in lower-case letters, digits and single hyphens, like bird-strikes.`,
    facts: { noun, length: name.length },
  });
}

/** Stops unless the context says who acts. */
export function checkActor(context: RegistryContext): void {
  if (context.by.trim() !== "") return;
  throw new MillraceError("REGISTRY_ACTOR_MISSING", {
    message: "A change of the registry names nobody who made it.",
    next: "Give the name of the person or service as `by`.",
  });
}
