interface Candidate {
  id: string
  startDate: string | null
  endDate: string | null
  active: boolean
}

/**
 * The agreement that follows one that ends: the only other active one of the company that began after it and outlives
 * it. Null where there is none, or where it takes a person to choose among several.
 *
 * @param ending its days as `YYYY-MM-DD`; a `startsOn` of null is long ago
 */
export function successorOf<Agreement extends Candidate>(
  ending: { agreementId: string; startsOn: string | null; endsOn: string },
  agreements: Agreement[],
): Agreement | null {
  const fitting = agreements.filter(
    ({ id, active, startDate, endDate }) =>
      id !== ending.agreementId &&
      active &&
      startDate !== null &&
      startDate > (ending.startsOn ?? '') &&
      (endDate === null || endDate > ending.endsOn),
  )
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}
