import { assertConsistent, assertOurs } from '../../domain/report-plausibility.ts'
import { refusedFile } from '../../domain/report-problem.ts'
import type { Arrived, KeptReports, NewReport, Report } from './report.ts'

/** So many faults of one kind are told. */
const mostProblems = 50

/** One that began longer ago and never ended is cleared away. */
const arrivingMs = 60 * 60_000

/** So many things are laid down at once. */
const blockWeight = 2_000

export interface Arrival {
  asOf: string
  etag: string | null
  /** As the file counts them, or the feed's companies. */
  rows: number
}

/**
 * Lays a report down as it arrives, and puts it in force once all of it is there and in order; else nothing of it stays.
 * One that says the same of the same day as the one in force changes nothing.
 *
 * @param arrive hands over what it reads, piece by piece; null where it is still what is in force
 * @param together carries statements out in one transaction
 * @throws ReportRefused
 */
export async function takeReport(
  reports: KeptReports,
  report: NewReport,
  {
    fewKnownAreFine,
    together,
  }: {
    fewKnownAreFine: boolean
    together: (statements: D1PreparedStatement[]) => Promise<void>
  },
  arrive: (add: (arrived: Arrived) => Promise<void>) => Promise<Arrival | null>,
  also: (end: { companies: number; rows: number }) => D1PreparedStatement[] = () => [],
): Promise<Report> {
  const oldest = new Date(Date.parse(report.receivedAt) - arrivingMs).toISOString()
  await reports.begin(report, oldest)
  try {
    const laying = layingDown(reports, report.id)
    const arrival = await arrive(laying.add)
    const before = await reports.current(report.connection)
    if (arrival === null && before !== null) {
      await reports.drop(report.id)
      return before
    }
    if (arrival === null) throw new Error('nothing is in force that could have stayed as it is')
    const { asOf, etag, rows } = arrival
    const digest = await laying.end()

    assertConsistent(
      await reports.repeatedUses(report.id, mostProblems),
      await reports.spellings(report.id, mostProblems),
    )
    const overlap = await reports.overlap(report.id, report.connection)
    if (overlap.companies === 0) {
      throw refusedFile('no_companies', 'There is no company in it. Is it the right file?')
    }
    if (before?.digest === digest && before.asOf === asOf && before.origin === report.origin) {
      await reports.drop(report.id)
      return before
    }
    if (!fewKnownAreFine) assertOurs(overlap)
    const end = { asOf, digest, etag, companies: overlap.companies, rows }
    await together([...reports.take(report.id, report.connection, end), ...also(end)])
  } catch (error) {
    await reports.drop(report.id)
    throw error
  }
  const taken = await reports.current(report.connection)
  if (taken === null) throw new Error('a report that was just taken in is not there')
  return taken
}

/** Writes what arrives in blocks, and makes a digest of it that is the same whatever the pieces are that it comes in. */
function layingDown(reports: KeptReports, reportId: string) {
  const companies = blocks<Arrived['companies'][number]>(
    () => 1,
    (block) => reports.add(reportId, { companies: block, uses: [] }),
  )
  const uses = blocks<Arrived['uses'][number]>(
    (use) => 1 + use.items.length,
    (block) => reports.add(reportId, { companies: [], uses: block }),
  )
  return {
    async add(arrived: Arrived): Promise<void> {
      await companies.add(arrived.companies)
      await uses.add(arrived.uses)
    },
    async end(): Promise<string> {
      return digestOf((await companies.end()) + (await uses.end()))
    },
  }
}

/** @param weightOf how much of a block one takes up */
function blocks<Item>(weightOf: (item: Item) => number, write: (block: Item[]) => Promise<void>) {
  let block: Item[] = []
  let weight = 0
  let digest = ''

  async function flush(): Promise<void> {
    const full = block
    block = []
    weight = 0
    digest = await digestOf(digest + JSON.stringify(full))
    if (full.length > 0) await write(full)
  }

  return {
    async add(items: Item[]): Promise<void> {
      for (const item of items) {
        block.push(item)
        weight += weightOf(item)
        if (weight >= blockWeight) await flush()
      }
    },
    async end(): Promise<string> {
      await flush()
      return digest
    },
  }
}

async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
