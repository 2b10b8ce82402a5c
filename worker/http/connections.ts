import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { Configuration, Connection } from '../domain/configuration.ts'
import { isSame } from '../domain/same-value.ts'
import { needsTestWrite } from '../domain/needs-test-write.ts'
import type { LoadedConfiguration } from '../storage/configuration.ts'
import type { ConnectionCheck } from '../vendor/check.ts'
import { editedMeanwhile } from './concurrent-edits.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { type Edit, editConfiguration } from './edit-configuration.ts'
import { Refusal } from './errors.ts'
import { PageBody } from './paging.ts'
import { atLeast } from './session.ts'
import { validate } from './validate.ts'

export const CheckBody = z.object({
  ok: z.boolean(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
  version: z.string().optional(),
})

const ConnectionBody = z.object({
  id: z.string(),
  kind: z.enum(['ksc', 'hub', 'connectwise', 'autotask', 'tigerpaw']),
  name: z.string(),
  baseUrl: z.string().nullable(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  hasCredentials: z.boolean(),
  /** Their values never come back. */
  headerNames: z.array(z.string()),
  needsTestWrite: z.boolean(),
  /** When a test write last succeeded with the connection as it is now. */
  testedAt: z.string().nullable(),
})

/** Checked as a part of the whole configuration; credentials, headers and options that are absent stay as stored. */
const ConnectionEdit = z.looseObject({ kind: z.string(), name: z.string() })

export const connections = new Hono<AppEnv>()
  .get(
    '/',
    describe({ summary: 'All connections, without their secrets', answer: PageBody(ConnectionBody) }),
    async (c) => {
      const { deps } = c.var
      const { configuration, stored } = await deps.configuration.load()
      const items = await Promise.all(
        configuration.connections.map((connection) => connectionBody(deps, connection, stored)),
      )
      return c.json({ items, nextCursor: null })
    },
  )
  .put(
    '/:id',
    describe({
      summary: 'Adds a connection, or changes it',
      description: 'No vendor is called; POST …/check does that.',
      answer: z.object({ connection: ConnectionBody }),
      refusals: [400, 409, 422],
    }),
    atLeast('administrator'),
    validate('json', ConnectionEdit),
    async (c) => {
      const { deps, principal } = c.var
      const id = c.req.param('id')
      const edit = c.req.valid('json')
      await editConfiguration(deps, principal.who, async ({ configuration }, first) => {
        const before = connectionOf(configuration, id)
        if (!isSame(before, connectionOf(first.configuration, id)))
          throw await changedMeanwhile(deps, id, before)
        if (before !== null && before.kind !== edit.kind) assertUnused(configuration, id)
        return withConnection(configuration, id, edit)
      })
      const { configuration, stored } = await deps.configuration.load()
      const saved = connectionOf(configuration, id)
      if (saved === null) throw notFound(id)
      return c.json({ connection: await connectionBody(deps, saved, stored) })
    },
  )
  .delete(
    '/:id',
    describe({
      summary: 'Takes a connection away that nothing names',
      answer: z.object({ ok: z.literal(true) }),
      refusals: [404, 409],
    }),
    atLeast('administrator'),
    async (c) => {
      const { deps, principal } = c.var
      const id = c.req.param('id')
      await editConfiguration(deps, principal.who, ({ configuration }) => {
        if (connectionOf(configuration, id) === null) throw notFound(id)
        assertUnused(configuration, id)
        const document = {
          ...configuration,
          connections: configuration.connections.filter((connection) => connection.id !== id),
          products: configuration.products.filter(({ connection }) => connection !== id),
        }
        return { document, at: 'connections', as: '' }
      })
      return c.json({ ok: true as const })
    },
  )
  .post(
    '/:id/check',
    describe({
      summary: 'Tries each thing that a run needs of a connection',
      answer: CheckBody,
      refusals: [404],
    }),
    atLeast('administrator'),
    async (c) => {
      const id = c.req.param('id')
      const connection = await c.var.deps.configuration.connection(id)
      if (connection === null) throw notFound(id)
      return c.json(await check(c.var.deps, connection))
    },
  )

async function connectionBody(
  deps: Deps,
  { id, kind, name, baseUrl, options }: Connection,
  stored: LoadedConfiguration['stored'],
): Promise<z.output<typeof ConnectionBody>> {
  const { hasCredentials = false, headerNames = [] } = stored.get(id) ?? {}
  return {
    id,
    kind,
    name,
    baseUrl,
    options,
    hasCredentials,
    headerNames,
    needsTestWrite: needsTestWrite(kind),
    testedAt: needsTestWrite(kind) ? await deps.configuration.testedAt(id) : null,
  }
}

function connectionOf({ connections }: Configuration, id: string): Connection | null {
  return connections.find((connection) => connection.id === id) ?? null
}

function withConnection(
  configuration: Configuration,
  id: string,
  edit: z.output<typeof ConnectionEdit>,
): Edit {
  const { connections } = configuration
  const before = connectionOf(configuration, id)
  const keptOptions = before?.kind === edit.kind ? { options: before.options } : {}
  const after = { ...keptOptions, ...edit, id }
  const index = before === null ? connections.length : connections.indexOf(before)
  return {
    document: {
      ...configuration,
      connections: [...connections.slice(0, index), after, ...connections.slice(index + 1)],
    },
    at: `connections[${index}]`,
    as: '',
  }
}

function changedMeanwhile(deps: Deps, id: string, stored: Connection | null): Promise<Refusal> {
  return editedMeanwhile(deps, [{ key: id, subjects: [`connection ${id}`], stored }])
}

/** @throws Refusal 409 while anything else names the connection */
function assertUnused({ companies, products, people = [], tickets }: Configuration, id: string): void {
  const ticketRules = [
    ...(tickets?.connections ?? []),
    ...(tickets?.companies ?? []).map(({ company }) => company),
  ]
  const uses = [
    {
      count: companies.filter((one) => one.tenant.connection === id || one.company.connection === id).length,
      of: 'mapped companies',
    },
    {
      count: products.filter((one) => one.connection === id && one.map.length > 0).length,
      of: 'product mappings',
    },
    { count: people.filter((one) => one.connection === id).length, of: 'people' },
    { count: ticketRules.filter((one) => one.connection === id).length, of: 'ticket rules' },
  ].filter(({ count }) => count > 0)
  if (uses.length === 0) return
  throw new Refusal(
    409,
    'connection_in_use',
    `This connection is still named by ${uses.map(({ count, of }) => `${count} ${of}`).join(', ')}. Take those away first.`,
  )
}

function notFound(id: string): Refusal {
  return new Refusal(404, 'connection_not_found', `There is no connection "${id}". Save it first.`)
}

async function check(deps: Deps, connection: Connection): Promise<ConnectionCheck> {
  switch (connection.kind) {
    case 'ksc':
    case 'hub':
      return (await deps.source(connection.id)).adapter.check()
    case 'connectwise':
    case 'autotask':
    case 'tigerpaw':
      return (await deps.psa(connection.id)).adapter.check()
  }
}
