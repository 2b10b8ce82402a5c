import type { EntityName } from './entities/entity.ts'
import { overThreshold, tooManyThreads } from './errors.ts'

/** How many requests may be under way at once, per kind of record. */
export interface Threads {
  most: number
  /** Of the refusal. */
  status: 429 | 500
  readonly now: ReadonlyMap<EntityName | 'ThresholdInformation', number>
  /** The most there were so far, refused ones included. */
  readonly peak: ReadonlyMap<EntityName | 'ThresholdInformation', number>
  /**
   * To be called when a request comes in.
   *
   * @param endpoints all that it counts for
   */
  enter(endpoints: (EntityName | 'ThresholdInformation')[]): { refusal: Error | null; leave(): void }
}

export function createThreads(): Threads {
  const now = new Map<EntityName | 'ThresholdInformation', number>()
  const peak = new Map<EntityName | 'ThresholdInformation', number>()
  const threads: Threads = {
    most: 3,
    status: 429,
    now,
    peak,
    enter(endpoints) {
      for (const endpoint of endpoints) {
        const count = (now.get(endpoint) ?? 0) + 1
        now.set(endpoint, count)
        peak.set(endpoint, Math.max(peak.get(endpoint) ?? 0, count))
      }
      const isFull = endpoints.some((endpoint) => (now.get(endpoint) ?? 0) > threads.most)
      return {
        refusal: isFull ? tooManyThreads(threads.status, threads.most) : null,
        leave() {
          for (const endpoint of endpoints) now.set(endpoint, (now.get(endpoint) ?? 0) - 1)
        },
      }
    },
  }
  return threads
}

/**
 * The requests that all integrations of a customer may send together.
 *
 * @see docs/vendors/autotask.md
 */
export interface Budget {
  /** In any 60 minutes. */
  threshold: number
  /** In the last 60 minutes. */
  readonly used: number
  /** What other integrations have used of it. */
  others: number
  /** Said with the refusal; nothing where null. */
  retryAfterSeconds: number | null
  /** To be called when a request comes in; refused ones count as well. */
  spend(): Error | null
  /** What the vendor slows each request down by when much is used. */
  slowdownMs(): number
}

export function createBudget(now: () => Date): Budget {
  let spent: number[] = []
  const budget: Budget = {
    threshold: 10_000,
    others: 0,
    retryAfterSeconds: null,
    get used() {
      const hourAgo = now().getTime() - 3_600_000
      spent = spent.filter((at) => at > hourAgo)
      return spent.length + budget.others
    },
    spend() {
      spent.push(now().getTime())
      return budget.used > budget.threshold ? overThreshold(budget.threshold, budget.retryAfterSeconds) : null
    },
    slowdownMs() {
      const share = budget.used / budget.threshold
      if (share < 0.5) return 0
      return share <= 0.75 ? 500 : 1000
    },
  }
  return budget
}
