import { parseArgs } from 'node:util'
import type { RunningPsa } from './psa.ts'
import { startAutotaskDemo } from './psas/autotask.ts'
import { startConnectWiseDemo } from './psas/connectwise.ts'
import { startTigerpawDemo } from './psas/tigerpaw.ts'

const starts = new Map([
  ['connectwise', startConnectWiseDemo],
  ['autotask', startAutotaskDemo],
  ['tigerpaw', startTigerpawDemo],
])

export interface DemoOptions {
  startPsa(): Promise<RunningPsa>
  /** Ends after the two days. */
  once: boolean
}

/** What the command line asks for; else a sentence that says what may stand there. */
export function demoOptions(args: string[]): DemoOptions | string {
  const names = [...starts.keys()].join(', ')
  try {
    const { values } = parseArgs({
      args,
      options: {
        psa: { type: 'string', default: 'connectwise' },
        once: { type: 'boolean', default: false },
      },
    })
    const startPsa = starts.get(values.psa.toLowerCase())
    return startPsa === undefined
      ? `There is no PSA "${values.psa}" in the demo. Choose one of: ${names}.`
      : { startPsa, once: values.once }
  } catch {
    return `The demo understands --psa with one of ${names}, and --once.`
  }
}
