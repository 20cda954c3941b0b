import type { Lowered, Num, Statement, Test, Text } from "../model.ts";

type Form = Num | Test | Text;

/**
 * The same program with no form deeper than `most`: what is deeper is computed before, to a slot of its own, so that
 * neither a printer nor the language's own compiler nests without bound.
 *
 * A sum keeps its order, and only the sign of a zero on the way may differ, which nothing reads.
 */
export function shallow(lowered: Lowered, most: number): Lowered {
  let { numbers, texts } = lowered;
  const vectors = [...lowered.vectors];
  const statements: Statement[] = [];
  for (const statement of lowered.statements) {
    const width = "slot" in statement && statement.do === "each" ? vectors[statement.slot]! : 0;
    const spill = (form: Form): Form => {
      if (isText(form)) {
        statements.push({ do: "text", slot: texts, value: form });
        return { k: "text", slot: texts++ };
      }
      const value: Num = isTest(form)
        ? { k: "if", test: form, yes: { k: "const", value: 1 }, no: { k: "const", value: 0 } }
        : form;
      const wide = width > 0 && hasItem(value);
      if (wide) {
        vectors.push(width);
        statements.push({ do: "each", slot: vectors.length - 1, value });
      } else statements.push({ do: "num", slot: numbers++, value });
      const read: Num = wide ? { k: "item", vector: vectors.length - 1 } : { k: "num", slot: numbers - 1 };
      return isTest(form) ? { k: "eq", a: read, b: { k: "const", value: 1 } } : read;
    };
    switch (statement.do) {
      case "num":
      case "each":
        statements.push({ ...statement, value: limited(statement.value, most, spill) as Num });
        break;
      case "text":
        statements.push({ ...statement, value: limited(statement.value, most, spill) as Text });
        break;
      case "vector":
        statements.push({
          ...statement,
          values: statement.values.map((value) => limited(value, most, spill) as Num),
        });
        break;
      case "oneHot":
        statements.push({ ...statement, place: limited(statement.place, most, spill) as Num });
        break;
      default:
        statements.push(statement);
    }
  }
  return { ...lowered, numbers, texts, vectors, statements };
}

/** Depth first with a stack of its own; a form is rebuilt only where a part of it was spilled. */
function limited(root: Form, most: number, spill: (form: Form) => Form): Form {
  const done: { readonly form: Form; readonly depth: number; readonly safe: boolean }[] = [];
  const stack: { readonly form: Form; readonly ready: boolean }[] = [{ form: root, ready: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { form, ready } = next;
    const parts = partsOf(form);
    if (!ready) {
      stack.push({ form, ready: true });
      for (let i = parts.length - 1; i >= 0; i--) stack.push({ form: parts[i]!, ready: false });
      continue;
    }
    const below = done.splice(done.length - parts.length, parts.length);
    // an index is within its table only where its branch is taken
    const safe = form.k !== "at" && below.every((part) => part.safe);
    const kept = below.map((part) =>
      part.depth < most || !part.safe ? part : { ...part, form: spill(part.form), depth: 1 },
    );
    done.push({
      form: kept.every((part, i) => part.form === parts[i])
        ? form
        : rebuilt(
            form,
            kept.map((part) => part.form),
          ),
      depth: 1 + kept.reduce((depth, part) => Math.max(depth, part.depth), 0),
      safe,
    });
  }
  return done[0]!.form;
}

const isText = (form: Form): form is Text => form.k === "text" || form.k === "literal" || form.k === "choose";
const tests: ReadonlySet<string> = new Set(["lt", "le", "eq", "missing", "noText", "not", "and", "or"]);
const isTest = (form: Form): form is Test => tests.has(form.k);

function hasItem(root: Form): boolean {
  const stack = [root];
  for (let form = stack.pop(); form !== undefined; form = stack.pop()) {
    if (form.k === "item") return true;
    stack.push(...partsOf(form));
  }
  return false;
}

function partsOf(form: Form): readonly Form[] {
  switch (form.k) {
    case "call":
      return form.args;
    case "if":
    case "choose":
      return [form.test, form.yes, form.no];
    case "at":
      return [form.index];
    case "level":
    case "hash":
    case "length":
    case "noText":
      return [form.text];
    case "count":
      return [form.x];
    case "missing":
      return [form.a];
    case "not":
      return [form.test];
    case "const":
    case "num":
    case "element":
    case "item":
    case "text":
    case "literal":
      return [];
    default:
      return [form.a, form.b];
  }
}

function rebuilt(form: Form, parts: readonly Form[]): Form {
  const [first, second, third] = parts;
  switch (form.k) {
    case "call":
      return { ...form, args: parts as readonly Num[] };
    case "if":
    case "choose":
      return { ...form, test: first, yes: second, no: third } as Form;
    case "at":
      return { ...form, index: first as Num };
    case "level":
    case "hash":
    case "length":
    case "noText":
      return { ...form, text: first as Text };
    case "count":
      return { ...form, x: first as Num };
    case "missing":
      return { ...form, a: first as Num };
    case "not":
      return { ...form, test: first as Test };
    default:
      return { ...form, a: first, b: second } as Form;
  }
}
