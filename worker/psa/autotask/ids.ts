/** The number Autotask knows a record by, or null for text that can't be one of its ids. The MSP's own company is 0. */
export function recordId(id: string): number | null {
  if (!/^(0|[1-9]\d{0,9})$/.test(id)) return null
  const number = Number(id)
  return number <= 2_147_483_647 ? number : null
}

/** Text that can't be an id names nothing in Autotask. */
export function recordIds(ids: string[]): number[] {
  return [...new Set(ids)].map(recordId).filter((id) => id !== null)
}
