export { externalRuntimes } from "./external-runtimes.ts";
export type {
  ImageRequest,
  ImageRuntime,
  OnnxRuntime,
  OnnxSession,
  Runtimes,
  RuntimeTensor,
} from "./runtimes.ts";
