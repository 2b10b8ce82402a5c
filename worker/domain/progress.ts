export interface Done {
  done: number
  total: number
}

export interface Progress {
  tenants: Done
  companies: Done
}

/** Before that, nothing is known of the pace. */
const firstGuessMs = 5_000

/**
 * Whole seconds until a run will be done if it goes on as it went so far; null while that can't be told. Reading and
 * billing go on side by side, each at its own pace: the slower of both counts.
 *
 * @param startedAt ISO 8601
 */
export function secondsUntilDone(
  { tenants, companies }: Progress,
  startedAt: string,
  now: Date,
): number | null {
  const passedMs = now.getTime() - Date.parse(startedAt)
  if (passedMs < firstGuessMs || tenants.total === 0) return null
  const left = [tenants, companies].map((part) => millisecondsLeft(part, passedMs))
  return left.includes(null) ? null : Math.ceil(Math.max(...left.map((ms) => ms ?? 0)) / 1000)
}

function millisecondsLeft({ done, total }: Done, passedMs: number): number | null {
  if (done >= total) return 0
  return done === 0 ? null : (passedMs / done) * (total - done)
}
