import * as z from 'zod'
import type { Deps } from '../deps.ts'
import type { Mapping } from '../storage/mapping-row.ts'
import { VendorError } from '../vendor/error.ts'

/** No PSA has more price levels than that. */
const mostLevels = 1_000

/** So long a PSA is not asked again, whatever it answered. */
const askedAgainSeconds = 600

const Levels = z.array(z.object({ id: z.string(), name: z.string() }))

/** What the price levels of these mappings are called; null where there is none, or nobody knows. */
export async function priceLevelNames(
  deps: Deps,
  mappings: (Mapping | null)[],
): Promise<(of: Mapping | null) => string | null> {
  const chosen = mappings.flatMap((mapping) =>
    mapping?.priceLevelId == null
      ? []
      : [{ connection: mapping.company.connection, id: mapping.priceLevelId }],
  )
  const names = new Map<string, Map<string, string>>()
  for (const [connection, levels] of Map.groupBy(chosen, (one) => one.connection)) {
    const ids = [...new Set(levels.map(({ id }) => id))]
    const known = await deps.names.priceLevels(connection, ids)
    const isComplete = ids.every((id) => known.has(id))
    names.set(connection, isComplete ? known : await askedFor(deps, connection))
  }
  return (mapping) => names.get(mapping?.company.connection ?? '')?.get(mapping?.priceLevelId ?? '') ?? null
}

/** Levels that were never chosen on a screen have names that nobody told us yet. */
async function askedFor(deps: Deps, connection: string): Promise<Map<string, string>> {
  const version = await deps.configuration.version()
  const levels = await deps.pickers.remembered(
    ['names of price levels', version, connection],
    Levels,
    async () => {
      try {
        const { adapter } = await deps.psa(connection)
        return (await adapter.priceLevelChoices({ search: '', cursor: null, limit: mostLevels })).items
      } catch (error) {
        if (error instanceof VendorError) return []
        throw error
      }
    },
    askedAgainSeconds,
  )
  return new Map(levels.map(({ id, name }) => [id, name]))
}
