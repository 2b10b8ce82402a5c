import type { Deps } from '../deps.ts'
import { lineKey, type Part } from '../domain/wanted.ts'
import type { ChangedLine } from '../storage/own-lines.ts'
import { pieces } from '../storage/rows.ts'
import { companyKnowledge, loadRules } from './company-facts.ts'
import { readsBehind } from './plan-company.ts'

/** A line that stays as somebody made it in the PSA although something else is in use. */
export interface KeptByHand extends ChangedLine {
  wanted: number
  parts: Part[]
  /** The complete reads that `wanted` comes from. */
  reads: [tenant: string, read: number][]
  /** Of the configuration that all of this was loaded with. */
  configurationVersion: number
}

/** So many companies are looked at at once. */
const companiesAtOnce = 500

/**
 * Lines whose company keeps what people write in the PSA, where that is not what is in use now; ordered by connection,
 * agreement and product. Lines that a change is open for are none.
 *
 * @param id of our own row, where one line alone is of interest
 */
export async function keptByHand(deps: Deps, id: string | null): Promise<KeptByHand[]> {
  const lines = await deps.ownLines.keptByHand(id)
  const connections = [...new Set(lines.map(({ connection }) => connection))]
  const found = await Promise.all(
    connections.map((connection) =>
      differing(
        deps,
        connection,
        lines.filter((line) => line.connection === connection),
      ),
    ),
  )
  return found.flat()
}

async function differing(deps: Deps, connection: string, lines: ChangedLine[]): Promise<KeptByHand[]> {
  const rules = await loadRules(deps, connection)
  const companyIds = [...new Set(lines.map(({ companyId }) => companyId))]
  const known = await Promise.all(
    pieces(companyIds, companiesAtOnce).map((piece) =>
      companyKnowledge(deps, connection, piece, rules, null),
    ),
  )
  const companies = new Map(known.flat().map((company) => [company.companyId, company]))
  return lines.flatMap((line) => {
    const company = companies.get(line.companyId)
    const wanted = company?.wanted.find((one) => lineKey(one) === lineKey(line))
    if (company === undefined || wanted === undefined || wanted.quantity === line.found) return []
    return [
      {
        ...line,
        wanted: wanted.quantity,
        parts: wanted.parts,
        reads: readsBehind(company, wanted),
        configurationVersion: rules.version,
      },
    ]
  })
}
