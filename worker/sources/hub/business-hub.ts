import { daysBetween } from '../../domain/day.ts'
import { reportedUsage } from '../../domain/reported-usage.ts'
import { ReportRefused } from '../../domain/report-problem.ts'
import { VendorError } from '../../vendor/error.ts'
import type { VendorHttp } from '../../vendor/http.ts'
import type { UsageSource } from '../port.ts'
import { checkFeed, checkReport } from './check.ts'
import { type FeedConnection, readFeed } from './feed.ts'
import type { KeptReports, Report } from './report.ts'
import { takeReport } from './take-report.ts'

export interface HubConnection {
  id: string
  name: string
  maxAgeHours: number
  /** Null where reports are uploaded. */
  feed: { connection: FeedConnection; http: VendorHttp } | null
  /** Local day. */
  today: string
  now: () => Date
  newId: () => string
  /** Carries statements out in one transaction. */
  together: (statements: D1PreparedStatement[]) => Promise<void>
}

/**
 * Kaspersky Business Hub and Endpoint Security Cloud, which have no interface for programs: what their workspaces and
 * companies use is known by a report that somebody uploads, or by a feed.
 *
 * @see docs/vendors/kaspersky.md, "Business Hub and Endpoint Security Cloud"
 */
export function businessHub(hub: HubConnection, reports: KeptReports): UsageSource {
  return {
    check: async () => {
      const age = { maxAgeHours: hub.maxAgeHours, today: hub.today }
      return hub.feed === null
        ? checkReport(await reports.current(hub.id), age)
        : checkFeed(hub.feed.connection, hub.feed.http, age)
    },
    async tenants() {
      if (hub.feed !== null) await pullForRun(hub, hub.feed, reports)
      return reports.tenantsOf((await reportInForce(hub, reports)).id)
    },
    async usage(tenant, { split }) {
      const report = await reportInForce(hub, reports)
      const stated = await reports.usesOf(report.id, tenant.id)
      if (stated === null) throw refused(hub, `its report of ${report.asOf} does not name ${tenant.name}`)
      return reportedUsage({ reportId: report.id, ...stated }, split)
    },
  }
}

/** @throws VendorError where there is none */
async function reportInForce(hub: HubConnection, reports: KeptReports): Promise<Report> {
  const report = await reports.current(hub.id)
  if (report !== null) return report
  throw refused(hub, 'no licence report has been uploaded yet')
}

/**
 * Takes in what the feed states now; nothing where that is what it stated before.
 *
 * @throws VendorError, ReportRefused
 */
export async function pullFeed(
  hub: HubConnection,
  { connection, http }: NonNullable<HubConnection['feed']>,
  reports: KeptReports,
  fewKnownAreFine: boolean,
): Promise<Report> {
  const before = await reports.current(hub.id)
  const etag = before?.origin === 'feed' && before.address === connection.baseUrl ? before.etag : null
  const report = {
    id: hub.newId(),
    connection: hub.id,
    origin: 'feed' as const,
    receivedAt: hub.now().toISOString(),
    receivedBy: connection.baseUrl,
    fileName: null,
    address: connection.baseUrl,
  }
  return takeReport(reports, report, { fewKnownAreFine, together: hub.together }, async (add) => {
    let rows = 0
    const read = await readFeed(connection, http, etag, async (companies) => {
      const first = rows + 1
      await add({
        companies: companies.map(({ id, name, kind }, index) => ({ id, name, kind, row: first + index })),
        uses: companies.flatMap(({ uses }, index) => uses.map((use) => ({ ...use, row: first + index }))),
      })
      rows += companies.length
    })
    if (read === 'unchanged') return null
    if (daysBetween(hub.today, read.asOf) > 0) {
      throw refused(hub, `the feed is of ${read.asOf}, a day that has not come yet`)
    }
    return { ...read, rows }
  })
}

async function pullForRun(
  hub: HubConnection,
  feed: NonNullable<HubConnection['feed']>,
  reports: KeptReports,
): Promise<void> {
  try {
    await pullFeed(hub, feed, reports, false)
  } catch (error) {
    throw error instanceof ReportRefused ? refused(hub, `the feed is refused: ${error.message}`) : error
  }
}

function refused(hub: HubConnection, why: string): VendorError {
  return new VendorError(hub.name, { kind: 'rejected', status: 0, reply: why })
}
