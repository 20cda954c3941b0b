/** Long tables stand in generated code as base64 of their little-endian bytes. */
export function doubles(base64: string): Float64Array {
  return numbersOfType("f64", base64) as Float64Array;
}

export function numbersOfType(type: "f64" | "i32" | "u32", base64: string): Float64Array | Int32Array | Uint32Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  if (type === "f64") return Float64Array.from({ length: text.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
  if (type === "i32") return Int32Array.from({ length: text.length / 4 }, (_, i) => view.getInt32(i * 4, true));
  return Uint32Array.from({ length: text.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

export function packed(values: Float64Array | Int32Array | Uint32Array): string {
  const size = values.BYTES_PER_ELEMENT;
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) {
    if (values instanceof Float64Array) view.setFloat64(i * 8, values[i]!, true);
    else if (values instanceof Int32Array) view.setInt32(i * 4, values[i]!, true);
    else view.setUint32(i * 4, values[i]!, true);
  }
  let text = "";
  for (const byte of new Uint8Array(view.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}
