import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { addDays, localDay } from '../domain/day.ts'
import { successorOf } from '../domain/successor.ts'
import type { Psa } from '../psa/port.ts'
import { tenantName } from '../storage/tenant-name.ts'
import { VendorError } from '../vendor/error.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { MappingBody } from './mapping-edits.ts'
import { Names, withNames } from './names.ts'

/** So many companies are asked for their other agreements at once; the rest shows without a suggestion. */
const mostAsked = 20

/** No company has more agreements that anybody could choose from. */
const mostAgreements = 200

const Successor = z.object({
  id: z.string(),
  name: z.string(),
  startDate: z.string().nullable(),
  endDate: z.string().nullable(),
})

const SoonBody = z.object({
  ending: z.array(
    z.object({
      connection: z.string(),
      companyId: z.string(),
      agreementId: z.string(),
      endsOn: z.string(),
      tenants: z.array(z.string()),
      /** As they are stored, to be saved with another agreement. */
      mappings: z.array(z.object({ tenant: z.string(), mapping: MappingBody })),
      /** The one agreement that can follow; null where there is none, several, or the PSA was not reached. */
      successor: Successor.nullable(),
      names: Names,
    }),
  ),
  invoices: z.array(z.object({ day: z.string(), agreements: z.int(), companies: z.int() })),
})

export const soon = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Billed agreements that end within 30 days, and the invoice days of the next week',
    answer: SoonBody,
  }),
  async (c) => {
    const { deps } = c.var
    const today = localDay(deps.now(), (await deps.configuration.settings()).timeZone)
    const [ending, invoices] = await Promise.all([
      deps.overview.ending(addDays(today, 30), 500),
      deps.overview.invoices(today, addDays(today, 7)),
    ])
    const mappings = await mappingsOf(deps, ending)
    const agreements = await agreementsOf(deps, ending)
    const followed = ending.map(({ startsOn, ...one }) => ({
      ...one,
      mappings: mappings
        .filter(
          ({ company, mapping }) => company === companyOf(one) && mapping.agreementId === one.agreementId,
        )
        .map(({ tenant, mapping }) => ({ tenant, mapping })),
      successor: successor({ ...one, startsOn }, agreements.get(companyOf(one)) ?? []),
    }))
    return c.json({ ending: await withNames(deps, followed), invoices })
  },
)

type Ending = Awaited<ReturnType<Deps['overview']['ending']>>[number]

function companyOf({ connection, companyId }: { connection: string; companyId: string }): string {
  return JSON.stringify([connection, companyId])
}

/** How the tenants of these companies are billed. */
async function mappingsOf(deps: Deps, ending: Ending[]) {
  const connections = [...new Set(ending.map(({ connection }) => connection))]
  const found = await Promise.all(
    connections.map((connection) => {
      const here = ending.filter((one) => one.connection === connection)
      return deps.configuration.companies(connection, [...new Set(here.map(({ companyId }) => companyId))])
    }),
  )
  return found
    .flat()
    .filter(({ billing }) => billing)
    .map(({ tenant, ...mapping }) => ({
      tenant: tenantName(tenant.connection, tenant.id),
      company: companyOf({ connection: mapping.company.connection, companyId: mapping.company.id }),
      mapping,
    }))
}

const Agreements = z.array(Successor.extend({ active: z.boolean() }))
type AgreementList = z.output<typeof Agreements>

/** All agreements of the companies whose agreements end first; of a company that can't be told, none. */
async function agreementsOf(deps: Deps, ending: Ending[]): Promise<Map<string, AgreementList>> {
  const version = await deps.configuration.version()
  const companies = new Map(ending.map((one) => [companyOf(one), one]))
  const adapters = new Map<string, Promise<Psa>>()
  // One for each connection, since it keeps to how many calls at once its vendor allows.
  const adapterOf = (connection: string): Promise<Psa> => {
    const opened = adapters.get(connection) ?? deps.psa(connection).then(({ adapter }) => adapter)
    adapters.set(connection, opened)
    return opened
  }
  const asked = [...companies]
    .slice(0, mostAsked)
    .map(async ([key, one]): Promise<[string, AgreementList]> => {
      const { connection, companyId } = one
      try {
        const agreements = await deps.pickers.remembered(
          ['all agreements', version, connection, companyId],
          Agreements,
          async () => {
            const adapter = await adapterOf(connection)
            const query = { companyId, search: '', cursor: null, limit: mostAgreements }
            const { items, nextCursor } = await adapter.agreementChoices(query)
            // Where there are more, nobody knows whether one is the only one that fits.
            return nextCursor === null ? items : []
          },
        )
        return [key, agreements]
      } catch (error) {
        if (error instanceof VendorError) return [key, []]
        throw error
      }
    })
  return new Map(await Promise.all(asked))
}

function successor(
  ending: Ending,
  agreements: z.output<typeof Agreements>,
): z.output<typeof Successor> | null {
  const found = successorOf(ending, agreements)
  if (found === null) return null
  const { active: _, ...shown } = found
  return shown
}
