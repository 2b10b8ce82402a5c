import { setTimeout } from 'node:timers/promises'
import type { Customer, FinishedRun, Msp, RunOptions } from '../support/msp.ts'

/** For tests in which time-outs and rests have to pass. */
export const patience = 60_000

/** The run once it has ended, however long faults drew it out. */
export async function ended(msp: Msp, runId: string): Promise<FinishedRun> {
  await untilTrue(
    'the run ends',
    async () => {
      const run = await msp.deps.runs.get(runId)
      return typeof run?.finishedAt === 'string'
    },
    60,
  )
  return msp.finished(runId)
}

export async function runToEnd(msp: Msp, options: RunOptions = {}): Promise<FinishedRun> {
  return ended(msp, (await msp.start(options)).id)
}

/** Runs again on facts that did not change, and answers what that wrote: nothing, if all is well. */
export async function runAgain(msp: Msp): Promise<string[]> {
  msp.writes()
  await runToEnd(msp)
  return msp.writes()
}

export async function untilLines(msp: Msp, customer: Customer, lines: [string, number][]): Promise<void> {
  const wanted = JSON.stringify(lines)
  await untilTrue(`the lines are ${wanted}`, () => JSON.stringify(msp.lines(customer)) === wanted)
}

export async function untilTrue(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  everyMs = 5,
): Promise<void> {
  const deadline = Date.now() + patience - 5_000
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await setTimeout(everyMs)
  }
}
