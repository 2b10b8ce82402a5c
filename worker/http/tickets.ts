import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { text } from '../domain/configuration-text.ts'
import { previewDays } from '../domain/ticket-preview.ts'
import { companiesLeftOut } from '../domain/ticket-rule.ts'
import { ticketCompany, ticketConnection } from '../domain/ticket-rules.ts'
import { learnMapped, perPreview, previewTickets } from '../jobs/preview-tickets.ts'
import { watchScope } from '../jobs/watch.ts'
import { closers, type StoredTicket } from '../storage/ticket-row.ts'
import { VendorError } from '../vendor/error.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { encoded, PageBody, page, pageQuery } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

/** Virtual servers that could not be looked at; more are not listed. */
const mostFailing = 100

/** Devices of one ticket; more are not listed. */
const mostDevices = 1_000

const TicketBody = z.object({
  id: z.string(),
  connection: z.string(),
  /** The PSA's own; null before it was made. */
  ticketId: z.string().nullable(),
  companyId: z.string(),
  /** E.g. `event:GNRL_EV_VIRUS_FOUND`, `status:scan_overdue:ksc/UID/device`, `status:scan_overdue`, `health`. */
  cause: z.string(),
  /** How many devices it names. */
  devices: z.int(),
  openedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  title: z.string(),
  rule: z.string(),
  /** How often it happened. */
  count: z.int(),
  lastAt: z.string(),
  closedBy: z.enum(closers).nullable(),
  /** Why it is not yet as it should be, in words. */
  waitsFor: z.string().nullable(),
  /** Where people open it in the PSA; null where no address is known. */
  url: z.string().nullable(),
  companyName: z.string().nullable(),
})

const DeviceBody = z.object({
  id: z.string(),
  name: z.string(),
  /** `connection/id` */
  tenant: z.string(),
  count: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
})

const ViewBody = z.object({
  /** Virtual servers that are looked at for tickets. */
  watched: z.int(),
  /** How many of them were never looked at to the end. */
  notYet: z.int(),
  oldestLookAt: z.string().nullable(),
  /** How many of them could not be looked at the last time; the first hundred of these by name. */
  failed: z.int(),
  failing: z.array(z.object({ tenant: z.string(), name: z.string(), since: z.string(), why: z.string() })),
  /** What happened at virtual servers without a company. */
  unmapped: z.object({ tenants: z.int(), events: z.int() }),
})

const UnmappedBody = z.object({
  tenant: z.string(),
  name: z.string(),
  events: z.int(),
  lastAt: z.string(),
  types: z.array(z.object({ name: z.string(), count: z.int() })),
})

const PreviewBody = z.object({
  days: z.int(),
  /** Of the virtual servers that this page looked at. */
  tickets: z.int(),
  byRule: z.array(z.object({ rule: z.string(), tickets: z.int() })),
  looked: z.int(),
  /** How many virtual servers there are to look at in all. */
  of: z.int(),
  failed: z.int(),
  nextCursor: z.string().nullable(),
})

export const tickets = new Hono<AppEnv>()
  .get(
    '/',
    describe({
      summary: 'Tickets that were made in PSAs, newest first',
      description:
        'Without `state`: those that are open and those that are closed. `waiting`: those still to be made.',
      answer: PageBody(TicketBody),
      refusals: [422],
    }),
    validate(
      'query',
      z.strictObject({
        state: z.enum(['open', 'closed', 'waiting']).optional(),
        connection: text.optional(),
        company: text.optional(),
        ...pageQuery(z.tuple([z.string(), z.string()])),
      }),
    ),
    async (c) => {
      const { deps } = c.var
      const { state = null, connection = null, company = null, cursor, limit } = c.req.valid('query')
      const after = cursor === undefined ? null : { at: cursor[0], id: cursor[1] }
      const rows = await deps.tickets.list({ state, connection, companyId: company }, limit + 1, after)
      const found = page(
        rows,
        limit,
        ({ lastAt, id }) => [lastAt, id],
        (row) => row,
      )
      return c.json({ ...found, items: await ticketBodies(deps, found.items) })
    },
  )
  .get('/view', describe({ summary: 'How old what is known of devices is', answer: ViewBody }), async (c) => {
    const { deps } = c.var
    const scope = watchScope(await deps.configuration.ticketRules())
    const isOn = scope.psas.length > 0
    const [view, failing, unmapped] = await Promise.all([
      isOn ? deps.watch.view(scope) : { watched: 0, notYet: 0, oldestLookAt: null, failed: 0 },
      isOn ? deps.watch.failing(scope, mostFailing) : [],
      deps.watch.unmappedTotals(),
    ])
    return c.json({ ...view, failing, unmapped })
  })
  .get(
    '/unmapped',
    describe({
      summary: 'Events of virtual servers without a company, for which no ticket is made',
      answer: PageBody(UnmappedBody),
      refusals: [422],
    }),
    validate('query', z.strictObject(pageQuery(z.tuple([z.string()])))),
    async (c) => {
      const { cursor, limit } = c.req.valid('query')
      const rows = await c.var.deps.watch.unmapped(limit + 1, cursor?.[0] ?? null)
      return c.json(
        page(
          rows,
          limit,
          ({ tenant }) => [tenant],
          (row) => row,
        ),
      )
    },
  )
  .post(
    '/preview',
    describe({
      summary: 'What rules would have opened in the last week, without saving them',
      description: 'Looks at some virtual servers; ask again with `nextCursor` and add the answers up.',
      answer: PreviewBody,
      refusals: [400, 422],
    }),
    atLeast('technician'),
    validate(
      'json',
      z.strictObject({
        connection: ticketConnection,
        companies: z.array(ticketCompany).default([]),
        cursor: pageQuery(z.tuple([z.string(), z.string()])).cursor,
      }),
    ),
    async (c) => {
      const { deps } = c.var
      const { connection: rules, companies, cursor } = c.req.valid('json')
      const scope = {
        psas: [rules.connection],
        leftOut: [...companiesLeftOut({ connections: [rules], companies })],
      }
      const after = cursor === undefined ? null : { connection: cursor[0], id: cursor[1] }
      if (after === null) await learnMapped(deps)
      const [of, rows] = await Promise.all([
        deps.watch.countMapped(scope),
        deps.watch.mapped(scope, perPreview + 1, after),
      ])
      const shown = rows.slice(0, perPreview)
      const last = shown.at(-1)
      const preview = await previewTickets(deps, rules, shown)
      const byRule = [...preview.tickets].map(([rule, count]) => ({ rule, tickets: count }))
      return c.json({
        days: previewDays,
        tickets: byRule.reduce((sum, each) => sum + each.tickets, 0),
        byRule,
        looked: preview.looked,
        of,
        failed: preview.failed,
        nextCursor:
          rows.length > perPreview && last !== undefined ? encoded([last.connection, last.id]) : null,
      })
    },
  )
  .get(
    '/:id',
    describe({
      summary: 'One ticket, and the devices it is about',
      answer: z.object({ ticket: TicketBody, devices: z.array(DeviceBody) }),
      refusals: [404],
    }),
    async (c) => {
      const { deps } = c.var
      const found = await deps.tickets.get(c.req.param('id'))
      const [ticket] = found === null ? [] : await ticketBodies(deps, [found])
      if (ticket === undefined) throw new Refusal(404, 'not_found', 'There is no such ticket.')
      const devices = await deps.tickets.devices(ticket.id)
      return c.json({
        ticket,
        devices: devices.slice(0, mostDevices).map(({ id, name, count, firstAt, lastAt }) => {
          const tenant = id.slice(0, id.lastIndexOf('/'))
          return { id: id.slice(tenant.length + 1), name, tenant, count, firstAt, lastAt }
        }),
      })
    },
  )

async function ticketBodies(deps: Deps, items: StoredTicket[]): Promise<z.output<typeof TicketBody>[]> {
  const connections = await Promise.all(
    [...Map.groupBy(items, ({ connection }) => connection)].map(async ([connection, own]) => {
      const names = await deps.names.companies(
        connection,
        own.map(({ companyId }) => companyId),
      )
      return [connection, { names, urls: await urlsOf(deps, connection, own) }] as const
    }),
  )
  const known = new Map(connections)
  return items.map((item) => ({
    id: item.id,
    connection: item.connection,
    ticketId: item.psaId,
    companyId: item.companyId,
    cause: item.cause,
    devices: item.devices,
    openedAt: item.openedAt,
    closedAt: item.closedAt,
    title: item.title,
    rule: item.rule,
    count: item.count,
    lastAt: item.lastAt,
    closedBy: item.closedBy,
    waitsFor: item.detail,
    url: known.get(item.connection)?.urls.get(item.id) ?? null,
    companyName: known.get(item.connection)?.names.get(item.companyId) ?? null,
  }))
}

/** By ticket; none where the PSA cannot be asked for the address of its screens. */
async function urlsOf(deps: Deps, connection: string, items: StoredTicket[]): Promise<Map<string, string>> {
  const urls = new Map<string, string>()
  try {
    const { adapter } = await deps.psa(connection)
    for (const { id, psaId } of items) {
      const url = psaId === null ? null : await adapter.desk.url(psaId)
      if (url !== null) urls.set(id, url)
    }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
  }
  return urls
}
