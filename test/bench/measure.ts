import { setTimeout as sleep } from 'node:timers/promises'
import type { RunAnswer } from '../support/client.ts'
import type { KscAccount } from '../vendors/ksc/account.ts'
import type { Contest, Contestant } from './contest.ts'
import { companies } from './usage.ts'

export interface Measured {
  calls: number
  writes: number
  /** From the moment the use is known until the bill is right. */
  ms: number
}

export interface OurMeasured extends Measured {
  /** How long reading the use from Security Center took before; the loop is given it. */
  readMs: number
}

/**
 * As `measured`, with the PSA kept waiting until Security Center was read to its end: what both programs are timed for
 * is the bill.
 */
export async function measuredRun(
  center: KscAccount,
  { account }: Contestant,
  isWrite: Contest['isWrite'],
  run: () => Promise<RunAnswer>,
): Promise<OurMeasured> {
  const closed = Promise.withResolvers<void>()
  account.gate = closed.promise
  center.calls.length = 0
  account.calls.length = 0
  const start = Date.now()
  const work = run()
  // One session for the list, and one for each virtual server.
  while (center.calls.filter(({ method }) => method === 'Session.EndSession').length <= companies) {
    await sleep(20)
  }
  const read = Date.now()
  closed.resolve()
  const { finishedAt } = await work
  return {
    readMs: read - start,
    ms: Date.parse(finishedAt ?? '') - read,
    calls: account.calls.length,
    writes: account.calls.filter(isWrite).length,
  }
}

/** Calls to the PSA, writes among them, and the time that the work takes. */
export async function measured(
  { account }: Contestant,
  isWrite: Contest['isWrite'],
  work: () => Promise<unknown>,
): Promise<Measured> {
  account.calls.length = 0
  const start = performance.now()
  await work()
  return {
    ms: Math.round(performance.now() - start),
    calls: account.calls.length,
    writes: account.calls.filter(isWrite).length,
  }
}
