import type { OwnLine } from './replacement.ts'
import { lineKey, type Part, sameUse, type WantedLine } from './wanted.ts'

/**
 * The lines, by `lineKey`, that must stay as they are because some tenants' use is not known well enough: those that
 * such a tenant feeds or fed, and those that would take use over from them or give use to them. All others can be
 * planned as if these did not exist.
 *
 * @param unsure tenants, `connection/id`
 */
export function restingLines(unsure: ReadonlySet<string>, wanted: WantedLine[], own: OwnLine[]): Set<string> {
  const isUnsure = ({ parts }: { parts: Part[] }) => parts.some(({ tenant }) => unsure.has(tenant))
  const resting = new Set([...wanted, ...own].filter(isUnsure).map(lineKey))
  for (;;) {
    const drawnIn = new Set(
      wanted.flatMap((line) =>
        own
          .filter((old) => resting.has(lineKey(line)) !== resting.has(lineKey(old)) && takesOver(line, old))
          .flatMap((old) => [lineKey(line), lineKey(old)]),
      ),
    )
    if (drawnIn.size === 0) return resting
    for (const key of drawnIn) resting.add(key)
  }
}

/** Whether `wanted` is to bill use that `own` was last written with. */
function takesOver(wanted: WantedLine, own: OwnLine): boolean {
  // A tenant goes to another agreement as a whole, whatever became of its devices' categories meanwhile.
  const hasMoved = wanted.agreementId !== own.agreementId
  return wanted.parts.some((part) =>
    own.parts.some((old) => sameUse(hasMoved ? { ...old, category: 'all' } : old, part)),
  )
}
