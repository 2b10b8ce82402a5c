import type { DeviceCounts, Unit } from './usage.ts'

/** Endpoint Security Cloud, where devices stand beside the users that they are covered by, and need not sum to them. */
export function isCloud(application: string): boolean {
  return /^kes-cloud(-|$)/.test(application)
}

/**
 * Why a quantity and the devices by kind that are stated with it contradict each other; null where they agree. What
 * contradicts itself would bill one number by category and another without.
 */
export function contradictionOf({
  application,
  unit,
  quantity,
  counts,
}: {
  application: string
  unit: Unit
  quantity: number
  counts: DeviceCounts | null
}): 'counts_not_for_unit' | 'counts_differ' | null {
  if (counts === null || isCloud(application)) return null
  const sum = sumOf(counts)
  if (unit !== 'device') return sum > 0 ? 'counts_not_for_unit' : null
  return quantity === sum ? null : 'counts_differ'
}

export function sumOf({ workstations, servers, other }: DeviceCounts): number {
  return workstations + servers + other
}
