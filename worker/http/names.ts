import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { Part } from '../domain/wanted.ts'

/** What the ids of an item are called; null or absent where nobody knows. */
export const Names = z.object({
  company: z.string().nullable(),
  agreement: z.string().nullable(),
  product: z.string().nullable(),
  /** By `connection/id`. */
  tenants: z.record(z.string(), z.string()),
  /** By key. */
  applications: z.record(z.string(), z.string()),
  /** What its quantities count; several where a line adds them up, none where no application is named. */
  units: z.array(z.enum(['device', 'user', 'mailbox', 'core'])),
})

/** Asks for `names` beside the items of a list. */
export const expandQuery = { expand: z.literal('names').optional() }

interface Nameable {
  connection?: string | null
  companyId?: string | null
  agreementId?: string | null
  productId?: string | null
  tenants?: string[]
  tenant?: string | null
  applications?: string[]
  application?: string | null
}

/** The items with their names, in a few queries for all of them. */
export async function withNames<Item extends Nameable>(
  deps: Deps,
  items: Item[],
): Promise<(Item & { names: z.output<typeof Names> })[]> {
  const distinct = (values: (string | null | undefined)[]) => [
    ...new Set(values.filter((value) => value != null)),
  ]
  const applicationsOf = ({ applications = [], application }: Item) =>
    distinct([...applications, application])
  const tenantsOf = ({ tenants = [], tenant }: Item) => distinct([...tenants, tenant])
  const keys = distinct(items.flatMap(applicationsOf))
  const tenantNames = distinct(items.flatMap(tenantsOf))
  const [tenants, applications, unitsOf] = await Promise.all([
    deps.names.tenants(tenantNames),
    deps.names.applications(keys),
    deps.names.units(keys, tenantNames),
  ])
  const byConnection = new Map(
    await Promise.all(
      distinct(items.map(({ connection }) => connection)).map(async (connection) => {
        const own = items.filter((item) => item.connection === connection)
        const [companies, agreements, products] = await Promise.all([
          deps.names.companies(connection, distinct(own.map(({ companyId }) => companyId))),
          deps.names.agreements(connection, distinct(own.map(({ agreementId }) => agreementId))),
          deps.names.products(connection, distinct(own.map(({ productId }) => productId))),
        ])
        return [connection, { companies, agreements, products }] as const
      }),
    ),
  )
  return items.map((item) => {
    const known = byConnection.get(item.connection ?? '')
    const of = (names: Map<string, string> | undefined, id: string | null | undefined) =>
      id == null ? null : (names?.get(id) ?? null)
    return {
      ...item,
      names: {
        company: of(known?.companies, item.companyId),
        agreement: of(known?.agreements, item.agreementId),
        product: of(known?.products, item.productId),
        tenants: picked(tenants, tenantsOf(item)),
        applications: picked(applications, applicationsOf(item)),
        units: unitsOf(applicationsOf(item), tenantsOf(item)),
      },
    }
  })
}

/** A page of items, with names where they are asked for. */
export async function named<Item extends Nameable>(
  deps: Deps,
  page: { items: Item[]; nextCursor: string | null },
  expand: 'names' | undefined,
): Promise<{ items: (Item & { names?: z.output<typeof Names> })[]; nextCursor: string | null }> {
  return expand === undefined ? page : { ...page, items: await withNames(deps, page.items) }
}

/** The applications and tenants of a line or change, each once. */
export function usesOf(parts: Part[]): { applications: string[]; tenants: string[] } {
  const distinct = (values: string[]) => [...new Set(values)].sort()
  return {
    applications: distinct(parts.map(({ application }) => application)),
    tenants: distinct(parts.map(({ tenant }) => tenant)),
  }
}

function picked(names: Map<string, string>, ids: string[]): Record<string, string> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const name = names.get(id)
      return name === undefined ? [] : [[id, name]]
    }),
  )
}
