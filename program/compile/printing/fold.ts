import type { Num } from "../model.ts";

/** Arithmetic of two constants done now, as a language might do it with other precision. */
export function fold(value: Num): Num {
  switch (value.k) {
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
    case "mod": {
      if (value.a.k !== "const" && !isArithmetic(value.a)) return value;
      const a = fold(value.a);
      const b = fold(value.b);
      if (a.k !== "const" || b.k !== "const") return { ...value, a, b };
      return { k: "const", value: computed(value.k, a.value, b.value) };
    }
    default:
      return value;
  }
}

const isArithmetic = ({ k }: Num) =>
  k === "add" || k === "subtract" || k === "multiply" || k === "divide" || k === "mod";

function computed(k: "add" | "subtract" | "multiply" | "divide" | "mod", a: number, b: number): number {
  switch (k) {
    case "add":
      return a + b;
    case "subtract":
      return a - b;
    case "multiply":
      return a * b;
    case "divide":
      return a / b;
    case "mod":
      return a % b;
  }
}
