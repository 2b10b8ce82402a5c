import { Hono } from 'hono'
import * as z from 'zod'
import { daysBetween, localDay } from '../domain/day.ts'
import { tooOld } from '../domain/freshness.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { PageBody } from './paging.ts'
import { ReportBody, reportBody } from './report-body.ts'

const SourceBody = z.object({
  id: z.string(),
  name: z.string(),
  /** How it tells who uses what. */
  way: z.enum(['report', 'feed']),
  /** The one in force; null where none ever came. */
  report: ReportBody.nullable(),
  ageDays: z.int().nullable(),
  maxAgeDays: z.int(),
  /** Whether bills stay as they are until a newer one comes. */
  stale: z.boolean(),
  /** In the MSP's time zone. */
  today: z.iso.date(),
})

/** Sources that are known by reports alone. */
export const sources = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Sources that are known by licence reports or feeds, and how old what they say is',
    answer: PageBody(SourceBody),
  }),
  async (c) => {
    const { deps } = c.var
    const { timeZone } = await deps.configuration.settings()
    const at = deps.now()
    const today = localDay(at, timeZone)
    const hubs = (await deps.configuration.connections()).filter((connection) => connection.kind === 'hub')
    const items = await Promise.all(
      hubs.map(async ({ id, name, baseUrl, options: { maxAgeHours } }) => {
        const report = await deps.reports.current(id)
        return {
          id,
          name,
          way: baseUrl === null ? ('report' as const) : ('feed' as const),
          report: report === null ? null : reportBody(report),
          ageDays: report === null ? null : daysBetween(report.asOf, today),
          maxAgeDays: Math.floor(maxAgeHours / 24),
          stale:
            report !== null &&
            tooOld({ at: report.receivedAt, asOf: report.asOf }, maxAgeHours, { at, today }) !== null,
          today,
        }
      }),
    )
    return c.json({ items, nextCursor: null })
  },
)
