/** The part of a file's text that is being scanned. */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;
  ended = false;
  readonly #chunks: AsyncGenerator<Buffer>;

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  async more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) {
      this.ended = true;
      return;
    }
    const chunk = next.value;
    if (this.length + chunk.length > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + chunk.length));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    chunk.copy(this.bytes, this.length);
    this.length += chunk.length;
  }

  drop(used: number): void {
    this.bytes.copyWithin(0, used, this.length);
    this.length -= used;
  }
}
