import type { RootMemory } from '../../worker/vendor/root-memory.ts'

/** Remembers `apiRoot`, until told otherwise, and shows what it has stored. */
export function memoryOf(apiRoot: string | null): RootMemory & { stored: string | null } {
  const memory = {
    stored: apiRoot,
    get: async () => memory.stored,
    set: async (root: string) => {
      memory.stored = root
    },
  }
  return memory
}
