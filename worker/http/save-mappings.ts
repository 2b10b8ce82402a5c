import type { Deps } from '../deps.ts'
import type { ConfigurationProblem } from '../domain/configuration-problem.ts'
import { mappingProblems } from '../domain/configuration-rules.ts'
import type { Reference } from '../domain/configuration-text.ts'
import { connectionKinds, problemAt } from '../domain/reference-rules.ts'
import { isSame } from '../domain/same-value.ts'
import type { Mapping } from '../storage/mapping-row.ts'
import { tenantName, tenantParts } from '../storage/tenant-name.ts'
import { afterMappingOfCompanies } from './after-mapping.ts'
import { editedMeanwhile, retried } from './concurrent-edits.ts'
import { invalid, Refusal } from './errors.ts'
import type { MappingEdit } from './mapping-edits.ts'
import { withNames } from './names.ts'
import { priceLevelNames } from './price-level-names.ts'

interface Edit {
  name: string
  tenant: Reference
  before: Mapping | null
  after: Mapping | null
}

interface Stored {
  tenant: Reference
  mapping: Mapping | null
}

/**
 * Saves rows of the mapping, all or nothing, and answers how many changed.
 *
 * @throws Refusal 409 where a row was changed meanwhile or a company is taken, 422 with every fault
 */
export function saveMappings(deps: Deps, who: string, rows: MappingEdit[]): Promise<number> {
  const edits = editsOf(rows)

  return retried(async () => {
    const version = await deps.configuration.version()
    const stored = await deps.mappings.around(
      edits.map(({ tenant }) => tenant),
      edits.flatMap(({ after }) => (after === null ? [] : [after.company])),
    )
    const storedByName = new Map(stored.map((row) => [nameOf(row), row]))

    const nowOf = (name: string) => storedByName.get(name)?.mapping ?? null
    const changed = edits.filter(({ name, after }) => !isSame(after, nowOf(name)))
    const clashes = changed
      .filter(({ name, before }) => !isSame(before, nowOf(name)))
      .map(({ name }) => ({ key: name, subjects: [`company ${name}`], stored: nowOf(name) }))
    if (clashes.length > 0) throw await editedMeanwhile(deps, await withNamesOfStored(deps, clashes))
    if (changed.length === 0) return 0

    const edited = new Set(edits.map(({ name }) => name))
    const others = stored.filter((row) => !edited.has(nameOf(row)))
    await assertFree(deps, edits, others)
    await assertSound(deps, edits, others)

    const now = deps.now()
    const changes = changed.map(({ name, tenant, before, after }) => ({
      subject: `company ${name}`,
      before: before === null ? null : { tenant, ...before },
      after: after === null ? null : { tenant, ...after },
    }))
    const saved = await deps.mappings.saveCompanies(
      changed.map(({ name, tenant, after }) => ({
        tenant,
        after,
        position: storedByName.get(name)?.position ?? null,
      })),
      { version, changes, who, at: now.toISOString(), also: await afterMappingOfCompanies(deps, now) },
    )
    return saved ? changes.length : null
  })
}

function editsOf(rows: MappingEdit[]): Edit[] {
  const seen = new Set<string>()
  const problems: ConfigurationProblem[] = []
  const edits = rows.flatMap(({ tenant: name, before, after }, index) => {
    const tenant = tenantParts(name)
    const path = ['rows', index, 'tenant']
    if (tenant === null) {
      problems.push(
        problemAt(path, 'malformed_tenant', 'Name a tenant as connection/id, for example "ksc/4f0c".'),
      )
    }
    if (seen.has(name)) {
      problems.push(problemAt(path, 'duplicate_tenant', 'This tenant is in the request twice. Keep one row.'))
    }
    seen.add(name)
    return tenant === null ? [] : [{ name, tenant, before, after }]
  })
  if (problems.length > 0) throw invalid(problems)
  return edits
}

/** What is stored instead, with the names that people know it by. */
async function withNamesOfStored<Clash extends { key: string; stored: Mapping | null }>(
  deps: Deps,
  clashes: Clash[],
) {
  const named = await withNames(
    deps,
    clashes.map((clash) => ({
      ...clash,
      connection: clash.stored?.company.connection ?? null,
      companyId: clash.stored?.company.id ?? null,
      agreementId: clash.stored?.agreementId ?? null,
      tenant: clash.key,
    })),
  )
  const priceLevel = await priceLevelNames(
    deps,
    clashes.map(({ stored }) => stored),
  )
  return named.map((clash) => ({
    ...clash,
    names: { ...clash.names, priceLevel: priceLevel(clash.stored) },
  }))
}

function nameOf({ tenant }: Stored): string {
  return tenantName(tenant.connection, tenant.id)
}

/** A company has at most one tenant of each source. */
async function assertFree(deps: Deps, edits: Edit[], others: Stored[]): Promise<void> {
  const placeOf = (source: string, company: Reference) =>
    JSON.stringify([source, company.connection, company.id])
  const takers = new Map(
    others.flatMap((row) =>
      row.mapping === null
        ? []
        : [[placeOf(row.tenant.connection, row.mapping.company), nameOf(row)] as const],
    ),
  )
  const conflicts = edits.flatMap(({ name, tenant, after }) => {
    const taker = after === null ? undefined : takers.get(placeOf(tenant.connection, after.company))
    return after === null || taker === undefined ? [] : [{ key: name, company: after.company, taker }]
  })
  if (conflicts.length === 0) return

  const named = await withNames(
    deps,
    conflicts.map((conflict) => ({
      ...conflict,
      connection: conflict.company.connection,
      companyId: conflict.company.id,
      tenant: conflict.taker,
    })),
  )
  throw new Refusal(
    409,
    'company_taken',
    'A company is mapped to somebody else already. Nothing was saved; take it away there first, or choose another one.',
    {
      conflicts: named.map(({ key, company, taker, names }) => ({
        key,
        company: { ...company, name: names.company ?? company.id },
        takenBy: { id: taker, name: names.tenants[taker] ?? taker },
      })),
    },
  )
}

/** The rules of the configuration document, for the rows that are edited beside those they have to agree with. */
async function assertSound(deps: Deps, edits: Edit[], others: Stored[]): Promise<void> {
  const kinds = connectionKinds(await deps.configuration.connections())
  const unchanged = others.flatMap(({ tenant, mapping }) =>
    mapping === null ? [] : [{ path: ['stored'], value: { tenant, ...mapping } }],
  )
  const edited = edits.flatMap(({ tenant, after }, index) =>
    after === null ? [] : [{ path: ['rows', index, 'after'], value: { tenant, ...after } }],
  )
  const problems = mappingProblems([...unchanged, ...edited], kinds)
  const own = problems
    .filter(({ path }) => path.startsWith('rows'))
    .map((problem) => ({ ...problem, path: problem.path.replace('.after.tenant.connection', '.tenant') }))
  if (own.length > 0) throw invalid(own)
}
