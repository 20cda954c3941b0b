/** Numbers or texts of one tensor, row-major. */
export interface RuntimeTensor {
  readonly type: "float32" | "float64" | "int64" | "bool" | "string";
  readonly data: ArrayLike<number | bigint | string>;
  readonly dims: readonly number[];
}

/** An ONNX graph, ready to run; it gives the named output. It answers at once, as scoring does. */
export interface OnnxSession {
  run(feeds: Readonly<Record<string, RuntimeTensor>>, output: string): RuntimeTensor;
}

/** Runs ONNX graphs for `onnxModel` nodes; it refuses a graph that reaches outside its own bytes. */
export interface OnnxRuntime {
  open(model: Uint8Array): OnnxSession;
}

/** How an image becomes pixels; every part is stated, so that training and serving see the same. */
export interface ImageRequest {
  readonly width: number;
  readonly height: number;
  readonly filter: "nearest" | "linear" | "cubic" | "mitchell" | "lanczos2" | "lanczos3";
}

/** Decodes images for `imagePixels` nodes: red, green, blue of each pixel, 0 … 255, row by row; nothing where it is no image. */
export interface ImageRuntime {
  decode(image: Uint8Array, request: ImageRequest): Uint8Array | undefined;
}

/** What a program may need that is not in this package. */
export interface Runtimes {
  readonly onnx?: OnnxRuntime;
  readonly images?: ImageRuntime;
}
