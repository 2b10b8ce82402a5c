/** What a line billed from a day on. */
export interface Billed {
  day: string
  billed: number
}

/**
 * The days on which the number itself changed, oldest first: what it is made of may change besides.
 *
 * @param history oldest first
 */
export function numberChanges(history: Billed[]): Billed[] {
  return history
    .filter(({ billed }, index) => billed !== history[index - 1]?.billed)
    .map(({ day, billed }) => ({ day, billed }))
}

/** The changes since `from`, beginning with the number in force on that day where there was one. */
export function trendSince(changes: Billed[], from: string): Billed[] {
  const before = changes.findLast(({ day }) => day <= from)
  return [
    ...(before === undefined ? [] : [{ day: from, billed: before.billed }]),
    ...changes.filter(({ day }) => day > from),
  ]
}
