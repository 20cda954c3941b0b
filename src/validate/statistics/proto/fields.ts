import type { Bucket, ValueCount } from "../model.ts";
import type { ProtoMessage } from "./messages.ts";

export const list = (message: ProtoMessage | undefined, field: string) =>
  (message?.[field] as readonly ProtoMessage[] | undefined) ?? [];
export const inner = (message: ProtoMessage | undefined, field: string) => message?.[field] as ProtoMessage | undefined;
export const number = (message: ProtoMessage | undefined, field: string) =>
  (message?.[field] as number | undefined) ?? 0;
export const text = (message: ProtoMessage | undefined, field: string) =>
  (message?.[field] as string | undefined) ?? "";
export const stepsOf = (message: ProtoMessage | undefined) => (message?.step as readonly string[] | undefined) ?? [];

export function topValues(message: ProtoMessage): ValueCount[] {
  return list(message, "top_values").map((one) => ({ value: text(one, "value"), count: number(one, "frequency") }));
}

export function ranked(message: ProtoMessage | undefined): ValueCount[] {
  return list(message, "buckets").map((one) => ({ value: text(one, "label"), count: number(one, "sample_count") }));
}

export function buckets(message: ProtoMessage | undefined): Bucket[] {
  return list(message, "buckets").map((one) => ({
    low: number(one, "low_value"),
    high: number(one, "high_value"),
    count: number(one, "sample_count"),
  }));
}
