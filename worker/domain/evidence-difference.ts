import type { Category } from './usage.ts'

/** One device, user or mailbox that counted, for one application. */
export interface Counted {
  id: string
  name: string
  application: string
  category: Category
  /** `connection/id`. */
  tenant: string
}

export interface EvidenceDifference<Item extends Counted> {
  /** Counts now and did not. */
  added: Item[]
  /** Counted and does not any more. */
  removed: Item[]
  /** Counts now as well, but as another category. */
  moved: { from: Item; to: Item }[]
}

/** What changed from one count to another. A new name is no change. */
export function evidenceDifference<Item extends Counted>(from: Item[], to: Item[]): EvidenceDifference<Item> {
  const key = ({ tenant, application, id }: Counted) => JSON.stringify([tenant, application, id])
  const before = new Map(from.map((item) => [key(item), item]))
  const after = new Map(to.map((item) => [key(item), item]))
  return {
    added: [...after].flatMap(([at, item]) => (before.has(at) ? [] : [item])),
    removed: [...before].flatMap(([at, item]) => (after.has(at) ? [] : [item])),
    moved: [...after].flatMap(([at, item]) => {
      const was = before.get(at)
      return was === undefined || isSameCategory(was, item) ? [] : [{ from: was, to: item }]
    }),
  }
}

/** Where devices were not told apart nothing is known of a move. */
function isSameCategory(one: Counted, other: Counted): boolean {
  return one.category === other.category || one.category === 'all' || other.category === 'all'
}
