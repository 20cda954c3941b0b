/** How a margin becomes a probability. */
export type Calibration =
  | { readonly kind: "none" }
  /** 1 / (1 + e^−(a·margin + b)). */
  | { readonly kind: "platt"; readonly a: number; readonly b: number }
  /** Straight lines between points of margin and probability. */
  | { readonly kind: "isotonic"; readonly x: Float64Array; readonly y: Float64Array };
