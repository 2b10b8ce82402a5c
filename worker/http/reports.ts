import { type Context, Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { ConnectionOf } from '../domain/configuration.ts'
import { text } from '../domain/configuration-text.ts'
import { day, daysBetween, localDay } from '../domain/day.ts'
import { columnMapping } from '../domain/report-columns.ts'
import { confirmFewKnown } from '../domain/report-plausibility.ts'
import { type ReportProblem, ReportRefused } from '../domain/report-problem.ts'
import { pullFeed } from '../sources/hub/business-hub.ts'
import { previewReport, type RememberedColumns, readReport } from '../sources/hub/read-report.ts'
import { takeReport } from '../sources/hub/take-report.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { invalid, Refusal } from './errors.ts'
import { PageBody, page, pageQuery } from './paging.ts'
import { ReportBody, reportBody } from './report-body.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

const files = ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']

const confirm = z.literal(confirmFewKnown).optional()

const columns = z.string().transform((json, context): z.output<typeof columnMapping> => {
  const result = columnMapping.safeParse(parsed(json))
  if (result.success) return result.data
  const message = 'Give the columns as JSON: { "company": { "column": "Customer" }, … }.'
  context.addIssue({ code: 'custom', message, params: { code: 'malformed_columns' } })
  return z.NEVER
})

const UploadQuery = z.strictObject({
  /** The day whose use the report states. */
  asOf: day,
  /** For the history. */
  fileName: text.optional(),
  /** How its columns are to be read from now on; without it as the last time, or by their own names. */
  columns: columns.optional(),
  /** Takes the report in although few of its companies are known. */
  confirm,
})

const TakenBody = z.object({ report: ReportBody.pick({ id: true, asOf: true, companies: true, rows: true }) })
const WholeBody = z.object({ report: ReportBody })

const ProblemBody = z.object({
  code: z.string(),
  message: z.string(),
  row: z.int().nullable(),
  column: z.string().nullable(),
})

const PreviewBody = z.object({
  columns: z.array(z.string()),
  /** The one of the last such file, or else the best guess. */
  mapping: columnMapping,
  remembered: z.boolean(),
  rows: z.array(z.object({ row: z.int(), cells: z.array(z.string()) })),
  problems: z.array(ProblemBody),
})

/** Below a source. */
export const reports = new Hono<AppEnv>()
  .put(
    '/:id/report',
    describe({
      summary: 'Takes a licence report in, as CSV or XLSX',
      description:
        'The body is the file. Either all of it is taken in or nothing; the same report again changes nothing. Bills follow with the next run.',
      answer: TakenBody,
      takes: files,
      refusals: [404, 409, 422],
    }),
    atLeast('technician'),
    validate('query', UploadQuery),
    async (c) => {
      const { deps, principal } = c.var
      const { asOf, fileName, columns: given, confirm: confirmed } = c.req.valid('query')
      const connection = await uploadsOf(deps, c.req.param('id'))
      const { timeZone } = await deps.configuration.settings()
      if (daysBetween(localDay(deps.now(), timeZone), asOf) > 0) {
        const message = `${asOf} has not come yet. Say the day whose use the report states.`
        throw invalid([{ path: 'asOf', code: 'day_to_come', message }])
      }

      const receivedAt = deps.now().toISOString()
      const report = {
        id: deps.newId(),
        connection: connection.id,
        origin: 'upload' as const,
        receivedAt,
        receivedBy: principal.who,
        fileName: fileName ?? null,
        address: null,
      }
      const remembered = await rememberedColumns(deps, connection.id)
      const read: { columns: RememberedColumns | null } = { columns: null }
      const taken = await refusing(() =>
        takeReport(
          deps.reports,
          report,
          { fewKnownAreFine: confirmed !== undefined, together: deps.together },
          async (add) => {
            const found = await readReport(bodyOf(c), { given: given ?? null, remembered, onDay: asOf }, add)
            read.columns = found.columns
            return { asOf, etag: null, rows: found.rows }
          },
          (end) => [
            ...(read.columns === null
              ? []
              : [deps.reports.rememberColumns(connection.id, JSON.stringify(read.columns))]),
            deps.audit.statement({
              at: receivedAt,
              who: principal.who,
              subject: `report ${connection.id}`,
              before: null,
              after: { id: report.id, asOf, fileName: report.fileName, ...end },
            }),
          ],
        ),
      )
      await listAnew(deps, connection.id, taken.id)
      return c.json({
        report: { id: taken.id, asOf: taken.asOf, companies: taken.companies, rows: taken.rows },
      })
    },
  )
  .post(
    '/:id/report/preview',
    describe({
      summary: 'The first rows of a report, and what its columns may mean',
      description: 'Nothing is taken in.',
      answer: PreviewBody,
      takes: files,
      refusals: [404, 409, 422],
    }),
    atLeast('technician'),
    async (c) => {
      const { deps } = c.var
      const connection = await uploadsOf(deps, c.req.param('id'))
      const { timeZone } = await deps.configuration.settings()
      const remembered = await rememberedColumns(deps, connection.id)
      return c.json(
        await refusing(() => previewReport(bodyOf(c), remembered, localDay(deps.now(), timeZone))),
      )
    },
  )
  .post(
    '/:id/report/undo',
    describe({
      summary: 'Takes the report in force back, and goes back to the one before',
      answer: WholeBody,
      refusals: [404, 409],
    }),
    atLeast('technician'),
    async (c) => {
      const { deps, principal } = c.var
      const connection = await uploadsOf(deps, c.req.param('id'))
      const now = await deps.reports.current(connection.id)
      const before = await deps.reports.previous(connection.id)
      if (now === null || before === null) {
        throw new Refusal(
          409,
          'no_previous_report',
          'There is no earlier report that could be gone back to. Upload one instead.',
        )
      }
      await deps.together([
        ...deps.reports.goBack(now.id, before.id),
        deps.audit.statement({
          at: deps.now().toISOString(),
          who: principal.who,
          subject: `report ${connection.id}`,
          before: { id: now.id, asOf: now.asOf },
          after: { id: before.id, asOf: before.asOf },
        }),
      ])
      await listAnew(deps, connection.id, before.id)
      return c.json({ report: reportBody({ ...before, state: 'current' }) })
    },
  )
  .post(
    '/:id/pull',
    describe({
      summary: 'Reads a feed now',
      description: 'A run does that by itself.',
      answer: WholeBody,
      refusals: [404, 409, 422, 502, 503],
    }),
    atLeast('technician'),
    validate('query', z.strictObject({ confirm })),
    async (c) => {
      const { deps } = c.var
      const connection = await hubOf(deps, c.req.param('id'))
      const { hub } = await deps.hub(connection.id)
      if (hub.feed === null) {
        throw new Refusal(409, 'no_feed', `${connection.name} has no feed: its reports are uploaded.`)
      }
      const fewKnownAreFine = c.req.valid('query').confirm !== undefined
      const feed = hub.feed
      const taken = await refusing(() => pullFeed(hub, feed, deps.reports, fewKnownAreFine))
      await listAnew(deps, connection.id, taken.id)
      return c.json({ report: reportBody(taken) })
    },
  )
  .get(
    '/:id/reports',
    describe({
      summary: 'Every report of a source, newest first',
      answer: PageBody(ReportBody),
      refusals: [404, 422],
    }),
    validate('query', z.strictObject(pageQuery(z.tuple([z.string(), z.string()])))),
    async (c) => {
      const { deps } = c.var
      const { cursor, limit } = c.req.valid('query')
      const connection = await hubOf(deps, c.req.param('id'))
      const rows = await deps.reports.list(connection.id, limit + 1, cursor ?? null)
      return c.json(page(rows, limit, ({ receivedAt, id }) => [receivedAt, id], reportBody))
    },
  )

/** @throws Refusal 404 */
async function hubOf(deps: Deps, id: string): Promise<ConnectionOf<'hub'>> {
  const connection = await deps.configuration.connection(id)
  if (connection?.kind === 'hub') return connection
  throw new Refusal(
    404,
    'connection_not_found',
    `There is no connection "${id}" that takes reports. Add one of the kind "hub" first.`,
  )
}

/** @throws Refusal 404, or 409 where a feed is read instead */
async function uploadsOf(deps: Deps, id: string): Promise<ConnectionOf<'hub'>> {
  const connection = await hubOf(deps, id)
  if (connection.baseUrl === null) return connection
  throw new Refusal(
    409,
    'has_a_feed',
    `${connection.name} reads a feed. Take its address away first, if reports are to be uploaded instead.`,
  )
}

async function rememberedColumns(deps: Deps, connection: string): Promise<RememberedColumns | null> {
  const json = await deps.reports.columns(connection)
  const known = z
    .object({ headers: z.array(z.string()), mapping: columnMapping })
    .safeParse(parsed(json ?? ''))
  return known.success ? known.data : null
}

/** Companies that a report brought can be mapped at once. */
async function listAnew(deps: Deps, connection: string, reportId: string): Promise<void> {
  await deps.directory.claim(connection, deps.now().getTime())
  await deps.directory.saveTenants(
    connection,
    await deps.reports.tenantsOf(reportId),
    deps.now().toISOString(),
  )
}

/** The file. An empty body is an empty file. */
function bodyOf(c: Context): ReadableStream<Uint8Array> {
  return c.req.raw.body ?? new Blob([]).stream()
}

/** @throws Refusal 422 with the row and column of each fault */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ReportRefused)) throw error
    const [first] = error.problems
    const isOne = error.problems.length === 1 && first !== undefined
    throw new Refusal(
      422,
      'report_refused',
      `${isOne ? first.message : `${error.problems.length} things are wrong with the report; see details.`} Nothing was changed.`,
      error.problems.map((problem) => ({ path: pathOf(problem), ...problem })),
    )
  }
}

function pathOf({ row, column }: ReportProblem): string {
  return `${row === null ? 'file' : `rows[${row}]`}${column === null ? '' : `.${column}`}`
}

/** Undefined where the text is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
