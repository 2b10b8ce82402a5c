import type { Deps } from '../deps.ts'
import type { ChainMessage } from '../env.ts'
import { chainParts } from '../storage/chains.ts'
import { bill } from './bill.ts'
import { collect } from './collect.ts'
import { type Lease, LeaseLost, type Next } from './lease.ts'

/**
 * Does one message's share of a chain's work. A message that was delivered before, or that comes while somebody is at
 * work, does nothing.
 */
export async function work(deps: Deps, message: ChainMessage): Promise<void> {
  const chain = chainParts(message.chain)
  if (chain === null) return
  const leaseMs = deps.settings.leaseSeconds * 1000
  const start = deps.now().getTime()
  const step = await deps.chains.take(message.chain, message.step, start, start + leaseMs)
  if (step === null) return

  const lease = renewing(deps, message.chain, step, start)
  try {
    const next = await (chain.kind === 'collect'
      ? collect(deps, chain.connection, lease)
      : bill(deps, chain.connection, lease))
    await goOn(deps, lease, next)
  } catch (error) {
    if (error instanceof LeaseLost) return
    // The queue delivers the message again; letting go of the lease lets that delivery in.
    await deps.chains.renew(message.chain, step, 0)
    throw error
  }
}

async function goOn(deps: Deps, lease: Lease, next: Next): Promise<void> {
  const now = deps.now().getTime()
  const leaseMs = deps.settings.leaseSeconds * 1000
  const message = { chain: lease.chain, step: lease.step }
  switch (next.do) {
    case 'continue':
      if (await deps.chains.renew(lease.chain, lease.step, now + leaseMs)) await deps.send(message)
      return
    case 'pause':
      if (await deps.chains.renew(lease.chain, lease.step, next.untilMs + leaseMs)) {
        await deps.send(message, (next.untilMs - now) / 1000)
      }
      return
    case 'rest':
      if (await deps.chains.rest(lease.chain, lease.step, next.untilMs + leaseMs)) {
        await deps.send(message, (next.untilMs - now) / 1000)
      } else await goOn(deps, lease, { do: 'continue' })
      return
    case 'stop':
      if (!(await deps.chains.stop(lease.chain, lease.step))) await goOn(deps, lease, { do: 'continue' })
  }
}

/**
 * The lease is fenced by its step and written anew once a quarter of it has passed, which keeps a database write away
 * from most of the vendor calls while no call can outlive the lease.
 */
function renewing(deps: Deps, chain: string, step: number, takenMs: number): Lease {
  const leaseMs = deps.settings.leaseSeconds * 1000
  let renewedMs = takenMs
  return {
    chain,
    step,
    renew: async () => {
      const now = deps.now().getTime()
      if (now - renewedMs < leaseMs / 4) return
      renewedMs = now
      if (!(await deps.chains.renew(chain, step, now + leaseMs))) throw new LeaseLost()
    },
  }
}
