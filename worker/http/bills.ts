import { Hono } from 'hono'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isPsa } from '../domain/configuration.ts'
import { addDays, localDay } from '../domain/day.ts'
import { stillUsed } from '../domain/still-used.ts'
import { numberChanges, trendSince } from '../domain/trend.ts'
import { lineKey, type WantedLine } from '../domain/wanted.ts'
import { companyKnowledge, loadRules } from '../jobs/company-facts.ts'
import { refreshDirectory } from '../jobs/directory.ts'
import type { BilledLine } from '../storage/bills.ts'
import { tenantName, tenantParts } from '../storage/tenant-name.ts'
import { ChangeBody, changeBody } from './change-body.ts'
import type { AppEnv } from './context.ts'
import { describe } from './describe.ts'
import { Refusal } from './errors.ts'
import { MappingBody } from './mapping-edits.ts'
import { Names, usesOf, withNames } from './names.ts'
import { priceLevelNames } from './price-level-names.ts'

const trendDays = 90

const BillLine = z.object({
  connection: z.string(),
  companyId: z.string(),
  agreementId: z.string(),
  productId: z.string(),
  lineId: z.string().nullable(),
  /** What the PSA last showed; null where there is no line yet. */
  billed: z.number().nullable(),
  /** What is in use now of that which the line bills. */
  inUse: z.int().min(0),
  applications: z.array(z.string()),
  tenants: z.array(z.string()),
  /** The last day on which the billed number changed: what it was made of then explains it. */
  countedOn: z.iso.date().nullable(),
  /** The billed number on days of the last 90 on which it changed, oldest first. */
  trend: z.array(z.object({ day: z.iso.date(), billed: z.number() })),
  /** A change that is planned or waits. */
  change: ChangeBody.nullable(),
  leftBehind: z.boolean(),
  names: Names,
})

const BillBody = z.object({
  company: z.object({ connection: z.string(), id: z.string(), name: z.string().nullable() }),
  tenants: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['virtual_server', 'workspace', 'company']),
      gone: z.boolean(),
      mapping: MappingBody,
      agreementName: z.string().nullable(),
      priceLevelName: z.string().nullable(),
      /** Of the last complete read. */
      readAt: z.string().nullable(),
    }),
  ),
  lines: z.array(BillLine),
})

export const bills = new Hono<AppEnv>().get(
  '/:connection/:company',
  describe({
    summary: 'What one company is billed, and what it uses',
    description: 'A company that is not mapped has no tenants.',
    answer: BillBody,
    refusals: [404],
  }),
  async (c) => {
    const { deps } = c.var
    const { connection, company } = c.req.param()
    const psas = (await deps.configuration.connections()).filter(
      ({ id, kind }) => id === connection && isPsa(kind),
    )
    await refreshDirectory(deps, psas, (work) => c.executionCtx.waitUntil(work))
    if (!(await deps.bills.isKnown(connection, company))) {
      throw new Refusal(404, 'company_not_found', `tallypod knows of no company "${company}" there.`)
    }
    const names = await deps.names.companies(connection, [company])
    return c.json({
      company: { connection, id: company, name: names.get(company) ?? null },
      tenants: await tenantsOf(deps, connection, company),
      lines: await withNames(deps, await linesOf(deps, connection, company)),
    })
  },
)

async function tenantsOf(deps: Deps, connection: string, company: string) {
  const mappings = await deps.configuration.companies(connection, [company])
  const keys = mappings.map(({ tenant }) => tenant)
  const [stored, reads, agreements, priceLevel] = await Promise.all([
    deps.tenants.of(keys),
    deps.usage.latestReads(keys),
    deps.names.agreements(
      connection,
      mappings.flatMap(({ agreementId }) => agreementId ?? []),
    ),
    priceLevelNames(deps, mappings),
  ])
  return mappings.map(({ tenant, ...mapping }) => {
    const found = stored.find((one) => one.connection === tenant.connection && one.id === tenant.id)
    const id = tenantName(tenant.connection, tenant.id)
    return {
      id,
      name: found?.name ?? tenant.id,
      kind: found?.kind ?? ('virtual_server' as const),
      gone: found?.gone ?? true,
      mapping,
      agreementName: agreements.get(mapping.agreementId ?? '') ?? null,
      priceLevelName: priceLevel(mapping),
      readAt: reads.get(id)?.at ?? null,
    }
  })
}

async function linesOf(deps: Deps, connection: string, companyId: string) {
  const rules = await loadRules(deps, connection)
  const from = addDays(localDay(deps.now(), rules.settings.timeZone), -trendDays)
  const [[knowledge], own, history, open] = await Promise.all([
    companyKnowledge(deps, connection, [companyId], rules, null),
    deps.bills.lines(connection, companyId),
    deps.bills.history(connection, companyId),
    deps.changes.open(connection, [companyId]),
  ])
  const wanted = knowledge === undefined ? [] : [...knowledge.wanted, ...knowledge.resting.wanted]
  const keys = new Map(
    [...own, ...open, ...wanted.filter(({ quantity }) => quantity > 0)].map((line) => [
      lineKey(line),
      { agreementId: line.agreementId, productId: line.productId },
    ]),
  )
  const use = await useOfTheirs(deps, connection, companyId, own)
  return [...keys].map(([key, line]) => {
    const isIt = (other: { agreementId: string; productId: string }) => lineKey(other) === key
    const ours = own.find(isIt)
    const change = open.find(isIt)
    const now = wanted.find(isIt)
    const numbers = numberChanges(history.filter(isIt))
    const parts = now?.parts ?? ours?.parts ?? []
    return {
      connection,
      companyId,
      ...line,
      lineId: ours?.lineId ?? change?.lineId ?? null,
      billed: ours?.billed ?? (change === undefined || change.kind === 'create' ? null : change.from),
      inUse: now?.quantity ?? stillUsed(parts, use, wanted),
      ...usesOf(parts),
      countedOn: numbers.at(-1)?.day ?? null,
      trend: trendSince(numbers, from),
      change: change === undefined ? null : changeBody(change),
      leftBehind: ours?.leftBehind ?? false,
    }
  })
}

/** What is used now in tenants that these lines bill. Tenants that are billed to another company are that one's. */
async function useOfTheirs(
  deps: Deps,
  connection: string,
  companyId: string,
  lines: BilledLine[],
): Promise<WantedLine['parts']> {
  const names = [...new Set(lines.flatMap(({ parts }) => parts.map(({ tenant }) => tenant)))]
  const keys = names.flatMap((name) => tenantParts(name) ?? [])
  const [companies, stored, use] = await Promise.all([
    deps.configuration.billedCompanies(connection, keys),
    deps.tenants.of(keys),
    deps.usage.currentUse(keys),
  ])
  const takenOut = new Set(
    stored.filter(({ retired }) => retired).map((tenant) => tenantName(tenant.connection, tenant.id)),
  )
  return use
    .map(({ application, category, quantity, ...of }) => ({
      tenant: tenantName(of.connection, of.tenantId),
      application,
      category,
      quantity,
    }))
    .filter(({ tenant }) => !takenOut.has(tenant) && (companies.get(tenant) ?? companyId) === companyId)
}
