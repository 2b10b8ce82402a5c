import { recordId } from '../record-id.ts'

/** The number Autotask knows a record by, or null for text that can't be one of its ids. The MSP's own company is 0. */
export function autotaskId(id: string): number | null {
  return recordId(id, 0)
}

/** Text that can't be an id names nothing in Autotask. */
export function autotaskIds(ids: string[]): number[] {
  return [...new Set(ids)].map(autotaskId).filter((id) => id !== null)
}
