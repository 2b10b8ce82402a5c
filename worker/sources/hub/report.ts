import type { RepeatedUse, Spellings } from '../../domain/report-plausibility.ts'
import type { ReportedItem, ReportedUse } from '../../domain/reported-use.ts'
import type { Tenant } from '../port.ts'

export interface NewReport {
  id: string
  connection: string
  origin: 'upload' | 'feed'
  /** ISO 8601 in UTC. */
  receivedAt: string
  /** Who uploaded it; of a feed its address. */
  receivedBy: string
  fileName: string | null
  /** Where a feed is; null for an upload. */
  address: string | null
}

/** What is known of a report only when all of it has come. */
export interface ReportEnd {
  /** The day whose use it states. */
  asOf: string
  /** The same for two reports that say the same. */
  digest: string
  etag: string | null
  companies: number
  rows: number
}

/** A report that was taken in. */
export interface Report extends NewReport, ReportEnd {
  state: 'current' | 'replaced' | 'undone'
  /** False once what it says is forgotten. */
  kept: boolean
}

/** What has arrived of a report, with the rows where it stands. */
export interface Arrived {
  companies: { id: string; name: string; kind: 'workspace' | 'company'; row: number }[]
  uses: (ReportedUse & { row: number; items: ReportedItem[] })[]
}

/** Where reports are kept. */
export interface KeptReports {
  /** Begins a report that nobody sees before it is taken. What arrived before `oldest` and never ended is cleared away. */
  begin(report: NewReport, oldest: string): Promise<void>
  /** Lays down what has arrived so far. */
  add(reportId: string, arrived: Arrived): Promise<void>
  /** Companies of which one application is stated twice, though it counts; at most `limit`, by row. */
  repeatedUses(reportId: string, limit: number): Promise<RepeatedUse[]>
  /** Companies that are spelled or classed in more than one way under one id; at most `limit`, by row. */
  spellings(reportId: string, limit: number): Promise<Spellings[]>
  /**
   * How many companies the report has, how many are known of its connection (by the report in force, else by the
   * mapping), and how many are both.
   */
  overlap(reportId: string, connection: string): Promise<{ companies: number; known: number; shared: number }>
  /** For a batch: the report is in force from now on; what older ones say is forgotten, but for the last few. */
  take(reportId: string, connection: string, end: ReportEnd): D1PreparedStatement[]
  /** Throws away what arrived of a report that is not taken in. */
  drop(reportId: string): Promise<void>
  /** The report in force; null where none is. */
  current(connection: string): Promise<Report | null>
  /** Every company of a report, by id. */
  tenantsOf(reportId: string): Promise<Tenant[]>
  /** What a report states of one company, and the things it names; null where it does not know the company. */
  usesOf(
    reportId: string,
    companyId: string,
  ): Promise<{ uses: ReportedUse[]; items: (ReportedItem & { application: string })[] } | null>
}
