import { compareUtf8 } from "@millrace/program/text";
import type { ValueCount } from "../model.ts";
import type { CountedTexts } from "../partial/model.ts";

/** By count, then by value, both descending: the order of the reference. */
const before = (a: ValueCount, b: ValueCount) => b.count - a.count || compareUtf8(b.value, a.value);

/** The first `limit` values by count, then by value, both descending. */
export function rankValues(counted: CountedTexts, limit: number): ValueCount[] {
  const { values, counts } = counted;
  if (values.length <= limit) return values.map((value, k) => ({ value, count: counts[k]! })).sort(before);
  // A heap with the last of the first `limit` on top: most values lose against it at once.
  const heap: ValueCount[] = [];
  for (let k = 0; k < values.length; k++) {
    const one = { value: values[k]!, count: counts[k]! };
    if (heap.length < limit) rise(heap, heap.push(one) - 1);
    else if (one.count >= heap[0]!.count && before(one, heap[0]!) < 0) {
      heap[0] = one;
      sink(heap);
    }
  }
  return heap.sort(before);
}

function rise(heap: ValueCount[], from: number): void {
  for (let at = from; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (before(heap[at]!, heap[parent]!) <= 0) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: ValueCount[]): void {
  for (let at = 0; ; ) {
    let last = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && before(heap[child]!, heap[last]!) > 0) last = child;
    if (last === at) return;
    swap(heap, at, last);
    at = last;
  }
}

function swap(heap: ValueCount[], a: number, b: number): void {
  const held = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = held;
}
