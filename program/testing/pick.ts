/** Where random choices come from: a whole number in [0, n). */
export type Pick = (n: number) => number;
