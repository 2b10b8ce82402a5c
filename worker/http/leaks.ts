import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { approvableReasons, structuralReasons } from '../domain/change.ts'
import { byMoney, worthOf } from '../domain/leaks.ts'
import type { ProductRules } from '../domain/wanted.ts'
import { tenantName } from '../storage/tenant-name.ts'
import { type FoundUse, type UnbilledUse, unbilledReasons } from '../storage/unbilled.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Names, usesOf, withNames } from './names.ts'
import { rulesByPsa } from './rules-by-psa.ts'

/** Longer lists are cut off; a person mends the top of it first. */
const mostShown = 1000

const LeakBody = z.object({
  kind: z.enum(['unbilled', 'unused']),
  connection: z.string().nullable(),
  companyId: z.string().nullable(),
  agreementId: z.string().nullable(),
  productId: z.string().nullable(),
  /** `connection/id`; null where it is not one alone. */
  tenant: z.string().nullable(),
  application: z.string().nullable(),
  quantity: z.number().min(0),
  reason: z.enum([...unbilledReasons, ...structuralReasons, ...approvableReasons]),
  /** By the product's own price in the PSA, in whole minor units; null where it can't be told. */
  monthlyMinor: z.int().nullable(),
  names: Names,
})
type Leak = Omit<z.output<typeof LeakBody>, 'names'>
/** With all that a line adds up, which tells what its quantity counts. */
type FoundLeak = Leak & Partial<ReturnType<typeof usesOf>>

export const leaks = new Hono<AppEnv>().get(
  '/',
  describe({
    summary: 'Use that nobody pays for, and lines that bill what nobody uses, most money first',
    description: 'The first 1,000.',
    answer: z.object({ items: z.array(LeakBody), nextCursor: z.null() }),
  }),
  async (c) => {
    const { deps } = c.var
    const rules = await rulesByPsa(deps)
    const [unbilled, unused, companies] = await Promise.all([
      deps.unbilled.list(rules, Number.POSITIVE_INFINITY, null),
      deps.changes.heldUnused(),
      companiesByTenant(deps),
    ])
    const prices = new Map(
      await Promise.all([...rules.keys()].map(async (psa) => [psa, await deps.facts.products(psa)] as const)),
    )
    const priceMinorOf = (psa: string, productId: string) =>
      prices.get(psa)?.get(productId)?.priceMinor ?? null

    const found: FoundLeak[] = [
      ...unbilled.map(({ use, parts }): Leak => {
        const company = companies.get(use.tenant)
        const psa = company?.connection ?? onlyPsa(rules)
        return {
          kind: 'unbilled',
          connection: psa,
          companyId: company?.id ?? null,
          agreementId: null,
          ...worth(use, parts, psa, rules, priceMinorOf),
          tenant: use.tenant,
          application: use.application,
          quantity: use.quantity,
          reason: use.reason,
        }
      }),
      ...unused.flatMap((change): FoundLeak[] => {
        const { connection, companyId, agreementId, productId, reason } = change
        if (reason === null) return []
        const quantity = change.from - change.to
        const price = priceMinorOf(connection, productId)
        const uses = usesOf(change.parts)
        const [tenant = null, ...others] = uses.tenants
        return [
          {
            kind: 'unused',
            connection,
            companyId,
            agreementId,
            productId,
            tenant: others.length === 0 ? tenant : null,
            application: null,
            ...uses,
            quantity,
            reason,
            monthlyMinor: price === null ? null : Math.round(price * quantity),
          },
        ]
      }),
    ]
    const shown = found.sort(byMoney).slice(0, mostShown)
    const named = await withNames(deps, shown)
    return c.json({ items: named.map(({ applications, tenants, ...leak }) => leak), nextCursor: null })
  },
)

/** What would be billed for the use; of use that nobody can count for a bill, nothing is told. */
function worth(
  { application, reason }: UnbilledUse,
  parts: FoundUse['parts'],
  psa: string | null,
  rulesOf: Map<string, ProductRules>,
  priceMinorOf: (psa: string, productId: string) => number | null,
): { productId: string | null; monthlyMinor: number | null } {
  const rules = psa === null ? undefined : rulesOf.get(psa)
  if (psa === null || rules === undefined || reason === 'unit_not_countable') {
    return { productId: null, monthlyMinor: null }
  }
  return worthOf(application, parts, rules, (productId) => priceMinorOf(psa, productId))
}

/** Where there is one PSA alone, what is not mapped yet will be billed there. */
function onlyPsa(rules: Map<string, ProductRules>): string | null {
  const [first = null, ...others] = rules.keys()
  return others.length === 0 ? first : null
}

/** By `connection/id`. */
async function companiesByTenant(deps: Deps): Promise<Map<string, { connection: string; id: string }>> {
  const mapped = await deps.pickers.mapped((await deps.configuration.connections()).map(({ id }) => id))
  return new Map(mapped.map(({ tenant, company }) => [tenantName(tenant.connection, tenant.id), company]))
}
