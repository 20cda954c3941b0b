import type { Kernels } from "./kernels.ts";

/** The part of the WebAssembly interface that is used here; TypeScript declares it only together with the browser's. */
interface WebAssemblyHost {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

/** Shared memory: worker threads see the same bytes. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module; it can be posted to a worker thread. */
export interface WasmModule {
  readonly compiled?: never;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;

/** The kernels over a memory. */
export function bindKernels(module: WasmModule, memory: WasmMemory): Kernels {
  return new webAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
