import type { Deps } from '../deps.ts'
import type { CompanyMapping, Settings } from '../domain/configuration.ts'
import { productRules } from '../domain/product-rules.ts'
import {
  isReadTooCoarsely,
  type ProductRules,
  type TenantUse,
  type WantedLine,
  wantedLines,
} from '../domain/wanted.ts'
import type { Change } from '../storage/changes.ts'
import type { StoredOwnLine } from '../storage/own-lines.ts'
import { tenantName } from '../storage/tenant-name.ts'
import type { StoredTenant } from '../storage/tenants.ts'
import type { LatestRead, UseRow } from '../storage/usage.ts'
import { movedUse, withMovedUse } from './moved-use.ts'

/** Why a company is not planned at all: its bill stays as it is. */
export interface Blocked {
  code: 'source_incomplete' | 'source_stale' | 'billed_elsewhere'
  /** `connection/id`. */
  tenant: string
  message: string
}

/** What is known of one company before the PSA is asked. */
export interface CompanyKnowledge {
  companyId: string
  blocked: Blocked | null
  /** Tenants whose use is billed. */
  billed: TenantUse[]
  wanted: WantedLine[]
  own: StoredOwnLine[]
  dismissed: { agreementId: string; productId: string; quantity: number }[]
  open: Change[]
  /** The last complete read of each billed tenant. */
  reads: Map<string, LatestRead>
}

export interface Rules {
  settings: Settings
  /** Of the configuration that all of this was loaded with. */
  version: number
  products: ProductRules
}

export async function loadRules(deps: Deps, connection: string): Promise<Rules> {
  const { products, ...rules } = await deps.configuration.rules(connection)
  return { ...rules, products: productRules(products) }
}

/**
 * What is known of these companies of one PSA connection, in a handful of queries for all of them.
 *
 * @param runId the run that reads the tenants; null outside of runs, where the last complete reads have to do
 */
export async function companyKnowledge(
  deps: Deps,
  connection: string,
  companyIds: string[],
  rules: Rules,
  runId: string | null,
): Promise<CompanyKnowledge[]> {
  const mappings = await deps.configuration.companies(connection, companyIds)
  const keys = mappings.map((mapping) => mapping.tenant)
  const names = keys.map((key) => tenantName(key.connection, key.id))
  const agreementIds = [...new Set(mappings.flatMap((mapping) => mapping.agreementId ?? []))]

  const [tenants, reads, use, states, own, dismissed, open, maxAges, others] = await Promise.all([
    deps.tenants.of(keys),
    deps.usage.latestReads(keys),
    deps.usage.currentUse(keys),
    runId === null ? null : deps.runWork.tenantStates(runId, keys),
    deps.ownLines.of(connection, agreementIds, names),
    deps.decisions.dismissals(connection, agreementIds),
    deps.changes.open(connection, companyIds),
    maxAgeHours(deps),
    deps.ownLines.onOtherConnections(connection, names),
  ])
  const here = new Map(mappings.map((mapping) => [nameOf(mapping), mapping.company.id]))
  const elsewhere = await movedUse(deps, connection, own, here, rules.products)

  return companyIds.map((companyId) => {
    const mine = mappings.filter((mapping) => mapping.company.id === companyId)
    const billedMappings = mine.filter((mapping) => mapping.billing && mapping.agreementId !== null)
    const billedNames = new Set(billedMappings.map(nameOf))
    const agreements = new Set(billedMappings.map((mapping) => mapping.agreementId))
    const billed = billedMappings.map((mapping) => tenantUse(mapping, tenants, use))
    const ownHere = own.filter(
      (line) => agreements.has(line.agreementId) || line.parts.some((part) => billedNames.has(part.tenant)),
    )
    return {
      companyId,
      blocked: firstBlocked(billedMappings, {
        tenants,
        reads,
        use,
        states,
        maxAges,
        others,
        rules: rules.products,
        now: deps.now(),
      }),
      billed,
      wanted: withMovedUse(
        wantedLines(billed, rules.products, ownHere),
        elsewhere.moved.filter(({ line }) => line.companyId === companyId),
      ),
      own: ownHere,
      dismissed: dismissed.filter((line) => agreements.has(line.agreementId)),
      open: open.filter((change) => change.companyId === companyId),
      reads: new Map([...elsewhere.reads, ...reads]),
    }
  })
}

function nameOf(mapping: CompanyMapping): string {
  return tenantName(mapping.tenant.connection, mapping.tenant.id)
}

/** A gone tenant that a person took out of the bill uses nothing, on whichever line it was billed. */
function tenantUse(mapping: CompanyMapping, tenants: StoredTenant[], use: UseRow[]): TenantUse {
  const tenant = findTenant(mapping, tenants)
  const gone = tenant?.gone ?? true
  const isTakenOut = gone && tenant?.retired
  return {
    tenant: nameOf(mapping),
    gone,
    agreementId: mapping.agreementId ?? '',
    manualQuantity: mapping.manualQuantity,
    priceLevelId: mapping.priceLevelId,
    use: use.filter(
      (row) =>
        !isTakenOut && row.connection === mapping.tenant.connection && row.tenantId === mapping.tenant.id,
    ),
  }
}

function findTenant(mapping: CompanyMapping, tenants: StoredTenant[]): StoredTenant | undefined {
  return tenants.find(
    (tenant) => tenant.connection === mapping.tenant.connection && tenant.id === mapping.tenant.id,
  )
}

interface ReadFacts {
  tenants: StoredTenant[]
  reads: Map<string, LatestRead>
  use: UseRow[]
  states: Map<string, string> | null
  maxAges: Map<string, number>
  /** Where else a tenant's use is still billed. */
  others: Map<string, { connection: string; agreementId: string }>
  rules: ProductRules
  now: Date
}

/** The first reason that forbids planning for the company; a gone tenant is judged by its last word, however old. */
function firstBlocked(mappings: CompanyMapping[], facts: ReadFacts): Blocked | null {
  for (const mapping of mappings) {
    const tenant = nameOf(mapping)
    const stored = findTenant(mapping, facts.tenants)
    const name = stored?.name ?? tenant
    const incomplete = (why: string): Blocked => ({
      code: 'source_incomplete',
      tenant,
      message: `${name} ${why}. The bill of its company stays as it is.`,
    })

    const other = facts.others.get(tenant)
    if (other !== undefined) {
      return {
        code: 'billed_elsewhere',
        tenant,
        message: `${name} is still billed on agreement ${other.agreementId} of the connection ${other.connection}. End its lines there (they are listed as left behind), so that it is not billed twice; until then nothing is billed for its new company.`,
      }
    }
    if (facts.states?.get(tenant) === 'incomplete') return incomplete('could not be read in this run')
    if (stored?.gone) continue
    const read = facts.reads.get(tenant)
    if (read === undefined) return incomplete('was never read completely')
    const maxAge = facts.maxAges.get(mapping.tenant.connection) ?? 24
    const ageHours = (facts.now.getTime() - Date.parse(read.at)) / 3_600_000
    if (ageHours > maxAge) {
      return {
        code: 'source_stale',
        tenant,
        message: `${name} was last read ${Math.floor(ageHours)} hours ago, more than the ${maxAge} that are allowed. The bill of its company stays as it is.`,
      }
    }
    const coarse = facts.use.some(
      (row) =>
        row.connection === mapping.tenant.connection &&
        row.tenantId === mapping.tenant.id &&
        isReadTooCoarsely(row, facts.rules),
    )
    if (coarse) return incomplete('was read before devices were billed by category and has to be read again')
  }
  return null
}

async function maxAgeHours(deps: Deps): Promise<Map<string, number>> {
  const connections = await deps.configuration.connections()
  return new Map(
    connections.flatMap((connection) =>
      'maxAgeHours' in connection.options ? [[connection.id, connection.options.maxAgeHours] as const] : [],
    ),
  )
}
