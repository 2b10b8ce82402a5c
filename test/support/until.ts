import { setTimeout } from 'node:timers/promises'

/** Asks again and again until there is an answer. @throws Error saying `what` never happened in ten seconds */
export async function until<T>(what: string, answer: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const found = await answer()
    if (found !== null) return found
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await setTimeout(40)
  }
}
