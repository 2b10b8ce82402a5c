/** Tenants or companies that one message deals with at most. */
export const perMessage = 25

/** So many companies are looked at at once where that needs no call for each. */
export const lookedAtAtOnce = 250

/** What was read or planned longer ago is read or planned afresh before anything is written on the strength of it. */
export const freshMs = 2 * 60_000

/** While a run goes on, the PSA is asked every so often whether there is room for it among all programs' calls. */
export const roomMs = 60_000

/** How long one message goes on taking up new work. */
export const messageMs = 60_000

/** Tries of one tenant or company; a crash counts as one. */
export const maxAttempts = 3

/** After so many companies or tenants in a row without an answer, the whole connection is taken to be down. */
export const downAfter = 4

/** The first wait after a vendor gave no answer: 15 seconds with the usual lease, less where tests shorten it. */
export function retryBaseSeconds(leaseSeconds: number): number {
  return leaseSeconds / 8
}

/** Companies that are billed side by side; one call at a time each. */
export const companiesAtOnce = 6
