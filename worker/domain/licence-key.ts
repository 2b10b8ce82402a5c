import type { LeftOutReason } from './usage.ts'

/** A commercial key, a subscription or one of the kinds that nobody is billed for. */
export interface LicenceKey {
  id: string
  /** As the vendor has it, edition and term included. */
  licenceName: string
  kind: 'commercial' | 'subscription' | 'trial' | 'beta' | 'test' | 'oem'
  /** Last day in force, `YYYY-MM-DD` in UTC; null where it has no end. */
  lastDay: string | null
  /** Null for all but subscriptions. */
  subscriptionState: 'active' | 'paused' | 'soft_cancelled' | 'hard_cancelled' | null
}

/** Why none of a key's uses count. */
export type KeyRefusal = Exclude<LeftOutReason, 'duplicate' | 'reserve_key' | 'pending_activation'>

/**
 * Null where the key's uses count on that day; its last day is included.
 *
 * @throws Error for a subscription without a state
 */
export function keyRefusal(
  key: LicenceKey,
  { onUtcDay, countSoftCancelled }: { onUtcDay: string; countSoftCancelled: boolean },
): KeyRefusal | null {
  switch (key.kind) {
    case 'trial':
    case 'beta':
    case 'test':
    case 'oem':
      return key.kind
    case 'subscription': {
      const refusal = stateRefusal(key.subscriptionState, countSoftCancelled)
      if (refusal !== null) return refusal
      break
    }
    case 'commercial':
      break
  }
  return key.lastDay !== null && key.lastDay < onUtcDay ? 'expired' : null
}

function stateRefusal(
  state: LicenceKey['subscriptionState'],
  countSoftCancelled: boolean,
): KeyRefusal | null {
  switch (state) {
    case 'active':
      return null
    case 'paused':
      return 'subscription_paused'
    case 'soft_cancelled':
      return countSoftCancelled ? null : 'subscription_cancelled'
    case 'hard_cancelled':
      return 'subscription_cancelled'
    case null:
      throw new Error('a subscription has no state')
  }
}
