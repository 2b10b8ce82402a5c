import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Failure } from './failure.ts'

/** One row that a person changed and did not save yet. */
export interface Draft<Value> {
  before: Value
  after: Value
}

/** What somebody else saved meanwhile, in a row that is changed here as well. */
export interface Conflict<Value> {
  key: string
  stored: Value
  by: string | null
  at: string | null
  /** Of what is stored; absent where its ids are known here. */
  names?: { company: string | null; agreement: string | null; priceLevel: string | null }
}

export interface Drafts<Value> {
  all: ReadonlySignal<Map<string, Draft<Value>>>
  conflicts: ReadonlySignal<Conflict<Value>[]>
  /** The value to show for a row: as changed here, or as stored. */
  of: (key: string, stored: Value) => Value
  /** Changing a row back to what is stored takes the change away. */
  change: (key: string, stored: Value, after: Value) => void
  discard: () => void
  /** Takes away what was saved; what was changed again meanwhile stays, as a change of what is stored now. */
  saved: (sent: Map<string, Draft<Value>>) => void
  /** Shows what stands against the save. */
  clash: (conflicts: Conflict<Value>[]) => void
  /** Saves over what somebody else saved. */
  keepMine: (conflict: Conflict<Value>) => void
  /** Gives the own change up. */
  takeTheirs: (conflict: Conflict<Value>) => void
}

const everyKind: ReadonlySignal<Map<string, Draft<unknown>>>[] = []
const kinds = signal(0)

/** How many rows are changed and not saved, on all screens. */
export const unsaved = computed(() => {
  kinds.value
  return everyKind.reduce((sum, drafts) => sum + drafts.value.size, 0)
})

/** The unsaved changes of one screen. They outlive a change of the tab. */
export function createDrafts<Value>(): Drafts<Value> {
  const all = signal(new Map<string, Draft<Value>>())
  const conflicts = signal<Conflict<Value>[]>([])
  everyKind.push(all)
  kinds.value++

  function put(key: string, draft: Draft<Value> | null): void {
    const next = new Map(all.value)
    if (draft === null || isSame(draft.before, draft.after)) next.delete(key)
    else next.set(key, draft)
    all.value = next
  }
  function settle({ key }: Conflict<Value>): void {
    conflicts.value = conflicts.value.filter((conflict) => conflict.key !== key)
  }

  return {
    all,
    conflicts,
    of: (key, stored) => {
      const draft = all.value.get(key)
      return draft === undefined ? stored : draft.after
    },
    change: (key, stored, after) => put(key, { before: all.value.get(key)?.before ?? stored, after }),
    discard: () => {
      all.value = new Map()
      conflicts.value = []
    },
    saved: (sent) => {
      for (const [key, { before, after }] of sent) {
        const draft = all.value.get(key)
        put(key, { before: after, after: draft === undefined ? before : draft.after })
      }
      conflicts.value = []
    },
    clash: (found) => {
      conflicts.value = found
    },
    keepMine: (conflict) => {
      const draft = all.value.get(conflict.key)
      if (draft !== undefined) put(conflict.key, { before: conflict.stored, after: draft.after })
      settle(conflict)
    },
    takeTheirs: (conflict) => {
      put(conflict.key, null)
      settle(conflict)
    },
  }
}

/** What somebody else saved; empty where it failed for another reason. */
export function conflictsOf<Value>({ code, details }: Failure): Conflict<Value>[] {
  if (code !== 'edited_meanwhile') return []
  if (typeof details !== 'object' || details === null || !('conflicts' in details)) return []
  return Array.isArray(details.conflicts) ? details.conflicts : []
}

/** Equal as JSON; both sides are made with their fields in one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
