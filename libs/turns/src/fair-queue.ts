/** Lets those who wait take turns by name: whoever has many waiting gets no more than whoever has one. */
export class FairQueue<Item> {
  /** In the order of their turns. */
  private readonly items = new Map<string, Item[]>();
  size = 0;

  add(of: string, item: Item): void {
    const others = this.items.get(of);
    if (others) others.push(item);
    else this.items.set(of, [item]);
    this.size += 1;
  }

  sizeOf(of: string): number {
    return this.items.get(of)?.length ?? 0;
  }

  take(): Item | undefined {
    const [turn] = this.items;
    if (!turn) return undefined;
    const [of, [item, ...rest]] = turn;
    this.items.delete(of);
    if (rest.length > 0) this.items.set(of, rest);
    this.size -= 1;
    return item;
  }
}
