import type { Deps } from '../deps.ts'
import type { ChainMessage } from '../env.ts'
import { chainParts } from '../storage/chains.ts'
import { VendorError } from '../vendor/error.ts'
import { bill } from './bill.ts'
import { collect } from './collect.ts'
import { type Lease, LeaseLost, type Next } from './lease.ts'
import { watch } from './watch.ts'

const jobs = { collect, watch, bill }

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
    const next = await jobs[chain.kind](deps, chain.connection, lease)
    await goOn(deps, lease, heeding(deps, lease, next))
  } catch (error) {
    if (error instanceof LeaseLost) return
    // biome-ignore lint/suspicious/noConsole: a fault of ours is for whoever reads the Worker's log
    console.error(`${message.chain} broke off at step ${step}:`, error)
    // The queue delivers the message again; letting go of the lease lets that delivery in.
    await deps.chains.renew(message.chain, step, 0)
    throw error
  }
}

/** However much there is to do, nothing is done before the time to which a vendor asked to wait. */
function heeding(deps: Deps, lease: Lease, next: Next): Next {
  const untilMs = lease.quietUntilMs()
  if (next.do === 'stop' || untilMs <= deps.now().getTime()) return next
  return { do: 'pause', untilMs: next.do === 'pause' ? Math.max(untilMs, next.untilMs) : untilMs }
}

async function goOn(deps: Deps, lease: Lease, next: Next): Promise<void> {
  const now = deps.now().getTime()
  const leaseMs = deps.settings.leaseSeconds * 1000
  const message = { chain: lease.chain, step: lease.step }
  const secondsTo = (untilMs: number) => Math.max(0, untilMs - now) / 1000
  switch (next.do) {
    case 'continue':
      if (await deps.chains.renew(lease.chain, lease.step, now + leaseMs)) await deps.send(message)
      return
    case 'pause':
      if (await deps.chains.renew(lease.chain, lease.step, next.untilMs + leaseMs)) {
        await deps.send(message, secondsTo(next.untilMs))
      }
      return
    case 'rest':
      if (await deps.chains.rest(lease.chain, lease.step, next.untilMs + leaseMs)) {
        await deps.send(message, secondsTo(next.untilMs))
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
  let quiet: { vendor: string; untilMs: number } | null = null

  async function renew(): Promise<void> {
    const now = deps.now().getTime()
    if (now - renewedMs < leaseMs / 4) return
    renewedMs = now
    if (!(await deps.chains.renew(chain, step, now + leaseMs))) throw new LeaseLost()
  }

  return {
    chain,
    step,
    renew,
    async beforeCall() {
      const leftMs = quiet === null ? 0 : quiet.untilMs - deps.now().getTime()
      if (quiet !== null && leftMs > 0) {
        throw new VendorError(quiet.vendor, { kind: 'throttled', retryAfterSeconds: leftMs / 1000 })
      }
      await renew()
    },
    heed({ vendor, failure }) {
      const seconds = 'retryAfterSeconds' in failure ? failure.retryAfterSeconds : undefined
      if (seconds === undefined) return
      quiet = { vendor, untilMs: Math.max(quiet?.untilMs ?? 0, deps.now().getTime() + seconds * 1000) }
    },
    quietUntilMs: () => quiet?.untilMs ?? 0,
    async save(statements) {
      try {
        await deps.together([deps.chains.fence(chain, step), ...statements])
      } catch (error) {
        throw (await deps.chains.holds(chain, step)) ? error : new LeaseLost()
      }
    },
  }
}
