/** A table's little-endian bytes in base64. */
export function base64(values: Float64Array | Int32Array | Uint32Array | Uint8Array): string {
  const size = values.BYTES_PER_ELEMENT;
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) {
    if (values instanceof Float64Array) view.setFloat64(i * 8, values[i]!, true);
    else if (values instanceof Int32Array) view.setInt32(i * 4, values[i]!, true);
    else if (values instanceof Uint32Array) view.setUint32(i * 4, values[i]!, true);
    else view.setUint8(i, values[i]!);
  }
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  // in pieces of whole triples, so that no string of all bytes is built
  for (let at = 0; at < bytes.length; at += 24_576)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576)));
  return text;
}
