import type { RootMemory } from '../vendor/root-memory.ts'

/** Where a PSA's API lies that has to be looked up. */
export interface ApiRoot {
  /** Without a slash at its end. */
  apiRoot(): Promise<string>
  /** Where the API is now that it did not serve us at `used`; null where it has not moved. Costs one call at most. */
  movedFrom(used: string): Promise<string | null>
}

/**
 * The root that is remembered, without a call, else the one that `ask` finds, which is remembered from then on.
 *
 * @param otherwise the root to use where the answer names none; may throw
 */
export function lookedUpRoot<Answer extends { kind: string; apiRoot?: string }>(
  memory: RootMemory,
  ask: () => Promise<Answer>,
  otherwise: (answer: Answer) => string,
): ApiRoot {
  let root: Promise<string> | undefined
  let asked: Promise<Answer> | undefined

  function answer(): Promise<Answer> {
    asked ??= askAndRemember().catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }

  async function askAndRemember(): Promise<Answer> {
    const found = await ask()
    if (found.apiRoot !== undefined) await memory.set(found.apiRoot)
    return found
  }

  async function find(): Promise<string> {
    const remembered = await memory.get()
    if (remembered !== null) return remembered
    const found = await answer()
    return found.apiRoot ?? otherwise(found)
  }

  return {
    apiRoot() {
      root ??= find().catch((error: unknown) => {
        root = undefined
        throw error
      })
      return root
    },

    async movedFrom(used) {
      const { apiRoot } = await answer()
      if (apiRoot === undefined || apiRoot === used) return null
      root = Promise.resolve(apiRoot)
      return apiRoot
    },
  }
}
