const underWayMax = 64;

/**
 * Questions that were asked again and wait. Where one copy hangs, these are few, as the others answer at once; where all
 * are slow, to ask again would only make them slower.
 */
export class Repetitions {
  private underWay = 0;

  /** Whether there may be one more; it is then under way until `over`. */
  begin(): boolean {
    if (this.underWay >= underWayMax) return false;
    this.underWay += 1;
    return true;
  }

  over(): void {
    this.underWay -= 1;
  }
}
