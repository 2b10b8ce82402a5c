/** The number Tigerpaw knows a record by, or null for text that can't be one. */
export function recordNumber(id: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(id)) return null
  const number = Number(id)
  return number <= 2_147_483_647 ? number : null
}
