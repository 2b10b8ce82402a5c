import { addDays, daysBetween } from './day.ts'

/** Every line is looked at again after so many days at the latest. */
const recheckDays = 7

/** From so many days before an invoice on, lines are looked at in each run. */
const invoiceDays = 3

/**
 * Whether an agreement whose use did not change is read again all the same, because a person may have changed it: once
 * a week, on a weekday that is spread over the agreements by their id, and in the days before an invoice.
 *
 * @param lastReadOn local day of the last read; null where it was never read
 */
export function recheckIsDue(agreement: {
  id: string
  nextInvoiceOn: string | null
  lastReadOn: string | null
  day: string
}): boolean {
  const { id, nextInvoiceOn, lastReadOn, day } = agreement
  if (lastReadOn === null) return true
  if (nextInvoiceOn !== null && day >= addDays(nextInvoiceOn, -invoiceDays)) return true
  if (lastReadOn === day) return false
  return (
    daysBetween(lastReadOn, day) >= recheckDays ||
    spread(id) === ((daysBetween('1970-01-01', day) % recheckDays) + recheckDays) % recheckDays
  )
}

/** A number below `recheckDays`, the same for the same id; numbers that follow each other give slots that do. */
function spread(id: string): number {
  let slot = 0
  for (const character of id) slot = (slot * 10 + (character.codePointAt(0) ?? 0) - 48 + 70) % recheckDays
  return ((slot % recheckDays) + recheckDays) % recheckDays
}
