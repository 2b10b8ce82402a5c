import type { Deps } from '../deps.ts'
import type { Mapping } from '../storage/mapping-row.ts'

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
    names.set(
      connection,
      await deps.names.priceLevels(
        connection,
        levels.map(({ id }) => id),
      ),
    )
  }
  return (mapping) => names.get(mapping?.company.connection ?? '')?.get(mapping?.priceLevelId ?? '') ?? null
}
