/** What somebody wants done, once: the key under which it is asked for stays the same however often it is asked for again. */
export class Intent {
  private body: string | undefined;
  private key = '';

  keyFor(body: unknown): string {
    // In a list, as nothing at all is something that can be wanted.
    const wanted = JSON.stringify([body]);
    if (wanted !== this.body) {
      this.body = wanted;
      this.key = newKey();
    }
    return this.key;
  }

  /** It is done: the same once more is something else. */
  fulfil(): void {
    this.body = undefined;
  }
}

/** `crypto.randomUUID` is there on secure origins only, and a portal may be tried out over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
