import type { Deps } from '../deps.ts'
import { lineKey, type Part, type ProductRules, sameUse, type WantedLine } from '../domain/wanted.ts'
import type { StoredOwnLine } from '../storage/own-lines.ts'
import { tenantName, tenantParts } from '../storage/tenant-name.ts'
import type { LatestRead } from '../storage/usage.ts'

/** Use that a line of ours still bills although its tenant is billed to another company by now. */
export interface MovedUse {
  line: StoredOwnLine
  part: Part
}

/**
 * Finds use that has to stay on these lines until a line of the company that its tenant moved to replaces them: a
 * person decides that, and until then it must neither be billed twice nor nowhere. It is never more than is used.
 *
 * @param here each tenant's company as far as it is known
 */
export async function movedUse(
  deps: Deps,
  connection: string,
  own: StoredOwnLine[],
  here: Map<string, string>,
  rules: ProductRules,
): Promise<{ moved: MovedUse[]; reads: Map<string, LatestRead> }> {
  const foreign = own.flatMap((line) =>
    line.parts
      .filter((part) => part.quantity > 0 && here.get(part.tenant) !== line.companyId)
      .map((part) => ({ line, part })),
  )
  const tenants = [...new Set(foreign.map(({ part }) => part.tenant))].flatMap(
    (name) => tenantParts(name) ?? [],
  )
  if (tenants.length === 0) return { moved: [], reads: new Map() }

  const [companies, use, reads, lines] = await Promise.all([
    deps.configuration.billedCompanies(connection, tenants),
    deps.usage.currentUse(tenants),
    deps.usage.latestReads(tenants),
    deps.ownLines.of(
      connection,
      [],
      tenants.map((tenant) => tenantName(tenant.connection, tenant.id)),
    ),
  ])
  const moved = foreign.flatMap(({ line, part }) => {
    const company = companies.get(part.tenant)
    const isBilledElsewhere = lines.some(
      (other) =>
        lineKey(other) !== lineKey(line) && other.parts.some((old) => old.quantity > 0 && sameUse(old, part)),
    )
    if (company === undefined || company === line.companyId || isBilledElsewhere) return []
    if (!rules.products.has(part.application)) return []
    const used = use
      .filter((row) => sameUse({ ...row, tenant: tenantName(row.connection, row.tenantId) }, part))
      .reduce((sum, row) => sum + row.quantity, 0)
    const quantity = Math.min(part.quantity, used)
    return quantity === 0 ? [] : [{ line, part: { ...part, quantity } }]
  })
  return { moved, reads }
}

/** What the lines should bill as long as use that moved away stays with them. */
export function withMovedUse(wanted: WantedLine[], moved: MovedUse[]): WantedLine[] {
  return wanted.map((line) => {
    const staying = moved.filter((one) => lineKey(one.line) === lineKey(line)).map(({ part }) => part)
    return {
      ...line,
      quantity: staying.reduce((sum, part) => sum + part.quantity, line.quantity),
      parts: [...line.parts, ...staying],
    }
  })
}
