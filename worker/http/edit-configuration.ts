import type { Deps } from '../deps.ts'
import { isSplit } from '../domain/catalogue.ts'
import { changesBetween } from '../domain/configuration-changes.ts'
import { checkConfiguration } from '../domain/configuration-check.ts'
import type { ConfigurationProblem } from '../domain/configuration-problem.ts'
import { addressProblem } from '../vendor/hosts.ts'
import type { LoadedConfiguration } from '../storage/configuration.ts'
import { afterMapping } from './after-mapping.ts'
import { retried } from './concurrent-edits.ts'
import { invalid } from './errors.ts'

/**
 * Saves a whole configuration document in the place of the one that was loaded, all or nothing. Answers how many things
 * changed and the version now; null where somebody else saved since.
 *
 * @param placeOf where a caller finds what is wrong, by the path in the document
 * @throws Refusal 422 with every fault
 */
export async function saveDocument(
  deps: Deps,
  who: string,
  before: LoadedConfiguration,
  document: unknown,
  placeOf: (path: string) => string = (path) => path,
): Promise<{ changes: number; version: number } | null> {
  const { allowInsecure } = deps.settings
  const { people, tickets } = before.configuration
  const checked = checkConfiguration(document, {
    addressProblem: (url) => addressProblem(url, { allowInsecure }),
    isSplit,
    stored: { connections: before.stored, people: people ?? [], tickets: tickets ?? null },
  })
  if (!checked.ok) {
    throw invalid(
      checked.problems.map((problem): ConfigurationProblem => ({ ...problem, path: placeOf(problem.path) })),
    )
  }
  const next = checked.configuration
  const changes = changesBetween(
    before.version === 0 ? null : before.configuration,
    next,
    (id) => before.stored.get(id)?.hasCredentials === true,
  )
  if (changes.length === 0) return { changes: 0, version: before.version }

  const now = deps.now()
  const also = await afterMapping(deps, next.products, next.settings.timeZone, now)
  const saved = await deps.configuration.save(next, before, changes, who, now.toISOString(), also)
  return saved ? { changes: changes.length, version: before.version + 1 } : null
}

/** A part of the configuration, changed. */
export interface Edit {
  /** The whole as it is to be. */
  document: unknown
  /** Where the part stands in the document, e.g. `settings`, */
  at: string
  /** and where in the request, e.g. `after`; empty where it is the request. */
  as: string
}

/**
 * Changes a part of the configuration under all rules of the whole; made anew where somebody else saved meanwhile.
 *
 * @param edit gets what is stored now, and what was stored at the first try; throws where that must not be changed
 * @throws Refusal 422 with every fault, by its place in the request
 */
export async function editConfiguration(
  deps: Deps,
  who: string,
  edit: (now: LoadedConfiguration, first: LoadedConfiguration) => Edit | Promise<Edit>,
): Promise<void> {
  let first: LoadedConfiguration | null = null
  await retried(async () => {
    const before = await deps.configuration.load()
    first ??= before
    const { document, at, as } = await edit(before, first)
    return saveDocument(deps, who, before, document, (path) => moved(path, at, as))
  })
}

/** The path with its beginning `at` replaced; a path that does not begin so stays. */
function moved(path: string, at: string, as: string): string {
  const rest = path.slice(at.length)
  if (!path.startsWith(at) || !/^([.[]|$)/.test(rest)) return path
  return as === '' ? rest.replace(/^\./, '') : as + rest
}
