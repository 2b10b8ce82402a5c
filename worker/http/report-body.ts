import * as z from 'zod'
import type { Report } from '../sources/hub/report.ts'

export const ReportBody = z.object({
  id: z.string(),
  /** The day whose use it states. */
  asOf: z.iso.date(),
  receivedAt: z.string(),
  /** Who uploaded it; of a feed its address. */
  receivedBy: z.string(),
  origin: z.enum(['upload', 'feed']),
  fileName: z.string().nullable(),
  companies: z.int(),
  rows: z.int(),
  state: z.enum(['current', 'replaced', 'undone']),
  /** Whether its content is kept still, so that it can be gone back to. */
  canReturn: z.boolean(),
})

export function reportBody(report: Report): z.output<typeof ReportBody> {
  const { id, asOf, receivedAt, receivedBy, origin, fileName, companies, rows, state, kept } = report
  const canReturn = kept && state === 'replaced' && origin === 'upload'
  return { id, asOf, receivedAt, receivedBy, origin, fileName, companies, rows, state, canReturn }
}
