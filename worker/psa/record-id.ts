/**
 * The number that a PSA knows a record by, or null for text that can't be one of its ids.
 *
 * @param least the smallest id that the PSA gives
 */
export function recordId(id: string, least: 0 | 1 = 1): number | null {
  if (!/^(0|[1-9]\d{0,9})$/.test(id)) return null
  const number = Number(id)
  return number >= least && number <= 2_147_483_647 ? number : null
}
