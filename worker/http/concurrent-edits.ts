import type { Deps } from '../deps.ts'
import { Refusal } from './errors.ts'

/** Somebody else saves something in between at most so often before we give up. */
const mostTries = 5

/**
 * What `attempt` answers; it is made again where it answers null, because somebody else saved something meanwhile and
 * everything has to be compared anew.
 */
export async function retried<Value>(attempt: () => Promise<Value | null>): Promise<Value> {
  for (let tries = 0; tries < mostTries; tries++) {
    const value = await attempt()
    if (value !== null) return value
  }
  throw new Refusal(409, 'busy', 'Others are saving at this very moment. Nothing was saved; try again.')
}

/**
 * 409 with what is stored now, and by whom, beside each thing that the caller edited from an older state.
 *
 * @param clashes.subjects as the audit trail names the thing, or its parts
 */
export async function editedMeanwhile(
  deps: Deps,
  clashes: { key: string; subjects: string[]; stored: unknown; names?: unknown }[],
): Promise<Refusal> {
  const last = await deps.mappings.lastChanged(clashes.flatMap(({ subjects }) => subjects))
  const conflicts = clashes.map(({ key, subjects, stored, names }) => {
    const latest = subjects
      .flatMap((subject) => last.get(subject) ?? [])
      .reduce((one, other) => (other.at > one.at ? other : one), { who: '', at: '' })
    return {
      key,
      stored,
      by: latest.who || null,
      at: latest.at || null,
      ...(names === undefined ? {} : { names }),
    }
  })
  return new Refusal(
    409,
    'edited_meanwhile',
    'Somebody else saved meanwhile. Nothing was saved; compare both and save again.',
    { conflicts },
  )
}
