import type { Json } from '../row.ts'

/** How fields without a value are shown. */
export type Nulls = 'omitted' | 'null' | 'random'

/** @param keeps asked for each field without a value; true where it is shown as null */
export function withNulls(json: Json, keeps: () => boolean): Json {
  if (Array.isArray(json)) return json.map((member) => withNulls(member, keeps))
  if (json === null || typeof json !== 'object') return json
  return Object.fromEntries(
    Object.entries(json)
      .filter(([, value]) => value !== null || keeps())
      .map(([name, value]) => [name, withNulls(value, keeps)]),
  )
}

/** Tosses that look random and fall the same way in every run. */
export function createCoin(): () => boolean {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state > 0x3fffffff
  }
}
