import type { Deps } from '../deps.ts'

/** Lets a chain look for work now. Safe to repeat: one that is at work looks again before it stops. */
export async function wake(deps: Deps, chain: string): Promise<void> {
  const step = await deps.chains.wake(chain, deps.now().getTime())
  if (step !== null) await deps.send({ chain, step })
}
