/**
 * Where each row of a list begins, in pixels below the top of the list; behind them where the last one ends.
 *
 * @param heights as measured, by key; where one is absent, `estimate` stands for it
 */
export function startsOf(keys: string[], heights: ReadonlyMap<string, number>, estimate: number): number[] {
  const starts = [0]
  let end = 0
  for (const key of keys) {
    end += heights.get(key) ?? estimate
    starts.push(end)
  }
  return starts
}

/** The row that lies at a place; the first or the last one where the place is above or below all of them. */
export function rowAt(starts: number[], place: number): number {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return low
}
