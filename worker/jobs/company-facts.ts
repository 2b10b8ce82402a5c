import type { Deps } from '../deps.ts'
import type { CompanyMapping, Connection, Settings } from '../domain/configuration.ts'
import { localDay } from '../domain/day.ts'
import { tooOld } from '../domain/freshness.ts'
import { productRules } from '../domain/product-rules.ts'
import { restingLines } from '../domain/resting-lines.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import { isCountable } from '../domain/usage.ts'
import {
  isReadTooCoarsely,
  lineKey,
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

/** Why a tenant's use can't be planned with: the lines that it feeds stay as they are. */
export interface Blocked {
  code: 'source_incomplete' | 'source_stale' | 'billed_elsewhere'
  /** `connection/id`. */
  tenant: string
  /** Whether it was ever read, so that the lines that it feeds are known. */
  isKnown: boolean
  message: string
}

/** What is known of one company before the PSA is asked. */
export interface CompanyKnowledge {
  companyId: string
  blocked: Blocked[]
  /** Tenants whose use is billed. */
  billed: TenantUse[]
  /** Without those that rest. */
  wanted: WantedLine[]
  /** Without those that rest. */
  own: StoredOwnLine[]
  /** Lines that stay as they are because of a blocked tenant. */
  resting: { wanted: WantedLine[]; own: StoredOwnLine[] }
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
  /** Null where the PSA has no ticket rules. */
  tickets: TicketConnection | null
}

export async function loadRules(deps: Deps, connection: string): Promise<Rules> {
  const [{ products, ...rules }, unsplit] = await Promise.all([
    deps.configuration.rules(connection),
    deps.usage.unsplit(),
  ])
  return { ...rules, products: productRules(products, unsplit) }
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

  const [tenants, reads, use, states, own, dismissed, open, sources, others] = await Promise.all([
    deps.tenants.of(keys),
    deps.usage.latestReads(keys),
    deps.usage.currentUse(keys),
    runId === null ? null : deps.runWork.tenantStates(runId, keys),
    deps.ownLines.of(connection, agreementIds, names),
    deps.decisions.dismissals(connection, agreementIds),
    deps.changes.open(connection, companyIds),
    sourcesById(deps),
    deps.ownLines.onOtherConnections(connection, names),
  ])
  const here = new Map(mappings.map((mapping) => [nameOf(mapping), mapping.company.id]))
  const elsewhere = await movedUse(deps, connection, own, here, rules.products)

  const now = deps.now()
  const readFacts = {
    tenants,
    reads,
    use,
    states,
    sources,
    others,
    rules: rules.products,
    now: { at: now, today: localDay(now, rules.settings.timeZone) },
  }
  return companyIds.map((companyId) => {
    const mine = mappings.filter((mapping) => mapping.company.id === companyId)
    const billedMappings = mine.filter((mapping) => mapping.billing && mapping.agreementId !== null)
    const billedNames = new Set(billedMappings.map(nameOf))
    const agreements = new Set(billedMappings.map((mapping) => mapping.agreementId))
    const billed = billedMappings.map((mapping) => tenantUse(mapping, tenants, use, sources))
    const ownHere = own.filter(
      (line) => agreements.has(line.agreementId) || line.parts.some((part) => billedNames.has(part.tenant)),
    )
    const wanted = withMovedUse(
      wantedLines(billed, rules.products, ownHere),
      elsewhere.moved.filter(({ line }) => line.companyId === companyId),
    )
    const blocked = billedMappings.flatMap((mapping) => whyBlocked(mapping, readFacts) ?? [])
    const rest = restingLines(unsureTenants(blocked, billedMappings, sources), wanted, ownHere)
    const mayChange = (line: { agreementId: string; productId: string }) => !rest.has(lineKey(line))
    return {
      companyId,
      blocked,
      billed,
      wanted: wanted.filter(mayChange),
      own: ownHere.filter(mayChange),
      resting: {
        wanted: wanted.filter((line) => !mayChange(line)),
        own: ownHere.filter((line) => !mayChange(line)),
      },
      dismissed: dismissed.filter((line) => agreements.has(line.agreementId)),
      open: open.filter((change) => change.companyId === companyId),
      reads: new Map([...elsewhere.reads, ...reads]),
    }
  })
}

/** What a tenant uses that was never read is unknown: it may be whatever others use that are read from such a source. */
function unsureTenants(
  blocked: Blocked[],
  mappings: CompanyMapping[],
  sources: Map<string, Connection>,
): Set<string> {
  const kindOf = ({ tenant }: CompanyMapping) => sources.get(tenant.connection)?.kind
  const names = blocked.flatMap(({ tenant, isKnown }) => {
    const own = mappings.find((mapping) => nameOf(mapping) === tenant)
    const alike = mappings.filter((mapping) => own !== undefined && kindOf(mapping) === kindOf(own))
    return [tenant, ...(isKnown ? [] : alike.map(nameOf))]
  })
  return new Set(names)
}

function nameOf(mapping: CompanyMapping): string {
  return tenantName(mapping.tenant.connection, mapping.tenant.id)
}

/** A gone tenant that a person took out of the bill uses nothing, on whichever line it was billed. */
function tenantUse(
  mapping: CompanyMapping,
  tenants: StoredTenant[],
  use: UseRow[],
  sources: Map<string, Connection>,
): TenantUse {
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
        !isTakenOut &&
        row.connection === mapping.tenant.connection &&
        row.tenantId === mapping.tenant.id &&
        isCountable(sources.get(row.connection)?.kind ?? '', row.unit),
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
  sources: Map<string, Connection>
  /** Where else a tenant's use is still billed. */
  others: Map<string, { connection: string; agreementId: string }>
  rules: ProductRules
  now: { at: Date; today: string }
}

/** Why the tenant's use can't be planned with, or null; a gone tenant is judged by its last word, however old. */
function whyBlocked(mapping: CompanyMapping, facts: ReadFacts): Blocked | null {
  const tenant = nameOf(mapping)
  const stored = findTenant(mapping, facts.tenants)
  const name = stored?.name ?? tenant
  const blocked = (code: Blocked['code'], why: string): Blocked => ({
    code,
    tenant,
    isKnown: facts.reads.has(tenant),
    message: `${name} ${why} The lines that it feeds stay as they are.`,
  })

  const other = facts.others.get(tenant)
  if (other !== undefined) {
    return {
      code: 'billed_elsewhere',
      tenant,
      isKnown: facts.reads.has(tenant),
      message: `${name} is still billed on agreement ${other.agreementId} of the connection ${other.connection}. End its lines there (they are listed as left behind), so that it is not billed twice; until then nothing is billed for its new company.`,
    }
  }
  if (facts.states?.get(tenant) === 'incomplete') {
    return blocked('source_incomplete', 'could not be read in this run.')
  }
  if (stored?.gone) return null
  const read = facts.reads.get(tenant)
  if (read === undefined) return blocked('source_incomplete', 'was never read completely.')

  const source = facts.sources.get(mapping.tenant.connection)
  const maxAge = source !== undefined && 'maxAgeHours' in source.options ? source.options.maxAgeHours : 24
  const age = tooOld(read, maxAge, facts.now)
  if (age !== null) {
    return blocked(
      'source_stale',
      'days' in age
        ? `is known by a report of ${read.asOf} only, ${age.days} days ago; at most ${Math.floor(maxAge / 24)} are allowed. A newer report is needed.`
        : `was last read ${age.hours} hours ago, more than the ${maxAge} that are allowed.`,
    )
  }
  const coarse = facts.use.find(
    (row) =>
      row.connection === mapping.tenant.connection &&
      row.tenantId === mapping.tenant.id &&
      isReadTooCoarsely(row, facts.rules),
  )
  if (coarse === undefined) return null
  return blocked(
    'source_incomplete',
    read.asOf === null
      ? 'was read before devices were billed by category and has to be read again.'
      : `is billed by category, but its report does not tell workstations, servers and other devices of ${coarse.application} apart. Add those three columns to it.`,
  )
}

async function sourcesById(deps: Deps): Promise<Map<string, Connection>> {
  return new Map((await deps.configuration.connections()).map((connection) => [connection.id, connection]))
}
