/** The number ConnectWise knows a record by, or null for text that can't be one of its ids. */
export function recordId(id: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(id)) return null
  const number = Number(id)
  return number <= 2_147_483_647 ? number : null
}
